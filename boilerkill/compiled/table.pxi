# Words as numbers, and what parts them.

cimport cython
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcmp, memcpy, memset

import re

from boilerkill import words as _words

cdef extern from *:
    const char* BOILERKILL_SOURCES  # set by setup.py
    void __builtin_prefetch(const void* place) noexcept nogil

SOURCES = BOILERKILL_SOURCES.decode()

ctypedef unsigned long long u64
ctypedef unsigned int Char

cdef extern from "Python.h":
    int Py_UNICODE_ISALNUM(Char c) nogil
    Char PyUnicode_READ(int kind, void* data, Py_ssize_t index) nogil
    bint PyUnicode_IS_ASCII(object text)


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
