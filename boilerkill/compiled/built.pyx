# cython: language_level=3
"""What the kernel was built from; needs nothing, so that it can be asked before the rest starts."""

cdef extern from *:
    const char* BOILERKILL_SOURCES  # set by setup.py

SOURCES = BOILERKILL_SOURCES.decode()
