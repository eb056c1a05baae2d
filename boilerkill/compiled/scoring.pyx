# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""`estimators.Trees.log_odds`, `estimators.Network.log_odds` and `revise.columns_of`."""

from libc.stdlib cimport calloc, free, malloc

from math import log1p

from boilerkill import estimators as _estimators
from boilerkill import revise as _revise
from boilerkill import score as _score

cdef extern from "scoring.h" nogil:
    enum:
        TILE, DEPTH, GROUP, UNITS, OUTPUTS
    bint has_avx2()

    ctypedef struct Node:
        float threshold
        int feature
    ctypedef struct _Trees "Trees":
        int count, inner
        double bias
        Node* nodes
        double* values
    ctypedef struct Question:
        pass
    ctypedef struct Asked:
        int* varies
        int* varying
        Question* questions
        Question** begins
        unsigned short* roots
        float* tile
        short* told
    void walk_any(const _Trees*, const float*, Py_ssize_t, int, Asked*, double*)
    void walk_avx2(const _Trees*, const float*, Py_ssize_t, int, Asked*, double*)

    ctypedef struct _Network "Network":
        int inputs, units, outputs
        float limit, coarse
        double rounder
        float* shift
        float* scale
        float* hidden
        double* hidden_bias
        double* output
        double* output_bias
    ctypedef struct Passed:
        float* before
        float* by
        int* differ
        int* which
        double* changes
        double* sums
    void pass_any(const _Network*, const float*, Py_ssize_t, Passed*, double*)
    void pass_avx2(const _Network*, const float*, Py_ssize_t, Passed*, double*)

cdef extern from *:
    const char* BOILERKILL_SOURCES  # set by setup.py

SOURCES = BOILERKILL_SOURCES.decode()

cdef extern from "math.h" nogil:
    double fabs(double)
    float nextafterf(float, float)
    float INFINITY

cdef enum:
    CHANNELS = 6
    PAGE = 8
    SUMS = CHANNELS + 1

if (_revise._CHANNELS, _revise._PAGE) != (CHANNELS, PAGE):
    raise ImportError("the second model sees other channels than this kernel was built for")
if _estimators.MAX_INNER != 2**DEPTH - 1 or max(_score.NETWORKS.values()) > OUTPUTS:
    raise ImportError("the models are larger than this kernel was built for")
cdef float OPENER_WORDS = _revise._OPENER_WORDS
cdef float LIMIT = _estimators._LIMIT, COARSE = _estimators._COARSE


cdef class Trees:
    """Trees that are asked from their leaves up, a tile of blocks at a time.

    What is the same all over a page is settled for the page. Of what remains, every node tells
    which leaf a block reaches from there, by what its children told. Those are more questions than
    on a walk from the root, but none waits for another.

    Thresholds are of the type of the features: a feature is above a threshold exactly if it is
    above the largest number of its own type that is not.
    """

    cdef _Trees trees

    def __cinit__(
        self, const int[:, ::1] feature, const double[:, ::1] threshold,
        const double[:, ::1] value, double bias,
    ):
        cdef _Trees* t = &self.trees
        cdef int tree, at
        cdef float cut
        t.count, t.inner, t.bias = feature.shape[0], feature.shape[1], bias
        if t.inner >= 2**DEPTH:
            raise ValueError(f"trees of {t.inner} inner nodes; wanted: fewer than {2**DEPTH}")
        t.nodes = <Node*>malloc(t.count * t.inner * sizeof(Node))
        t.values = <double*>malloc(t.count * (t.inner + 1) * sizeof(double))
        if not t.nodes or not t.values:
            raise MemoryError
        for tree in range(t.count):
            for at in range(t.inner + 1):
                t.values[tree * (t.inner + 1) + at] = value[tree, at]
            for at in range(t.inner):
                cut = <float>threshold[tree, at]
                if <double>cut > threshold[tree, at]:
                    cut = nextafterf(cut, -INFINITY)
                t.nodes[tree * t.inner + at] = Node(cut, feature[tree, at])
            self._join(tree)

    cdef void _join(self, int tree) noexcept:
        """Let nodes whose leaves are worth the same go left without a question."""
        cdef Node* nodes = self.trees.nodes + tree * self.trees.inner
        cdef double* values = self.trees.values + tree * (self.trees.inner + 1)
        cdef int inner = self.trees.inner, at, left, right
        for at in range(inner - 1, -1, -1):
            left, right = 2 * at + 1, 2 * at + 2
            while left < inner and nodes[left].feature < 0:
                left = 2 * left + 1
            while right < inner and nodes[right].feature < 0:
                right = 2 * right + 1
            if min(left, right) >= inner and values[left - inner] == values[right - inner]:
                nodes[at].feature = -1

    def __dealloc__(self):
        free(self.trees.nodes)
        free(self.trees.values)

    def log_odds(self, const float[:, ::1] columns, double[::1] out, bint wide=True):
        """Score blocks; (n, f) features to (n,) log odds. `wide`: by AVX2, where it is there."""
        cdef _Trees* t = &self.trees
        cdef Py_ssize_t n = columns.shape[0], width = columns.shape[1]
        cdef Asked a
        if n == 0:
            return
        a.varies = <int*>calloc(2 * width, sizeof(int))
        a.questions = <Question*>malloc(t.count * t.inner * sizeof(Question))
        a.begins = <Question**>malloc(t.count * (sizeof(Question*) + sizeof(short)))
        a.tile = <float*>malloc(TILE * width * sizeof(float))
        a.told = <short*>malloc(TILE * (2 * t.inner + 1) * sizeof(short))
        a.varying = a.varies + width
        a.roots = <unsigned short*>(a.begins + t.count)
        try:
            if not (a.varies and a.questions and a.begins and a.tile and a.told):
                raise MemoryError
            if wide and has_avx2():
                walk_avx2(t, &columns[0, 0], n, width, &a, &out[0])
            else:
                walk_any(t, &columns[0, 0], n, width, &a, &out[0])
        finally:
            free(a.varies)
            free(a.questions)
            free(a.begins)
            free(a.tile)
            free(a.told)


cdef class Network:
    """A perceptron whose hidden sums go on from block to block."""

    cdef _Network network
    cdef double* memory

    def __cinit__(
        self, const float[::1] shift, const float[::1] scale, const double[:, ::1] hidden,
        const double[::1] hidden_bias, const double[:, ::1] output, const double[::1] output_bias,
        double rounder,
    ):
        cdef Py_ssize_t inputs = hidden.shape[0], units = hidden.shape[1], i, k
        cdef _Network* w = &self.network
        w.inputs, w.outputs = inputs, output.shape[1]
        w.units = (units + UNITS - 1) // UNITS * UNITS
        w.limit, w.coarse, w.rounder = LIMIT, COARSE, rounder
        self.memory = <double*>calloc(
            w.units * (1 + OUTPUTS) + OUTPUTS + inputs * (2 + w.units), sizeof(double)
        )
        if not self.memory:
            raise MemoryError
        w.hidden_bias = self.memory
        w.output = w.hidden_bias + w.units
        w.output_bias = w.output + w.units * OUTPUTS
        w.shift = <float*>(w.output_bias + OUTPUTS)
        w.scale = w.shift + inputs
        w.hidden = w.scale + inputs
        for i in range(inputs):
            w.shift[i], w.scale[i] = shift[i], scale[i]
            for k in range(units):
                w.hidden[k // UNITS * UNITS * inputs + i * UNITS + k % UNITS] = hidden[i, k]
        for k in range(units):
            w.hidden_bias[k] = hidden_bias[k]
            for i in range(w.outputs):
                w.output[k * OUTPUTS + i] = output[k, i]
        for i in range(w.outputs):
            w.output_bias[i] = output_bias[i]

    def __dealloc__(self):
        free(self.memory)

    def log_odds(self, const float[:, ::1] columns, double[:, ::1] out, bint wide=True):
        """Score blocks; (n, f) columns to (k, n) log odds. `wide`: by AVX2, where it is there."""
        cdef _Network* w = &self.network
        cdef Passed p
        if columns.shape[0] == 0:
            return
        p.sums = <double*>calloc(GROUP * w.units + (2 * GROUP + 2) * w.inputs, sizeof(double))
        if not p.sums:
            raise MemoryError
        p.changes = p.sums + GROUP * w.units
        p.by = <float*>(p.changes + GROUP * w.inputs)
        p.before = p.by + GROUP * w.inputs
        p.differ = <int*>(p.before + w.inputs)
        p.which = p.differ + w.inputs
        if wide and has_avx2():
            pass_avx2(w, &columns[0, 0], columns.shape[0], &p, &out[0, 0])
        else:
            pass_any(w, &columns[0, 0], columns.shape[0], &p, &out[0, 0])
        free(p.sums)


def revised(
    const double[::1] odds, const double[:, :] scores, const long long[::1] order,
    const float[:, :] columns, layout, const long long[::1] plain, float[:, ::1] out,
):
    """See `revise.columns_of`; `order` holds the blocks, likeliest first."""
    cdef const float[:] words = layout.words
    cdef const int[:, :] spans = layout.spans
    cdef const int[:] kin = layout.kin
    cdef Py_ssize_t n = odds.shape[0], i, k, opener = -1, groups = 0
    cdef double weight, mass
    cdef double page[PAGE - 2]
    cdef float* row
    for i in range(n):
        groups = max(groups, kin[i] + 1)
    # Sums of the weighted channels, and of the weights, before each block; the same of each group;
    # the channels; words of all blocks as likely.
    cdef double* total = <double*>calloc((n + 1 + groups) * SUMS + n * CHANNELS, sizeof(double))
    if not total:
        raise MemoryError
    cdef double* alike = total + (n + 1) * SUMS
    cdef double* rank = alike + groups * SUMS
    cdef float* channels = <float*>(rank + n)
    for i in range(n):
        row = channels + i * CHANNELS
        row[0] = odds[i]
        for k in range(1, CHANNELS):
            row[k] = scores[i, k - 1]
        weight = <double>(words[i] + <float>1)
        for k in range(CHANNELS):
            mass = <double>row[k] * weight
            total[(i + 1) * SUMS + k] = total[i * SUMS + k] + mass
            alike[kin[i] * SUMS + k] += mass
        total[(i + 1) * SUMS + CHANNELS] = total[i * SUMS + CHANNELS] + weight
        alike[kin[i] * SUMS + CHANNELS] += weight
    _page(scores, words, order, page, rank)
    for i in range(n):
        row = &out[i, 0]
        row = _block(channels, i, n, row)
        row = _block(channels, i - 1, n, row)
        row = _block(channels, i + 1, n, row)
        row = _block(channels, i - 2, n, row)
        row = _block(channels, i + 2, n, row)
        row = _block(channels, opener, n, row)
        row = _mean(total, max(i - 3, 0), min(i + 4, n), row)
        row = _mean(total, max(i - 8, 0), min(i + 9, n), row)
        row = _mean(total, spans[i, 0], spans[i, 1], row)
        row = _mean(total, spans[i, 2], spans[i, 3], row)
        for k in range(CHANNELS):
            row[k] = alike[kin[i] * SUMS + k] / alike[kin[i] * SUMS + CHANNELS]
        row += CHANNELS
        for k in range(PAGE - 2):
            row[k] = page[k]
        row[PAGE - 2] = rank[i]
        row[PAGE - 1] = scores[i, 0] - page[2]
        row += PAGE
        for k in range(plain.shape[0]):
            row[k] = columns[i, plain[k]]
        if words[i] <= OPENER_WORDS:
            opener = i
    free(total)


cdef int _page(
    const double[:, :] scores, const float[:] words, const long long[::1] order, double* page,
    double* rank,
) except -1:
    """See `revise._page`; `rank` is its last column but one, the rest is one row of it."""
    cdef Py_ssize_t n = words.shape[0], i, block, best = 0
    cdef double size = 0, gain = 0, likely = 0, whole, expected, highest = -1, certain = 0, at_best = 0
    for i in range(n):
        block = order[i]
        likely += scores[block, 0] * words[block]
        size += words[block]
        rank[block] = size
        certain += fabs(scores[i, 0] - 0.5) * 2 * words[i]
    whole, size = max(size, 1e-9), 0
    for i in range(n):
        block = order[i]
        gain += scores[block, 0] * words[block]
        expected = 2 * gain / max(rank[block] + likely, 1e-9)
        if expected > highest:
            highest, best, at_best = expected, block, rank[block]
        rank[block] /= whole
    page[0], page[1], page[2] = likely / whole, highest, scores[best, 0]
    page[3], page[4], page[5] = at_best / whole, certain / whole, log1p(likely) / 4
    return 0


cdef inline float* _block(float* channels, Py_ssize_t i, Py_ssize_t n, float* row) noexcept:
    """Write the channels of block `i`, zeros off the page; returns the place behind."""
    cdef Py_ssize_t k
    for k in range(CHANNELS):
        row[k] = channels[i * CHANNELS + k] if 0 <= i < n else 0
    return row + CHANNELS


cdef inline float* _mean(double* total, Py_ssize_t low, Py_ssize_t high, float* row) noexcept:
    """Write the mean of the channels over blocks `low` to `high`; returns the place behind."""
    cdef double* before = total + low * SUMS
    cdef double* after = total + high * SUMS
    cdef Py_ssize_t k
    for k in range(CHANNELS):
        row[k] = (after[k] - before[k]) / (after[CHANNELS] - before[CHANNELS])
    return row + CHANNELS
