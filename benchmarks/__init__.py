"""What boilerkill costs and how good it is, beside its peers: `python -m benchmarks --help`.

Times are CPU time of this process, so that other work on the machine disturbs them little; what
still differs from run to run does so for all systems alike, so compare within one run only.
"""

#: Settings by which numerical libraries learn how many threads they may start.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
