# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""`score.Trees.log_odds` and `revise.columns_of`."""

from libc.stdlib cimport free, malloc
from libc.string cimport memset

from boilerkill import revise as _revise

cdef extern from *:
    const char* BOILERKILL_SOURCES  # set by setup.py

SOURCES = BOILERKILL_SOURCES.decode()

cdef extern from "math.h" nogil:
    float nextafterf(float, float)
    float INFINITY

cdef enum:
    TILE = 16  # blocks that go down a tree together
    CHANNELS = 6
    SUMS = CHANNELS + 1

if _revise._CHANNELS != CHANNELS:
    raise ImportError("the second model sees other channels than this kernel was built for")
cdef float OPENER_WORDS = _revise._OPENER_WORDS

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
        cdef Py_ssize_t n = columns.shape[0], width = columns.shape[1], first, k, feature, tree
        cdef int step, at[TILE]
        cdef double sums[TILE]
        cdef Node* nodes
        cdef Node* node
        cdef double* values
        # A few blocks at a time, feature by feature: their steps do not wait for each other.
        cdef float* tile = <float*>malloc(TILE * max(width, 1) * sizeof(float))
        if not tile:
            raise MemoryError
        for first in range(0, n, TILE):
            for k in range(TILE):
                sums[k] = 0
                for feature in range(width):
                    tile[feature * TILE + k] = columns[min(first + k, n - 1), feature]
            for tree in range(self.count):
                nodes = self.nodes + tree * self.inner
                values = self.values + tree * (self.inner + 1) - self.inner
                for k in range(TILE):
                    at[k] = 0
                for step in range(self.depth):
                    for k in range(TILE):
                        node = nodes + at[k]
                        at[k] = 2 * at[k] + 1 + (tile[node.feature * TILE + k] > node.threshold)
                for k in range(TILE):
                    sums[k] += values[at[k]]
            for k in range(min(TILE, n - first)):
                out[first + k] = sums[k] + self.bias
        free(tile)


def revised(
    const float[:, :] channels, layout, const double[:, :] page,
    const float[:, :] columns, const long long[::1] plain, float[:, ::1] out,
):
    """See `revise.columns_of`; `page` is what `revise._page` returns."""
    cdef const float[:] words = layout.words
    cdef const int[:, :] spans = layout.spans
    cdef const int[:] kin = layout.kin
    cdef Py_ssize_t n = channels.shape[0], width = page.shape[1], i, k, at, opener = -1
    cdef Py_ssize_t groups = 0
    cdef double weight, mass
    cdef double* total  # sums of the weighted channels, and of the weights, before each block
    cdef double* alike  # the same of each group
    cdef float* row
    for i in range(n):
        groups = max(groups, kin[i] + 1)
    total = <double*>malloc((n + 1 + groups) * SUMS * sizeof(double))
    if not total:
        raise MemoryError
    alike = total + (n + 1) * SUMS
    memset(total, 0, (n + 1 + groups) * SUMS * sizeof(double))
    for i in range(n):
        weight = <double>(words[i] + <float>1)
        for k in range(CHANNELS):
            mass = <double>channels[i, k] * weight
            total[(i + 1) * SUMS + k] = total[i * SUMS + k] + mass
            alike[kin[i] * SUMS + k] += mass
        total[(i + 1) * SUMS + CHANNELS] = total[i * SUMS + CHANNELS] + weight
        alike[kin[i] * SUMS + CHANNELS] += weight
    for i in range(n):
        row = &out[i, 0]
        for k in range(CHANNELS):
            row[k] = channels[i, k]
            row[CHANNELS + k] = channels[i - 1, k] if i > 0 else 0
            row[2 * CHANNELS + k] = channels[i + 1, k] if i + 1 < n else 0
            row[3 * CHANNELS + k] = channels[i - 2, k] if i > 1 else 0
            row[4 * CHANNELS + k] = channels[i + 2, k] if i + 2 < n else 0
            row[5 * CHANNELS + k] = channels[opener, k] if opener >= 0 else 0
        row += 6 * CHANNELS
        row = _mean(total, max(i - 3, 0), min(i + 4, n), row)
        row = _mean(total, max(i - 8, 0), min(i + 9, n), row)
        row = _mean(total, spans[i, 0], spans[i, 1], row)
        row = _mean(total, spans[i, 2], spans[i, 3], row)
        for k in range(CHANNELS):
            row[k] = alike[kin[i] * SUMS + k] / alike[kin[i] * SUMS + CHANNELS]
        row += CHANNELS
        for k in range(width):
            row[k] = page[i, k]
        row += width
        for k in range(plain.shape[0]):
            row[k] = columns[i, plain[k]]
        if words[i] <= OPENER_WORDS:
            opener = i
    free(total)


cdef inline float* _mean(double* total, Py_ssize_t low, Py_ssize_t high, float* row) noexcept:
    """Write the mean of the channels over blocks `low` to `high`; returns the place behind."""
    cdef double* before = total + low * SUMS
    cdef double* after = total + high * SUMS
    cdef Py_ssize_t k
    for k in range(CHANNELS):
        row[k] = (after[k] - before[k]) / (after[CHANNELS] - before[CHANNELS])
    return row + CHANNELS
