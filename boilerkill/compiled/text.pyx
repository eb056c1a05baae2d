# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""`features.chars.count`, `words.first_tokens` and what is computed from the words of blocks.

Words are numbers here: those of one page are numbered in the order in which they are met, and
those of a lexicon by its own table. `tests/test_compiled.py` holds everything against the Python
that it stands for.
"""

cimport cython
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND
from libc.math cimport sqrt
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcmp, memcpy, memset

import re

from boilerkill import words as _words
from boilerkill.features import chars as _chars

cdef extern from *:
    const char* BOILERKILL_SOURCES  # set by setup.py

SOURCES = BOILERKILL_SOURCES.decode()

ctypedef unsigned long long u64
ctypedef unsigned char Byte
ctypedef unsigned short Half
ctypedef unsigned int Char

cdef extern from "Python.h":
    int Py_UNICODE_ISALNUM(Char c) nogil
    Char PyUnicode_READ(int kind, void* data, Py_ssize_t index) nogil
    bint PyUnicode_IS_ASCII(object text)

cdef extern from *:
    int __builtin_ctz(unsigned int bits) noexcept nogil
    void __builtin_prefetch(const void* place) noexcept nogil

# -- counting characters (`chars.count`) -----------------------------------------------------------
cdef enum:
    CLASSES = 14
    PATTERNS = 256

if len(_chars.CLASSES) != CLASSES:
    raise ImportError("other classes of characters than this kernel was built for")
cdef const unsigned char[::1] _pattern_of
cdef const unsigned short[::1] _bits_of
_pattern_of, _bits_of = _chars._patterns()[:2]
cdef int KINDS = _bits_of.shape[0]
cdef Char TOP = _chars._TOP
cdef unsigned short SPACED = _chars._BIT["word"], WORD = _chars._WORD
cdef float PER_WORD = _chars._PER_WORD
cdef unsigned char _spaced[PATTERNS]
for k in range(KINDS):
    _spaced[k] = (_bits_of[k] & WORD) == SPACED


cdef struct Met:
    unsigned int each[2][PATTERNS]  # two, or each sum would wait for the one before
    Py_ssize_t begun
    bint address


ctypedef fused Code:
    Byte
    Half
    Char


cdef inline void _meet(const Code* codes, Py_ssize_t length, Met* met) noexcept nogil:
    """Count the patterns of a text and the words in it, and look for addresses."""
    cdef Py_ssize_t k, begun = 0
    cdef Char code
    cdef unsigned char pattern, spaced, before = 0
    for k in range(length):
        code = codes[k]
        if Code is Byte or Code is Half:
            pattern = _pattern_of[code]
        else:
            pattern = _pattern_of[code if code < TOP else TOP]
        met.each[k & 1][pattern] += 1
        spaced = _spaced[pattern]
        begun += spaced & ~before
        before = spaced
        if (
            code == c'@'
            or (code == c'/' and k > 1 and codes[k - 1] == c'/' and codes[k - 2] == c':')
            or (code == c'.' and k > 2 and codes[k - 1] == c'w' and codes[k - 2] == c'w'
                and codes[k - 3] == c'w')
        ):
            met.address = True
    met.begun = begun


def count(
    list texts, float[:, ::1] counts, float[:, ::1] sizes, unsigned short[:, ::1] edges,
    unsigned char[::1] address,
):
    """See `chars.count`; also tells which texts have an at sign or a web address."""
    cdef Py_ssize_t i, k, length
    cdef int c, kind
    cdef Met met
    cdef long long[CLASSES] found
    cdef unsigned int bits, times
    cdef void* data
    cdef str text
    for i in range(len(texts)):
        text = texts[i]
        kind, data, length = PyUnicode_KIND(text), PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text)
        memset(met.each[0], 0, KINDS * sizeof(int))
        memset(met.each[1], 0, KINDS * sizeof(int))
        met.address = False
        if kind == 1:
            _meet(<Byte*>data, length, &met)
        elif kind == 2:
            _meet(<Half*>data, length, &met)
        else:
            _meet(<Char*>data, length, &met)
        memset(found, 0, sizeof(found))
        for c in range(KINDS):
            times = met.each[0][c] + met.each[1][c]
            bits = _bits_of[c] if times else 0
            while bits:
                found[__builtin_ctz(bits)] += times
                bits &= bits - 1
        for k in range(CLASSES):
            counts[i, k] = <float>found[k]
        sizes[i, 0] = <float>length
        sizes[i, 1] = <float>met.begun + <float>found[1] / PER_WORD
        address[i] = met.address
        edges[i, 0] = edges[i, 1] = 0
        if not length:
            continue
        edges[i, 0] = _bits_of[_pattern_of[min(TOP, PyUnicode_READ(kind, data, 0))]]
        edges[i, 1] = _bits_of[_pattern_of[min(TOP, PyUnicode_READ(kind, data, length - 1))]]


# -- copies (`View.key_numbers`) -------------------------------------------------------------------
cdef struct Key:
    const unsigned char* data    # of a lower-cased text, or of one of ASCII
    Py_ssize_t size
    bint ascii
    u64 sum


cdef inline u64 _lower8(u64 x) noexcept nogil:
    """Lower-case eight characters of ASCII."""
    cdef u64 each = 0x0101010101010101
    cdef u64 capital = (x + (0x80 - c'A') * each) ^ (x + (0x7F - c'Z') * each)
    return x | (capital & 0x80 * each) >> 2


cdef inline u64 _eight(Key* key, Py_ssize_t at) noexcept nogil:
    cdef u64 found = 0
    if at + 8 <= key.size:
        memcpy(&found, key.data + at, 8)
    else:
        memcpy(&found, key.data + at, key.size - at)
    return _lower8(found) if key.ascii else found


cdef u64 _sum(Key* key) noexcept nogil:
    cdef u64 sum = <u64>key.size
    cdef Py_ssize_t at = 0
    while at < key.size:
        sum = (sum ^ _eight(key, at)) * 11400714819323198485u
        sum ^= sum >> 32
        at += 8
    return sum


cdef bint _equal(Key* one, Key* other) noexcept nogil:
    cdef Py_ssize_t at = 0
    if one.sum != other.sum or one.size != other.size or one.ascii != other.ascii:
        return False
    while at < one.size:
        if _eight(one, at) != _eight(other, at):
            return False
        at += 8
    return True


def numbered(list texts, long long[::1] out):
    """Number texts, case aside, in order of first appearance."""
    cdef Py_ssize_t i, at, room = 64, n = len(texts)
    cdef long long count = 0
    cdef str text
    cdef list lowered = []  # until all are numbered
    while room < 2 * n:
        room *= 2
    cdef Key* keys = <Key*>malloc(n * sizeof(Key))
    cdef int* slots = <int*>malloc(room * sizeof(int))
    try:
        if not keys or not slots:
            raise MemoryError
        memset(slots, 0xFF, room * sizeof(int))
        for i in range(n):
            text = texts[i]
            if not PyUnicode_IS_ASCII(text):
                text = text.lower()
                lowered.append(text)
            keys[i].data = <const unsigned char*>PyUnicode_DATA(text)
            keys[i].size = PyUnicode_GET_LENGTH(text) * PyUnicode_KIND(text)
            keys[i].ascii = PyUnicode_IS_ASCII(text)
            keys[i].sum = _sum(&keys[i])
            at = <Py_ssize_t>(keys[i].sum & <u64>(room - 1))
            while slots[at] >= 0 and not _equal(&keys[slots[at]], &keys[i]):
                at = (at + 1) & (room - 1)
            if slots[at] < 0:
                slots[at] = <int>i
                out[i] = count
                count += 1
            else:
                out[i] = out[slots[at]]
    finally:
        free(keys)
        free(slots)


# -- words as numbers ------------------------------------------------------------------------------
cdef struct Word:
    u64 sum
    int start    # in the text of the table
    int size


cdef struct Slot:
    unsigned int tag    # upper half of the word's sum
    int number          # -1 where the slot is free


@cython.final
cdef class Table:
    """Words, numbered in the order in which they are entered."""

    cdef Slot* slots
    cdef Word* words
    cdef Char* text
    cdef Py_ssize_t room, used, text_room
    cdef int count

    def __cinit__(self, Py_ssize_t words):
        self.room = 64
        while self.room < 2 * words:
            self.room *= 2
        self.text_room = 4 * self.room
        self.slots = <Slot*>malloc(self.room * sizeof(Slot))
        self.words = <Word*>malloc(self.room // 2 * sizeof(Word))
        self.text = <Char*>malloc(self.text_room * sizeof(Char))
        if not self.slots or not self.words or not self.text:
            raise MemoryError
        memset(self.slots, 0xFF, self.room * sizeof(Slot))

    def __dealloc__(self):
        free(self.slots)
        free(self.words)
        free(self.text)

    cdef inline Slot* _slot(self, Char* word, int size, u64 sum) noexcept nogil:
        """Return the slot of a word, or the free one where it belongs."""
        cdef Py_ssize_t at = <Py_ssize_t>(sum & <u64>(self.room - 1))
        cdef unsigned int tag = <unsigned int>(sum >> 32)
        cdef Slot* slot
        cdef Word* there
        while True:
            slot = &self.slots[at]
            if slot.number < 0:
                return slot
            if slot.tag == tag:
                there = &self.words[slot.number]
                if there.sum == sum and there.size == size and (
                    memcmp(self.text + there.start, word, size * sizeof(Char)) == 0
                ):
                    return slot
            at = (at + 1) & (self.room - 1)

    cdef inline void expect(self, u64 sum) noexcept nogil:
        """Have the slot fetched where a word will be looked for."""
        __builtin_prefetch(&self.slots[sum & <u64>(self.room - 1)])

    cdef inline int find(self, Char* word, int size, u64 sum) noexcept nogil:
        """Return a word's number, -1 if it is not there."""
        return self._slot(word, size, sum).number

    cdef int enter(self, Char* word, int size, u64 sum) except -1:
        """Return a word's number; a new one's if it was not there."""
        cdef Slot* slot = self._slot(word, size, sum)
        cdef Word* entered
        if slot.number >= 0:
            return slot.number
        if 2 * self.count >= self.room:
            self._grow()
            slot = self._slot(word, size, sum)
        if self.used + size > self.text_room:
            self.text_room = 2 * self.text_room + size
            self.text = <Char*>_moved(self.text, self.text_room * sizeof(Char))
        memcpy(self.text + self.used, word, size * sizeof(Char))
        entered = &self.words[self.count]
        entered.sum, entered.start, entered.size = sum, <int>self.used, size
        slot.tag, slot.number = <unsigned int>(sum >> 32), self.count
        self.used += size
        self.count += 1
        return slot.number

    cdef int _grow(self) except -1:
        cdef Py_ssize_t at, room = 4 * self.room
        cdef int number
        self.words = <Word*>_moved(self.words, room // 2 * sizeof(Word))
        self.slots = <Slot*>_moved(self.slots, room * sizeof(Slot))
        self.room = room
        memset(self.slots, 0xFF, room * sizeof(Slot))
        for number in range(self.count):
            at = <Py_ssize_t>(self.words[number].sum & <u64>(room - 1))
            while self.slots[at].number >= 0:
                at = (at + 1) & (room - 1)
            self.slots[at].tag = <unsigned int>(self.words[number].sum >> 32)
            self.slots[at].number = number
        return 0


cdef void* _moved(void* items, Py_ssize_t size) except NULL:
    cdef void* larger = realloc(items, size)
    if not larger:
        raise MemoryError
    return larger


cdef u64 SEED = 14695981039346656037u, PRIME = 1099511628211u


cdef inline u64 _hashed(Char* word, int size) noexcept nogil:
    cdef u64 sum = SEED
    cdef int i
    for i in range(size):
        sum = (sum ^ word[i]) * PRIME
    return sum ^ sum >> 29


# -- cutting into words (`words.tokens`) -----------------------------------------------------------
cdef enum:
    NONE, LETTER, ALONE, MARK
    NEAR = 0x3400  # below it, each character's kind is in a table; above, only ranges are looked at

cdef unsigned char _near[NEAR]
cdef unsigned char _lowered[128]  # of ASCII; 0 where no word goes on
cdef int RANGES
cdef Char _alone[64]


def _ranges(str source):
    """Return (first, last) of each range of a class of characters."""
    return [(ord(a), ord(b or a)) for a, b in re.findall("(.)(?:-(.))?", source)]


def _fill():
    global RANGES
    alone = _ranges(_words.UNSPACED)
    marks = _ranges(_words._MARKS)
    if len(alone) > 32 or any(b >= NEAR for _, b in marks) or _words._START > 256:
        raise ImportError("other scripts than this kernel was built for")
    for c in range(NEAR):
        _near[c] = LETTER if chr(c).isalnum() or c == c'_' else NONE
    for kind, ranges in ((ALONE, alone), (MARK, marks)):
        for a, b in ranges:
            for c in range(a, min(b + 1, NEAR)):
                if kind == ALONE or _near[c] == NONE:
                    _near[c] = kind
    for c in range(128):
        _lowered[c] = ord(chr(c).lower()) if _near[c] == LETTER else 0
    RANGES = len(alone)
    for k, (a, b) in enumerate(alone):
        _alone[2 * k], _alone[2 * k + 1] = a, b


_fill()


cdef inline int _kind(Char c) noexcept nogil:
    cdef int k
    if c < NEAR:
        return _near[c]
    for k in range(RANGES):
        if _alone[2 * k] <= c <= _alone[2 * k + 1]:
            return ALONE
    return LETTER if Py_UNICODE_ISALNUM(c) else NONE


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


# -- the lexicon -----------------------------------------------------------------------------------
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
