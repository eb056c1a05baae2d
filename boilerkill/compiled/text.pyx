# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""`words.first_tokens` and what is computed from the words of blocks.

Words are numbers here: those of one page are numbered in the order in which they are met, and
those of a lexicon by its own table. `tests/test_compiled.py` holds everything against the Python
that it stands for.
"""

include "table.pxi"
include "lexicon.pxi"

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_KIND
from libc.math cimport sqrt


cdef Py_ssize_t START = _words._START


@cython.final
cdef class Words:
    """The first words of each block of a page, as numbers.

    `ids` are the numbers of all words, block after block; `ends` (n + 1) tells where the words of
    each block end, with a 0 in front.
    """

    cdef Table table
    cdef int* ids
    cdef int* ends
    cdef Char* buffer
    cdef Py_ssize_t n, size, room, buffer_room
    cdef int count    # different words of the blocks

    def __cinit__(self, list texts):
        cdef Py_ssize_t i
        self.n = len(texts)
        self.table = Table(self.n)
        self.room = 16 * self.n + 16
        self.ids = <int*>malloc(self.room * sizeof(int))
        self.ends = <int*>malloc((self.n + 1) * sizeof(int))
        if not self.ids or not self.ends:
            raise MemoryError
        self.ends[0] = 0
        for i in range(self.n):
            self._cut(texts[i], START)
            self.ends[i + 1] = self.size
        self.count = self.table.count

    def __dealloc__(self):
        free(self.ids)
        free(self.ends)
        free(self.buffer)

    cdef int _cut(self, str text, Py_ssize_t most) except -1:
        """Enter the words of a text's first characters."""
        cdef Py_ssize_t k, length = min(most, PyUnicode_GET_LENGTH(text))
        if PyUnicode_IS_ASCII(text):
            self._announce(length)
            return self._enter_ascii(<const unsigned char*>PyUnicode_DATA(text), length)
        text = text[:length].lower()
        cdef int kind = PyUnicode_KIND(text)
        cdef void* data = PyUnicode_DATA(text)
        length = PyUnicode_GET_LENGTH(text)
        self._announce(length)
        for k in range(length):
            self.buffer[k] = PyUnicode_READ(kind, data, k)
        return self._enter(self.buffer, length)

    cdef int _announce(self, Py_ssize_t length) except -1:
        """Make room for the words of a text."""
        if self.size + length > self.room:
            self.room = 2 * self.room + length
            self.ids = <int*>_moved(self.ids, self.room * sizeof(int))
        if length > self.buffer_room:
            self.buffer_room = 2 * length
            self.buffer = <Char*>_moved(self.buffer, self.buffer_room * sizeof(Char))
        return 0

    cdef int _enter_ascii(self, const unsigned char* text, Py_ssize_t length) except -1:
        """Lower, part and sum up in one go."""
        cdef Char* word = self.buffer
        cdef Py_ssize_t i = 0
        cdef int size
        cdef u64 sum
        cdef Char c
        while i < length:
            c = _lowered[text[i]]
            i += 1
            if not c:
                continue
            sum, size = SEED, 0
            while c:
                word[size] = c
                sum = (sum ^ c) * PRIME
                size += 1
                c = _lowered[text[i]] if i < length else 0
                i += 1
            self.ids[self.size] = self.table.enter(word, size, sum ^ sum >> 29)
            self.size += 1
        return 0

    cdef int _enter(self, Char* text, Py_ssize_t length) except -1:
        cdef Py_ssize_t i = 0, start
        cdef int kind
        while i < length:
            kind = _kind(text[i])
            start = i
            i += 1
            if kind == LETTER:
                while i < length:
                    kind = _kind(text[i])
                    if kind != LETTER and kind != MARK:
                        break
                    i += 1
            elif kind != ALONE:
                continue
            self.ids[self.size] = self.table.enter(
                text + start, i - start, _hashed(text + start, i - start)
            )
            self.size += 1
        return 0

    cdef list _numbers(self, words):
        """Return the numbers of distinct words, -1 for each that stands in no block."""
        cdef Char buffer[1024]
        cdef Py_ssize_t k, length
        cdef str word
        found = []
        for word in words:
            length = PyUnicode_GET_LENGTH(word)
            for k in range(min(length, 1024)):
                buffer[k] = word[k]
            found.append(
                self.table.find(buffer, length, _hashed(buffer, length)) if length <= 1024 else -1
            )
        return found

    def lists(self):
        """Return the numbers of each block's words, as lists."""
        return [[self.ids[k] for k in range(self.ends[i], self.ends[i + 1])] for i in range(self.n)]

    def prefix_copies(self, float[::1] same):
        """Count for each block the others with the same first two words."""
        cdef Py_ssize_t i, at, room = 64
        cdef u64 key
        cdef int size
        while room < 2 * self.n:
            room *= 2
        cdef u64* keys = <u64*>malloc(room * sizeof(u64))
        cdef int* counts = <int*>malloc(room * sizeof(int))
        cdef Py_ssize_t* places = <Py_ssize_t*>malloc(self.n * sizeof(Py_ssize_t))
        try:
            if not keys or not counts or not places:
                raise MemoryError
            memset(counts, 0, room * sizeof(int))
            for i in range(self.n):
                size = self.ends[i + 1] - self.ends[i]
                key = <u64>(self.ids[self.ends[i]] + 1) << 32 if size else 0
                if size > 1:
                    key |= <u64>(self.ids[self.ends[i] + 1] + 1)
                at = <Py_ssize_t>((key * 11400714819323198485u >> 20) & <u64>(room - 1))
                while counts[at] and keys[at] != key:
                    at = (at + 1) & (room - 1)
                keys[at] = key
                counts[at] += 1
                places[i] = at
            for i in range(self.n):
                same[i] = counts[places[i]] - 1
        finally:
            free(keys)
            free(counts)
            free(places)

    cdef bytearray _stated(self, texts, Py_ssize_t* count):
        """Tell which words these texts have, and how many they are of."""
        cdef Py_ssize_t begin = self.size, k
        cdef str text
        for text in texts:
            self._cut(text, PyUnicode_GET_LENGTH(text))
        cdef bytearray found = bytearray(self.table.count + 1)
        cdef unsigned char[::1] member = found
        for k in range(begin, self.size):
            member[self.ids[k]] = 1
        count[0] = self.size - begin
        self.size = begin
        return found

    def shares(self, texts, float[::1] out):
        """See `Beginnings.shares`; returns the number of the texts' words."""
        cdef Py_ssize_t i, count
        cdef int k, hits, size
        cdef const unsigned char[::1] member = self._stated(texts, &count)
        for i in range(self.n):
            size = self.ends[i + 1] - self.ends[i]
            hits = 0
            for k in range(self.ends[i], self.ends[i + 1]):
                hits += member[self.ids[k]]
            out[i] = <double>hits / size if size else 0
        return count

    def titles(self, list parts, descriptions, float[:, ::1] out):
        """See `Beginnings.titles`.

        Fills inside, best, equal, described and in_text.
        """
        cdef Py_ssize_t i, part, count = len(parts), size_told
        cdef const unsigned char[::1] described = self._stated(descriptions, &size_told)
        cdef Py_ssize_t width = self.table.count + 1
        cdef int k, own, size, hits, told, everything_size, word, shared
        cdef double likeness, best
        cdef bint same
        everything = set().union(*parts)
        everything_size = len(everything)
        cdef unsigned char[::1] whole = bytearray(width)
        cdef unsigned char[::1] members = bytearray(count * width + 1)
        cdef int[::1] seen = memoryview(bytearray(4 * width)).cast("i")
        cdef list sets = [set(words) for words in parts]
        cdef list numbers = [self._numbers(words) for words in parts]
        cdef list sizes = [len(words) for words in sets]
        for k in self._numbers(everything):
            if k >= 0:
                whole[k] = 1
        for part in range(count):
            for k in numbers[part]:
                if k >= 0:
                    members[part * width + k] = 1
        for i in range(self.n):
            size = self.ends[i + 1] - self.ends[i]
            own = hits = told = 0
            for k in range(self.ends[i], self.ends[i + 1]):
                word = self.ids[k]
                if seen[word] != i + 1:
                    seen[word] = i + 1
                    own += 1
                    hits += whole[word]
                    told += described[word]
            if not size:
                continue
            out[0, i] = <double>hits / own
            out[3, i] = <double>told / own
            if hits and size <= 40:
                best = 0
                for part in range(count):
                    shared = 0
                    for k in range(self.ends[i], self.ends[i + 1]):
                        word = self.ids[k]
                        if seen[word] == i + 1:
                            seen[word] = -1
                            shared += members[part * width + word]
                    for k in range(self.ends[i], self.ends[i + 1]):
                        seen[self.ids[k]] = i + 1
                    likeness = <double>shared / (own + <int>sizes[part] - shared)
                    best = max(best, likeness)
                    if len(numbers[part]) == size:
                        same = True
                        for k in range(size):
                            if <int>numbers[part][k] != self.ids[self.ends[i] + k]:
                                same = False
                                break
                        if same:
                            out[2, i] = 1
                out[1, i] = best
            elif hits:
                out[4, i] = <double>hits / everything_size

    def evidence(self, Terms terms, float[:, ::1] sums, float[::1] known):
        """Weigh the words of each block; see `features.lexicon.Lexicon.scores`."""
        cdef Py_ssize_t i
        cdef int k, label, part, row, pair, size, end, number, hits
        cdef int* parts = <int*>malloc((self.count + 1) * sizeof(int))
        cdef double total[LABELS]
        cdef double start[LABELS]
        cdef float* single_row
        cdef float* pair_row
        cdef Word* word
        if not parts:
            raise MemoryError
        try:
            for k in range(self.count):
                word = &self.table.words[k]
                if k + AHEAD < self.count:
                    terms.table.expect(word[AHEAD].sum)
                parts[k] = part = terms.table.find(
                    self.table.text + word.start, word.size, word.sum
                )
                if part >= 0 and terms.single[part] >= 0:
                    __builtin_prefetch(terms.weights + LABELS * terms.single[part])
            memset(total, 0, sizeof(total))
            for i in range(self.n):
                memcpy(start, total, sizeof(total))
                size = min(self.ends[i + 1] - self.ends[i], terms.words)
                end = self.ends[i] + size
                hits = 0
                for k in range(self.ends[i], end):
                    part = parts[self.ids[k]]
                    row = terms.single[part] if part >= 0 else -1
                    pair = -1
                    if part >= 0 and k + 1 < end and terms.begins[part]:
                        number = parts[self.ids[k + 1]]
                        if number >= 0:
                            pair = terms.pair(part, number)
                    hits += row >= 0
                    if row >= 0 or pair >= 0:
                        single_row = terms.weights + LABELS * (row if row >= 0 else terms.rows)
                        pair_row = terms.weights + LABELS * (pair if pair >= 0 else terms.rows)
                        for label in range(LABELS):
                            total[label] += <double>(single_row[label] + pair_row[label])
                for label in range(LABELS):
                    sums[i, label] = (total[label] - start[label]) / sqrt(<double>max(size, 1))
                known[i] = <double>hits / max(size, 1)
        finally:
            free(parts)
