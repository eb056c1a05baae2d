# The words and pairs of words of a lexicon, by the numbers of a table.

from cpython.unicode cimport PyUnicode_GET_LENGTH


cdef enum:
    LABELS = 4
    AHEAD = 8  # words that are fetched before they are needed


cdef struct Pair:
    u64 key    # the numbers of both words
    int row    # -1 where the place is free


@cython.final
cdef class Terms:
    """The words and pairs of words of a lexicon."""

    cdef Table table
    cdef float* weights    # with a row of zeros behind
    cdef int* single       # row of each word, -1 if only pairs have it
    cdef unsigned char* begins
    cdef Pair* pairs
    cdef Py_ssize_t rows, pair_room
    cdef int words

    def __cinit__(self, dict rows, const float[:, ::1] weights, int words):
        cdef Char buffer[1024]
        cdef Py_ssize_t k, length, gap, at
        cdef int first, second, row
        cdef str term
        cdef u64 key
        if weights.shape[1] != LABELS:
            raise ValueError("a lexicon for other labels than this kernel was built for")
        self.words = words
        self.rows = weights.shape[0]
        self.table = Table(len(rows) // 2)
        self.pair_room = 64
        while self.pair_room < 2 * sum(" " in term for term in rows):
            self.pair_room *= 2
        self.weights = <float*>malloc((self.rows + 1) * LABELS * sizeof(float))
        self.single = <int*>malloc((2 * len(rows) + 1) * sizeof(int))
        self.begins = <unsigned char*>malloc(2 * len(rows) + 1)
        self.pairs = <Pair*>malloc(self.pair_room * sizeof(Pair))
        if not (self.weights and self.single and self.begins and self.pairs):
            raise MemoryError
        memset(self.weights, 0, (self.rows + 1) * LABELS * sizeof(float))
        if self.rows:
            memcpy(self.weights, &weights[0, 0], self.rows * LABELS * sizeof(float))
        memset(self.single, 0xFF, (2 * len(rows) + 1) * sizeof(int))
        memset(self.begins, 0, 2 * len(rows) + 1)
        memset(self.pairs, 0xFF, self.pair_room * sizeof(Pair))
        for term, row in rows.items():
            length = PyUnicode_GET_LENGTH(term)
            if length > 1024:
                continue  # no block's start holds it
            gap = -1
            for k in range(length):
                buffer[k] = term[k]
                if gap < 0 and buffer[k] == c' ':
                    gap = k
            if gap < 0:
                first = self.table.enter(buffer, length, _hashed(buffer, length))
                self.single[first] = row
                continue
            first = self.table.enter(buffer, gap, _hashed(buffer, gap))
            second = self.table.enter(
                buffer + gap + 1, length - gap - 1, _hashed(buffer + gap + 1, length - gap - 1)
            )
            self.begins[first] = 1
            key = <u64>first << 32 | <u64>second
            at = self._place(key)
            self.pairs[at].key, self.pairs[at].row = key, row

    def __dealloc__(self):
        free(self.weights)
        free(self.single)
        free(self.begins)
        free(self.pairs)

    cdef inline Py_ssize_t _place(self, u64 key) noexcept nogil:
        cdef Py_ssize_t at = <Py_ssize_t>(
            (key * 11400714819323198485u >> 20) & <u64>(self.pair_room - 1)
        )
        while self.pairs[at].row >= 0 and self.pairs[at].key != key:
            at = (at + 1) & (self.pair_room - 1)
        return at

    cdef inline int pair(self, int first, int second) noexcept nogil:
        return self.pairs[self._place(<u64>first << 32 | <u64>second)].row
