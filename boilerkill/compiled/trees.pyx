# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""`score.Trees.log_odds`: trees one after the other, each over all blocks."""

from libc.stdlib cimport free, malloc

cdef extern from *:
    const char* BOILERKILL_SOURCES  # set by setup.py

SOURCES = BOILERKILL_SOURCES.decode()

cdef extern from "math.h" nogil:
    float nextafterf(float, float)
    float INFINITY

cdef struct Node:
    int feature
    float threshold


cdef class Trees:
    """Trees packed for a walk: 8 bytes a node, and thresholds of the type of the features.

    A feature is above a threshold exactly if it is above the largest number of its own type that
    is not.
    """

    cdef Node* nodes
    cdef double* values
    cdef Py_ssize_t count, inner
    cdef int depth
    cdef double bias

    def __cinit__(
        self, const int[:, ::1] feature, const double[:, ::1] threshold,
        const double[:, ::1] value, double bias,
    ):
        cdef Py_ssize_t i, k
        cdef float cut
        self.count, self.inner, self.bias = feature.shape[0], feature.shape[1], bias
        self.depth = (int(self.inner) + 1).bit_length() - 1
        self.nodes = <Node*>malloc(self.count * self.inner * sizeof(Node))
        self.values = <double*>malloc(self.count * (self.inner + 1) * sizeof(double))
        if not self.nodes or not self.values:
            raise MemoryError
        for i in range(self.count):
            for k in range(self.inner):
                cut = <float>threshold[i, k]
                if <double>cut > threshold[i, k]:
                    cut = nextafterf(cut, -INFINITY)
                self.nodes[i * self.inner + k] = Node(feature[i, k], cut)
            for k in range(self.inner + 1):
                self.values[i * (self.inner + 1) + k] = value[i, k]

    def __dealloc__(self):
        free(self.nodes)
        free(self.values)

    def log_odds(self, const float[:, ::1] columns, double[::1] out):
        """Score blocks; (n, f) features to (n,) log odds."""
        cdef Py_ssize_t n = columns.shape[0], width = columns.shape[1], i, tree
        cdef int step, at
        cdef Node* nodes
        cdef double* values
        cdef const float* row
        for i in range(n):
            out[i] = 0
        if not n:
            return
        for tree in range(self.count):
            nodes = self.nodes + tree * self.inner
            values = self.values + tree * (self.inner + 1)
            row = &columns[0, 0]
            for i in range(n):
                at = 0
                for step in range(self.depth):
                    at = 2 * at + 1 + (row[nodes[at].feature] > nodes[at].threshold)
                out[i] += values[at - self.inner]
                row += width
        for i in range(n):
            out[i] += self.bias
