# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""What can be told of texts character by character: `features.chars.count`, and copies."""

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

from boilerkill.features import chars as _chars

cdef extern from *:
    const char* BOILERKILL_SOURCES  # set by setup.py
    int __builtin_ctz(unsigned int bits) noexcept nogil

SOURCES = BOILERKILL_SOURCES.decode()

ctypedef unsigned long long u64
ctypedef unsigned char Byte
ctypedef unsigned short Half
ctypedef unsigned int Char

cdef extern from "Python.h":
    Char PyUnicode_READ(int kind, void* data, Py_ssize_t index) nogil
    bint PyUnicode_IS_ASCII(object text)

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
