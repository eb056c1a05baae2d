# What the modules of families share: logarithms, and the columns of one page.

cimport cython
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcpy, memset

import numpy as np

from boilerkill.features import chars as _chars

ctypedef unsigned long long u64
ctypedef long long i64

cdef extern from *:
    const char* BOILERKILL_SOURCES  # set by setup.py

SOURCES = BOILERKILL_SOURCES.decode()

cdef enum:
    WORD, UNSPACED, DIGIT, UPPER, STOP, COMMA, DIVIDER, MONEY, RIGHTS, QUOTE, COLON, BRACKET
    SYMBOL, BREAK, CLASSES

if _chars.CLASSES != (
    "word", "unspaced", "digit", "upper", "stop", "comma", "divider", "money", "rights", "quote",
    "colon", "bracket", "symbol", "break",
):
    raise ImportError("other classes of characters than this kernel was built for")

# -- logarithms ------------------------------------------------------------------------------------
cdef enum:
    KNOWN = 4096

cdef float _log32[KNOWN]
cdef float _log64[KNOWN]


def _fill():
    single = np.log1p(np.arange(KNOWN, dtype=np.float32))
    double = np.log1p(np.arange(KNOWN)).astype(np.float32)
    for k in range(KNOWN):
        _log32[k], _log64[k] = single[k], double[k]


_fill()


@cython.final
cdef class Logs:
    """Logarithms of 1 + x that are still to be worked out, and where they go."""

    cdef float* base
    cdef Py_ssize_t* places
    cdef float* values
    cdef Py_ssize_t count, room
    cdef Py_ssize_t* places64
    cdef double* values64
    cdef Py_ssize_t count64, room64

    def __cinit__(self, float[:, ::1] out):
        self.base = &out[0, 0]
        self.room = self.room64 = 16 * out.shape[0] + 64
        self.places = <Py_ssize_t*>malloc(self.room * sizeof(Py_ssize_t))
        self.values = <float*>malloc(self.room * sizeof(float))
        self.places64 = <Py_ssize_t*>malloc(self.room64 * sizeof(Py_ssize_t))
        self.values64 = <double*>malloc(self.room64 * sizeof(double))
        if not (self.places and self.values and self.places64 and self.values64):
            raise MemoryError

    def __dealloc__(self):
        free(self.places)
        free(self.values)
        free(self.places64)
        free(self.values64)

    cdef inline int put(self, float* target, float x) except -1:
        """Take the logarithm in single precision."""
        cdef int whole
        if x <= 0:
            target[0] = 0
            return 0
        if x < KNOWN:
            whole = <int>x
            if <float>whole == x:
                target[0] = _log32[whole]
                return 0
        if self.count == self.room:
            self.room *= 2
            self.places = <Py_ssize_t*>_moved(self.places, self.room * sizeof(Py_ssize_t))
            self.values = <float*>_moved(self.values, self.room * sizeof(float))
        self.places[self.count], self.values[self.count] = target - self.base, x
        self.count += 1
        return 0

    cdef inline int put64(self, float* target, double x) except -1:
        """Take the logarithm in double precision, and round it."""
        cdef int whole
        if x <= 0:
            target[0] = 0
            return 0
        if x < KNOWN:
            whole = <int>x
            if <double>whole == x:
                target[0] = _log64[whole]
                return 0
        if self.count64 == self.room64:
            self.room64 *= 2
            self.places64 = <Py_ssize_t*>_moved(self.places64, self.room64 * sizeof(Py_ssize_t))
            self.values64 = <double*>_moved(self.values64, self.room64 * sizeof(double))
        self.places64[self.count64], self.values64[self.count64] = target - self.base, x
        self.count64 += 1
        return 0

    cdef int finish(self) except -1:
        """Write what is left."""
        cdef Py_ssize_t k
        cdef float[::1] single
        cdef double[::1] double_
        if self.count:
            single = np.log1p(np.asarray(<float[:self.count]>self.values))
            for k in range(self.count):
                self.base[self.places[k]] = single[k]
        if self.count64:
            double_ = np.log1p(np.asarray(<double[:self.count64]>self.values64))
            for k in range(self.count64):
                self.base[self.places64[k]] = <float>double_[k]
        return 0


cdef void* _moved(void* items, Py_ssize_t size) except NULL:
    cdef void* larger = realloc(items, size)
    if not larger:
        raise MemoryError
    return larger


# -- one page --------------------------------------------------------------------------------------
cdef float TINY = 1e-6


cdef inline float _share(float part, float whole) noexcept nogil:
    return part / (whole if whole > TINY else TINY)


cdef inline float _least(float x, float most) noexcept nogil:
    return x if x < most else most


cdef inline i64 _above(i64 x) noexcept nogil:
    return x if x > 0 else 0


@cython.final
cdef class Sight:
    """A view and the matrix that its features are written to."""

    cdef Logs logs
    cdef float[:, ::1] out
    cdef const float[:, ::1] counts
    cdef const float[:] words, length
    cdef const float[::1] link_share, bold_share, linked_words, long_words, depth
    cdef const unsigned char[::1] long, address
    cdef const unsigned short[:, ::1] edges
    cdef const i64[::1] first, end, up, parent, owner, heading, look, inputs
    cdef double total
    cdef Py_ssize_t n, m
    cdef object view

    def __init__(self, v, float[:, ::1] out):
        self.view, self.out, self.logs = v, out, Logs(out)
        self.n, self.m = v.n, len(v.first)
        self.counts, self.words, self.length = v.char_counts, v.words, v.length
        self.link_share, self.bold_share = v.link_share, v.bold_share
        self.linked_words, self.long_words, self.depth = v.linked_words, v.long_words, v.depth
        self.long, self.address = v.long.view(np.uint8), v.address.view(np.uint8)
        self.edges = v.edges
        self.first, self.end, self.up, self.parent = v.first, v.end, v.up, v.parent
        self.owner, self.heading, self.look, self.inputs = v.owner, v.heading, v.looks, v.inputs
        self.total = v.total

    cdef inline i64 size(self, Py_ssize_t box) noexcept:
        return self.end[box] - self.first[box]
