# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""`parse.tokens` and `segment.cut_markup` as one scan without values in between.

The rules are those of `parse`, `segment` and `marks`; their tables are read from there, so that
only the steps stand here a second time. `tests/test_compiled.py` holds both against each other.
"""

from cpython.unicode cimport (
    PyUnicode_DATA, PyUnicode_FromKindAndData, PyUnicode_GET_LENGTH, PyUnicode_KIND,
    PyUnicode_Substring,
)
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcmp, memcpy, memset

from html import unescape

from boilerkill import marks as _marks
from boilerkill import page as _page
from boilerkill import parse as _parse
from boilerkill import segment as _segment
from boilerkill.errors import InputError

cdef extern from *:
    const char* BOILERKILL_SOURCES  # set by setup.py

SOURCES = BOILERKILL_SOURCES.decode()

ctypedef unsigned long long u64

cdef extern from "Python.h":
    int Py_UNICODE_ISSPACE(unsigned int c) nogil
    unsigned int PyUnicode_READ(int kind, void* data, Py_ssize_t index) nogil
    int PyUnicode_4BYTE_KIND

# -- tables of tags --------------------------------------------------------------------------------
cdef enum:
    LINK = 1 << 3
    BOLD = 1 << 4
    PRE = 1 << 5
    SKIPPED = 1 << 2
    VOID = 1 << 1
    BLOCK = 1 << 0
    COUNTED = LINK | BOLD | PRE | SKIPPED

if (BLOCK, VOID, SKIPPED, LINK, BOLD, PRE) != (
    _marks.BLOCK, _marks.VOID, _marks.SKIPPED, _marks.LINK, _marks.BOLD, _marks.PRE
):
    raise ImportError("the marks of tags have other bits than this kernel was built for")

cdef dict _ids = {}       # lower-case name -> number
cdef list _names = []     # number -> name
cdef list _bits = []      # number -> marks
cdef list _set_list = []  # frozensets of names; the place of each is its bit in `_flags`


cdef int _number(str name) except -1:
    if name not in _ids:
        _ids[name] = len(_names)
        _names.append(name)
        _bits.append(_marks.tag_of(name)[1])
    return _ids[name]


cdef u64 _set(names) except 0:
    """Return the bit under which a tag knows that it is one of `names`."""
    names = frozenset(names)
    if names not in _set_list:
        _set_list.append(names)
        for name in sorted(names):
            _number(name)
    return (<u64>1) << _set_list.index(names)


for _name in ("html", "body", "", "a", "form", "p", "br", "hr", "img", "input", "meta", "link",
              "table", "tr", "tbody", "title", "script", *sorted(_marks._TAGS)):
    _number(_name)

cdef u64 SCOPE = _set(_segment._SCOPE)
cdef u64 BUTTON_SCOPE = _set(_segment._BUTTON_SCOPE)
cdef u64 TABLE_SCOPE = _set(_segment._TABLE_SCOPE)
cdef u64 HEADINGS = _set(_segment._HEADINGS)
cdef u64 SECTIONS = _set(_segment._SECTIONS)
cdef u64 TABLE_PARTS = _set(_segment._TABLE_PARTS)
cdef u64 TABLE_TAGS = _set(_segment._TABLE_TAGS)
cdef u64 IN_PARAGRAPH = _set(_segment._IN_PARAGRAPH)
cdef u64 IMPLIED = _set(_segment._IMPLIED)
cdef u64 IN_SVG = _set(_segment._IN_SVG)
cdef u64 CELLS = _set(_segment._CELLS)
cdef u64 PARAGRAPH = _set(_segment._PARAGRAPH)
cdef u64 SVG = _set(_segment._SVG)
cdef u64 SECTION_OR_TABLE = _set(_segment._SECTIONS | {"table"})

cdef int HTML = _ids["html"], BODY = _ids["body"], CLOSED = _ids[_segment._CLOSED]
cdef int A = _ids["a"], FORM = _ids["form"], P = _ids["p"], BR = _ids["br"], HR = _ids["hr"]
cdef int IMG = _ids["img"], INPUT = _ids["input"], META = _ids["meta"], LINK_TAG = _ids["link"]
cdef int TABLE = _ids["table"], TR = _ids["tr"], TBODY = _ids["tbody"]
cdef int TITLE = _ids["title"], SCRIPT = _ids["script"]

cdef Py_ssize_t REACH = _segment._REACH, ROOTS = _segment._ROOTS

cdef struct Tag:
    u64 mark
    u64 flags         # sets that the name is in
    u64 closes        # sets of `segment._CLOSES`, 0 for none
    u64 closes_scope
    int openers[8]    # the names in `closes`, -1 behind the last

cdef dict _closes = {
    name: (_set(names), _set(scope), sorted(names))
    for name, (names, scope) in _segment._CLOSES.items()
}
cdef list _raw_names = [name.encode() for name in _parse.RAW]
cdef int KNOWN
cdef Tag* _tags


def _fill():
    """Write the table of known tags, once all sets are numbered."""
    global KNOWN, _tags
    for name in _closes:
        _number(name)
    KNOWN = len(_names)
    _tags = <Tag*>malloc(KNOWN * sizeof(Tag))
    if not _tags:
        raise MemoryError
    for i, name in enumerate(_names):
        _tags[i].mark = _bits[i]
        _tags[i].flags = 0
        for place, names in enumerate(_set_list):
            if name in names:
                _tags[i].flags |= (<u64>1) << place
        _tags[i].closes = _tags[i].closes_scope = 0
        for k in range(8):
            _tags[i].openers[k] = -1
        if name in _closes:
            _tags[i].closes, _tags[i].closes_scope, closers = _closes[name]
            for k, opener in enumerate(closers):
                _tags[i].openers[k] = _ids[opener]


_fill()

# -- hash tables from short ASCII words to numbers -------------------------------------------------
cdef enum:
    SLOTS = 4096
    LONGEST = 32

cdef struct Slot:
    u64 value
    unsigned char length  # 0 where the slot is free
    char word[LONGEST]


cdef inline unsigned int _step(unsigned int sum, unsigned char c) noexcept nogil:
    return (sum ^ c) * 16777619u


cdef Slot* _table(dict words) except NULL:
    cdef Slot* table = <Slot*>malloc(SLOTS * sizeof(Slot))
    cdef unsigned int at
    if not table:
        raise MemoryError
    memset(table, 0, SLOTS * sizeof(Slot))
    for word, value in words.items():
        raw = word.encode()
        if not 0 < len(raw) <= LONGEST or len(words) * 2 > SLOTS:
            raise ImportError(f"{word!r} does not fit into a table of the kernel")
        at = 2166136261u
        for c in raw:
            at = _step(at, c)
        while table[at % SLOTS].length:
            at += 1
        table[at % SLOTS].length = len(raw)
        table[at % SLOTS].value = value
        memcpy(table[at % SLOTS].word, <char*>raw, len(raw))
    return table


cdef inline Slot* _find(
    Slot* table, char* word, unsigned char length, unsigned int sum
) noexcept nogil:
    while table[sum % SLOTS].length:
        if (
            table[sum % SLOTS].length == length
            and memcmp(table[sum % SLOTS].word, word, length) == 0
        ):
            return &table[sum % SLOTS]
        sum += 1
    return NULL


cdef Slot* _tag_table = _table({name: i for i, name in enumerate(_names) if name})
cdef Slot* _word_table = _table(_marks._WORDS)
cdef Slot* _role_table = _table(_marks._ROLES)


# -- reading characters ----------------------------------------------------------------------------
cdef struct Source:
    int kind
    void* data
    Py_ssize_t size


cdef inline unsigned int _at(Source* s, Py_ssize_t i) noexcept nogil:
    return PyUnicode_READ(s.kind, s.data, i)


cdef Py_ssize_t _seek(Source* s, Py_ssize_t i, unsigned int wanted) noexcept nogil:
    """Return where a character stands next, `s.size` if nowhere."""
    cdef unsigned char* one
    cdef unsigned short* two
    cdef void* found
    if s.kind == 1:
        one = <unsigned char*>s.data
        found = memchr(one + i, wanted, s.size - i) if i < s.size else NULL
        return <unsigned char*>found - one if found else s.size
    if s.kind == 2:
        two = <unsigned short*>s.data
        while i < s.size and two[i] != wanted:
            i += 1
        return i
    while i < s.size and _at(s, i) != wanted:
        i += 1
    return i


cdef extern from "string.h" nogil:
    void* memchr(const void* s, int c, size_t n)


cdef inline bint _space(unsigned int c) noexcept nogil:
    if c < 128:
        return c == 32 or 9 <= c <= 13 or 28 <= c <= 31
    return Py_UNICODE_ISSPACE(c)


cdef inline bint _letter(unsigned int c) noexcept nogil:
    return c'a' <= (c | 32) <= c'z' and c < 128


cdef inline Py_ssize_t _skip_spaces(Source* s, Py_ssize_t i, Py_ssize_t end) noexcept nogil:
    while i < end and _space(_at(s, i)):
        i += 1
    return i


cdef bint _reads(Source* s, Py_ssize_t i, Py_ssize_t end, const char* word) noexcept nogil:
    """Whether exactly this stands at `i`."""
    while word[0]:
        if i >= end or _at(s, i) != <unsigned char>word[0]:
            return False
        i += 1
        word += 1
    return True


cdef bint _is(Source* s, Py_ssize_t i, Py_ssize_t end, const char* word) noexcept nogil:
    """Whether this lower-case word stands from `i` to `end`, in whatever case."""
    cdef unsigned int c
    while word[0]:
        if i >= end:
            return False
        c = _at(s, i)
        if (c | 32 if c'A' <= c <= c'Z' else c) != <unsigned char>word[0]:
            return False
        i += 1
        word += 1
    return i == end


# -- what an element says of itself (`marks.facts_of`) ---------------------------------------------
cdef u64 _name_bits(Source* s, Py_ssize_t i, Py_ssize_t end) noexcept nogil:
    """Cut a name into words at case changes and non-letters, and look them up."""
    cdef char word[LONGEST]
    cdef unsigned int total
    cdef Py_ssize_t length
    cdef unsigned int c
    cdef bint capital
    cdef u64 bits = 0
    cdef Slot* found
    while i < end:
        c = _at(s, i)
        if not _letter(c):
            i += 1
            continue
        length = 0
        total = 2166136261u
        capital = c < c'a'
        if capital and not (i + 1 < end and c'a' <= _at(s, i + 1) <= c'z'):
            while i < end and c'A' <= _at(s, i) <= c'Z':
                if length < LONGEST:
                    word[length] = <char>(_at(s, i) | 32)
                    total = _step(total, <unsigned char>word[length])
                length += 1
                i += 1
        else:
            while i < end and (c'a' <= _at(s, i) <= c'z' or (capital and length == 0)):
                if length < LONGEST:
                    word[length] = <char>(_at(s, i) | 32)
                    total = _step(total, <unsigned char>word[length])
                length += 1
                i += 1
        if length <= LONGEST:
            found = _find(_word_table, word, <unsigned char>length, total)
            if found:
                bits |= found.value
    return bits


cdef Py_ssize_t MAX_NAMES = _marks._MAX_NAMES


cdef u64 _names_bits(Source* s, Py_ssize_t i, Py_ssize_t end) noexcept nogil:
    cdef Py_ssize_t start, names = 0
    cdef u64 bits = 0
    while names < MAX_NAMES:
        i = _skip_spaces(s, i, end)
        if i >= end:
            break
        start = i
        while i < end and not _space(_at(s, i)):
            i += 1
        bits |= _name_bits(s, start, i)
        names += 1
    return bits


cdef bint _rare(Source* s, Py_ssize_t i, Py_ssize_t end) noexcept nogil:
    """Whether one of `marks._RARE` stands in the source of attributes."""
    cdef unsigned int c
    while i < end:
        c = _at(s, i)
        if c == c'i':
            if _reads(s, i, end, "item"):
                return True
        elif c == c'r':
            if _reads(s, i, end, "role"):
                return True
        elif c == c'h':
            if _reads(s, i, end, "hidden"):
                return True
        elif c == c's':
            if _reads(s, i, end, "style"):
                return True
        elif c == c'R':
            if _reads(s, i, end, "ROLE") or _reads(s, i, end, "Role"):
                return True
        elif c == c'I':
            if (
                _reads(s, i, end, "ID") or _reads(s, i, end, "Id")
                or _reads(s, i, end, "ITEM") or _reads(s, i, end, "Item")
            ):
                return True
        elif c == c'H':
            if _reads(s, i, end, "HIDDEN") or _reads(s, i, end, "Hidden"):
                return True
        elif c == c'S':
            if _reads(s, i, end, "STYLE") or _reads(s, i, end, "Style"):
                return True
        elif c == c'C':
            if _reads(s, i, end, "CLASS") or _reads(s, i, end, "Class"):
                return True
        i += 1
    return False


cdef struct Span:
    Py_ssize_t start
    Py_ssize_t end  # -1 where there is none


cdef bint _quoted(Source* s, Py_ssize_t i, Py_ssize_t end, Span* found) noexcept nogil:
    """Find the value in quotes that begins at `i`; False if none does or it never ends."""
    cdef unsigned int mark
    cdef Py_ssize_t k = i + 1
    if i >= end:
        return False
    mark = _at(s, i)
    if mark != c'"' and mark != c"'":
        return False
    while k < end and _at(s, k) != mark:
        k += 1
    found.start, found.end = i + 1, k
    return k < end


cdef void _named(
    Source* s, Py_ssize_t start, Py_ssize_t end, Span* classes, Span* identity
) noexcept nogil:
    """Find class and id as the expression `marks._NAMED` does."""
    cdef Py_ssize_t i = start, k, word
    cdef unsigned int c, before
    cdef Span value
    cdef Span* target
    while i < end:
        c = _at(s, i)
        if c == c'=':
            k = _skip_spaces(s, i + 1, end)
            i = value.end + 1 if _quoted(s, k, end, &value) else i + 1
            continue
        word = 5 if c == c'c' and _reads(s, i, end, "class") else 0
        if c == c'i' and _reads(s, i, end, "id"):
            word = 2
        if not word:
            i += 1
            continue
        k = _skip_spaces(s, i + word, end)
        if k >= end or _at(s, k) != c'=':
            i += 1
            continue
        k = _skip_spaces(s, k + 1, end)
        target = classes if word == 5 else identity
        before = _at(s, i - 1) if i > start else c' '
        if _quoted(s, k, end, &value):
            k = value.end + 1
        else:
            value.start = k
            while k < end and not _space(_at(s, k)):
                c = _at(s, k)
                if c == c'>' or c == c'"' or c == c"'":
                    break
                k += 1
            value.end = k
            if value.start == k:
                i += 1
                continue
        i = k
        if before in (c' ', c'\t', c'\r', c'\n', c'\f', c'"', c"'") and target.end < 0:
            target[0] = value


cdef bint _plain(Source* s, Span* span) noexcept nogil:
    """Whether a value is ASCII without entities."""
    cdef Py_ssize_t i
    for i in range(span.start, span.end):
        if _at(s, i) >= 128 or _at(s, i) == c'&':
            return False
    return True


cdef u64 _roles(Source* s, Span* span) noexcept nogil:
    cdef char word[LONGEST]
    cdef Py_ssize_t i = span.start, length
    cdef unsigned int total
    cdef unsigned int c
    cdef u64 bits = 0
    cdef Slot* found
    while i < span.end:
        c = _at(s, i)
        if _space(c) or c == c'/':
            i += 1
            continue
        length = 0
        total = 2166136261u
        while i < span.end:
            c = _at(s, i)
            if _space(c) or c == c'/':
                break
            if length < LONGEST:
                word[length] = <char>(c | 32 if c'A' <= c <= c'Z' else c)
                total = _step(total, <unsigned char>word[length])
            length += 1
            i += 1
        if length <= LONGEST:
            found = _find(_role_table, word, <unsigned char>length, total)
            if found:
                bits |= found.value
    return bits


cdef bint _hides(Source* s, Span* span) noexcept nogil:
    """Whether a style hides the element (`marks._hides`)."""
    cdef const char* rules[2]
    cdef Py_ssize_t i, k
    cdef const char* rule
    cdef unsigned int c
    rules[0], rules[1] = "display:none", "visibility:hidden"
    for rule in rules:
        for i in range(span.start, span.end):
            if _at(s, i) | 32 != <unsigned char>rule[0]:
                continue
            k = 0
            while i < span.end and rule[k]:
                c = _at(s, i)
                i += 1
                if _space(c):
                    continue
                if (c | 32 if c'A' <= c <= c'Z' else c) != <unsigned char>rule[k]:
                    break
                k += 1
            if not rule[k]:
                return True
    return False


cdef enum:
    CLASS, ID, ROLE, ITEMPROP, ITEMTYPE, STYLE, HIDDEN, ARIA_HIDDEN, TELLING

cdef const char* _telling[TELLING]
_telling[:] = [b"class", b"id", b"role", b"itemprop", b"itemtype", b"style", b"hidden",
               b"aria-hidden"]
if {(<bytes>_telling[k]).decode() for k in range(TELLING)} != _marks._TELLING or set(
    _marks._RARE
) != {
    "role", "item", "hidden", "style", "ROLE", "ITEM", "HIDDEN", "STYLE", "CLASS", "ID", "Role",
    "Item", "Hidden", "Style", "Class", "Id",
} or set(_page.INVISIBLE) != {0xAD, 0x200B, 0xFEFF, 0x2060}:
    raise ImportError("other attributes tell something than this kernel was built for")
cdef u64 HIDDEN_BIT = _marks.BIT["hidden"], READER_BIT = _marks.BIT["screenreader"]


cdef void _all(Source* s, Py_ssize_t start, Py_ssize_t end, Span* found) noexcept nogil:
    """Find the telling attributes as `parse.attributes` does."""
    cdef Py_ssize_t i = start, first, last, k
    cdef unsigned int c
    cdef Span value
    cdef int name
    while i < end:
        c = _at(s, i)
        if _space(c) or c == c'/' or c == c'>' or c == c'=':
            i += 1
            continue
        first = i
        while i < end:
            c = _at(s, i)
            if _space(c) or c == c'/' or c == c'>' or c == c'=':
                break
            i += 1
        last = i
        value.start = value.end = i
        k = _skip_spaces(s, i, end)
        if k < end and _at(s, k) == c'=':
            k = _skip_spaces(s, k + 1, end)
            if _quoted(s, k, end, &value):
                i = value.end + 1
            else:
                value.start = k
                while k < end and not _space(_at(s, k)) and _at(s, k) != c'>':
                    k += 1
                value.end = i = k
                # `parse.attributes` strips a quote that both begins and ends a value.
                if value.end - value.start == 1 and _at(s, value.start) in (c'"', c"'"):
                    value.end = value.start
        for name in range(TELLING):
            if found[name].end < 0 and _is(s, first, last, _telling[name]):
                found[name] = value
                break


cdef u64 _facts(Source* s, Py_ssize_t start, Py_ssize_t end, Span* classes) noexcept nogil:
    """Return the evidence bits, or all ones where Python has to look; and where the classes stand.
    """
    cdef Span found[TELLING]
    cdef int k
    cdef u64 bits
    for k in range(TELLING):
        found[k].start = 0
        found[k].end = -1
    if _rare(s, start, end):
        _all(s, start, end, found)
    else:
        _named(s, start, end, &found[CLASS], &found[ID])
    for k in range(TELLING):
        if found[k].end >= 0 and not _plain(s, &found[k]):
            return ~(<u64>0)
    classes[0] = found[CLASS]
    bits = _names_bits(s, found[CLASS].start, found[CLASS].end)
    bits |= _names_bits(s, found[ID].start, found[ID].end)
    for k in range(ROLE, ITEMTYPE + 1):
        bits |= _roles(s, &found[k])
    if found[HIDDEN].end >= 0 or _hides(s, &found[STYLE]):
        bits |= HIDDEN_BIT
    if _is(s, found[ARIA_HIDDEN].start, found[ARIA_HIDDEN].end, "true"):
        bits |= READER_BIT
    return bits


# -- tokens (`parse.tokens`) -----------------------------------------------------------------------
cdef enum Kind:
    NOTHING, START, END, RAW

cdef struct Token:
    Kind kind
    Py_ssize_t begin     # of the tag
    Py_ssize_t end       # one past it
    Span name
    Span source          # of the attributes
    Span text            # of a raw-text element

cdef int RAW_COUNT = len(_raw_names)
cdef const char* _raws[16]
for k in range(RAW_COUNT):
    _raws[k] = <const char*>(<bytes>_raw_names[k])


cdef Py_ssize_t _attributes_end(Source* s, Py_ssize_t i) noexcept nogil:
    """Return where the ">" stands that ends a start tag, `s.size` if nowhere."""
    cdef unsigned int c, mark
    cdef Py_ssize_t k
    while i < s.size:
        c = _at(s, i)
        if c == c'>':
            return i
        i += 1
        if c != c'=':
            continue
        i = _skip_spaces(s, i, s.size)
        if i < s.size:
            mark = _at(s, i)
            if mark == c'"' or mark == c"'":
                k = _seek(s, i + 1, mark)
                i = k + 1 if k < s.size else i + 1
    return s.size


cdef inline Py_ssize_t _past(Source* s, Py_ssize_t i) noexcept nogil:
    """Return the place after the next ">", or the end."""
    i = _seek(s, i, c'>')
    return i + 1 if i < s.size else i


cdef inline bint _ends_name(unsigned int c) noexcept nogil:
    return c == c'>' or c == c'/' or _space(c)


cdef Py_ssize_t _comment_end(Source* s, Py_ssize_t i) noexcept nogil:
    """Return the place after a comment whose text begins at `i`."""
    if _reads(s, i, s.size, ">"):
        return i + 1
    if _reads(s, i, s.size, "->"):
        return i + 2
    while True:
        i = _seek(s, i, c'-')
        if i >= s.size:
            return s.size
        if _reads(s, i + 1, s.size, "->"):
            return i + 3
        if _reads(s, i + 1, s.size, "-!>"):
            return i + 4
        i += 1


cdef bint _next(Source* s, Py_ssize_t i, Token* token) noexcept nogil:
    """Find the next tag at or after `i`; False if there is none."""
    cdef unsigned int c
    while True:
        i = _seek(s, i, c'<')
        if i + 1 >= s.size:
            return False
        token.begin = i
        c = _at(s, i + 1)
        if _letter(c):
            _tag(s, i + 1, token)
            return True
        if c == c'/' and i + 2 < s.size and _letter(_at(s, i + 2)):
            token.kind = END
            token.name.start = i + 2
            i += 3
            while i < s.size and not _ends_name(_at(s, i)):
                i += 1
            token.name.end = i
            token.end = _past(s, i)
            return True
        if c == c'!' or c == c'?' or c == c'/':
            token.kind = NOTHING
            token.end = (
                _comment_end(s, i + 4) if _reads(s, i + 1, s.size, "!--") else _past(s, i + 2)
            )
            return True
        i += 1


cdef void _tag(Source* s, Py_ssize_t i, Token* token) noexcept nogil:
    """Read a start tag whose name begins at `i`, with its text if that is no markup."""
    cdef const char* raw = NULL
    cdef int k
    token.name.start = i
    while i < s.size and not _ends_name(_at(s, i)):
        i += 1
    token.name.end = i
    if i < s.size:
        for k in range(RAW_COUNT):
            if _is(s, token.name.start, i, _raws[k]):
                raw = _raws[k]
                break
    token.source.start = i
    token.source.end = i = _attributes_end(s, i)
    token.end = i + 1 if i < s.size else i
    token.kind = START
    if not raw:
        return
    token.kind = RAW
    token.text.start = i = token.end
    while True:
        i = _seek(s, i, c'<')
        if i >= s.size:
            token.text.end = token.end = s.size
            return
        if _reads(s, i + 1, s.size, "/"):
            k = token.name.end - token.name.start
            if (
                i + 2 + k < s.size and _is(s, i + 2, i + 2 + k, raw)
                and _ends_name(_at(s, i + 2 + k))
            ):
                token.text.end = i
                token.end = _past(s, i + 2)
                return
        i += 1


cdef inline Source _source(str markup):
    cdef Source s
    s.kind = PyUnicode_KIND(markup)
    s.data = PyUnicode_DATA(markup)
    s.size = PyUnicode_GET_LENGTH(markup)
    return s


cdef inline str _slice(str markup, Span span):
    return PyUnicode_Substring(markup, span.start, span.end)


def tokens(str markup):
    """See `parse.tokens`."""
    cdef Source s = _source(markup)
    cdef Token token
    cdef Py_ssize_t at = 0
    cdef list parts = []
    while _next(&s, at, &token):
        parts.append(PyUnicode_Substring(markup, at, token.begin))
        parts.append(_slice(markup, token.name) if token.kind == END else None)
        parts.append(_slice(markup, token.name) if token.kind == RAW else None)
        parts.append(_slice(markup, token.source) if token.kind == RAW else None)
        parts.append(_slice(markup, token.text) if token.kind == RAW else None)
        parts.append(_slice(markup, token.name) if token.kind == START else None)
        parts.append(_slice(markup, token.source) if token.kind == START else None)
        at = token.end
    parts.append(PyUnicode_Substring(markup, at, s.size))
    return parts


# -- the stack of open elements (`segment._Cutter`) ------------------------------------------------
cdef struct Element:
    int tag
    int parent
    int container
    int first
    int end
    u64 mark
    Span source

cdef struct Open:
    int element
    int tag

cdef struct Piece:
    Py_ssize_t start
    Py_ssize_t end  # GAP or BREAK where it is none of the page's text

cdef enum:
    GAP = -1
    BREAK = -2

cdef struct Counts:
    int links
    int linked
    int bold
    int images
    int inputs
    u64 marks

cdef struct Block:
    int owner
    int begin
    int end
    int inner
    Span place
    Counts counts

cdef void* _grown(void* items, Py_ssize_t count, Py_ssize_t* room, Py_ssize_t size) except NULL:
    """Make room for one more item."""
    cdef void* larger
    if count < room[0]:
        return items
    room[0] = max(64, 2 * room[0])
    larger = realloc(items, room[0] * size)
    if not larger:
        raise MemoryError
    return larger


cdef class Cutter:
    cdef str markup
    cdef Source s
    cdef Py_ssize_t max_blocks, max_depth, max_elements, patience
    cdef Element* elements
    cdef Block* blocks
    cdef Open* stack
    cdef int* boxes
    cdef Piece* pieces
    cdef Tag* tags
    cdef int* opened           # open elements of each name
    cdef unsigned int* buffer  # the text of a block
    cdef Py_ssize_t element_count, element_room, block_count, block_room, depth, stack_room
    cdef Py_ssize_t box_count, box_room, piece_count, piece_room, tag_count, tag_room
    cdef Py_ssize_t opened_room, buffer_room
    cdef Py_ssize_t at, begin, inner
    cdef Span gap              # the end of the token before this one, and where this one begins
    cdef Py_ssize_t place      # where the block under way begins
    cdef bint solid, broken
    cdef Counts counts
    cdef int in_link, in_bold, in_pre, skipped
    cdef dict ids              # names that only this page uses
    cdef list names, texts, classes, titles, metas, data
    cdef str found             # class names of the element under way

    def __cinit__(self, str markup, limits):
        self.markup = markup
        self.s = _source(markup)
        self.max_blocks, self.max_depth = limits.max_blocks, limits.max_depth
        self.max_elements, self.patience = _segment._MAX_ELEMENTS, _segment._PATIENCE
        self.ids, self.names = {}, []
        self.texts, self.classes, self.titles, self.metas, self.data = [], [], [], [], []
        self.tag_count = self.tag_room = self.opened_room = KNOWN
        self.tags = <Tag*>malloc(KNOWN * sizeof(Tag))
        self.opened = <int*>malloc(KNOWN * sizeof(int))
        if not self.tags or not self.opened:
            raise MemoryError
        memcpy(self.tags, _tags, KNOWN * sizeof(Tag))
        memset(self.opened, 0, KNOWN * sizeof(int))
        self._enter_box(-1)
        self._push(HTML, Span(0, 0), BLOCK, "")
        self._push(BODY, Span(0, 0), BLOCK, "")

    def __dealloc__(self):
        free(self.elements)
        free(self.blocks)
        free(self.stack)
        free(self.boxes)
        free(self.pieces)
        free(self.tags)
        free(self.opened)
        free(self.buffer)

    # -- tags by number --------------------------------------------------------------------------

    cdef int _tag_of(self, Span* name) except -1:
        """Return the number of a tag's name; unknown names get one for this page."""
        cdef char word[LONGEST]
        cdef Py_ssize_t length = name.end - name.start, i
        cdef unsigned int total = 2166136261u
        cdef unsigned int c
        cdef Slot* found = NULL
        if length <= LONGEST:
            for i in range(length):
                c = _at(&self.s, name.start + i)
                word[i] = <char>(c | 32 if c'A' <= c <= c'Z' else c if c < 128 else 0)
                total = _step(total, <unsigned char>word[i])
            found = _find(_tag_table, word, <unsigned char>length, total)
            if found:
                return <int>found.value
        return self._new_tag(_slice(self.markup, name[0]))

    cdef int _new_tag(self, str raw) except -1:
        cdef Py_ssize_t k = self.tag_count
        name, mark = _marks.tag_of(raw)
        if name in _ids:
            return _ids[name]
        if name in self.ids:
            return self.ids[name]
        self.tags = <Tag*>_grown(self.tags, k, &self.tag_room, sizeof(Tag))
        self.opened = <int*>_grown(self.opened, k, &self.opened_room, sizeof(int))
        memset(&self.tags[k], 0, sizeof(Tag))
        self.tags[k].mark = mark
        self.tags[k].openers[0] = -1
        self.opened[k] = 0
        self.ids[name] = k
        self.names.append(name)
        self.tag_count += 1
        return <int>k

    cdef str _name(self, int tag):
        return _names[tag] if tag < KNOWN else self.names[tag - KNOWN]

    # -- tokens ----------------------------------------------------------------------------------

    cdef int cut(self) except -1:
        """Take the whole page."""
        cdef Token token
        self.gap.start = 0
        while _next(&self.s, self.gap.start, &token):
            self.gap.end = token.begin
            if self.gap.end > self.gap.start:
                self._text(self.gap.start, self.gap.end)
            if token.kind == START:
                self._start(self._tag_of(&token.name), token.source)
            elif token.kind == END:
                self._end(self._tag_of(&token.name))
            elif token.kind == RAW:
                self._raw(self._tag_of(&token.name), &token)
            self.gap.start = token.end
            self.at += 1
        self.gap.end = self.s.size
        if self.gap.start < self.gap.end:
            self._text(self.gap.start, self.gap.end)
        while self.depth:
            self._pop()
        return 0

    cdef int _text(self, Py_ssize_t start, Py_ssize_t end) except -1:
        cdef Py_ssize_t i
        if self.skipped:
            return 0
        self._add_piece(start, end)
        for i in range(start, end):
            if not _space(_at(&self.s, i)):
                break
        else:
            return 0
        self.solid = True
        if self.in_link:
            self.counts.linked += end - start
        if self.in_bold:
            self.counts.bold += end - start
        return 0

    cdef int _add_piece(self, Py_ssize_t start, Py_ssize_t end) except -1:
        if not self.piece_count:
            self.begin, self.inner = self.at, self.stack[self.depth - 1].element
            self.place = self.gap.start
            self.counts.links = self.in_link
        self.pieces = <Piece*>_grown(
            self.pieces, self.piece_count, &self.piece_room, sizeof(Piece)
        )
        self.pieces[self.piece_count] = Piece(start, end)
        self.piece_count += 1
        return 0

    cdef int _start(self, int tag, Span source) except -1:
        cdef Tag* t = &self.tags[tag]
        cdef u64 mark = t.mark
        cdef int k
        cdef str classes
        if t.flags & IMPLIED:
            return self._implied(tag, source)
        if mark & VOID:
            return self._void(tag, source)
        if tag == A:
            self._close(tag)
        elif tag == FORM and self.opened[FORM]:
            return 0
        mark = self._with_facts(mark, source)
        classes = self.found
        if mark & BLOCK:
            self._make_room(tag)
        if t.closes:
            for k in range(8):
                if t.openers[k] < 0:
                    break
                if self.opened[t.openers[k]]:
                    self._close_set(t.closes, t.closes_scope, REACH)
                    break
        if t.flags & TABLE_PARTS and not self._enter_table(tag):
            return 0
        self._push(tag, source, mark, classes)
        if not mark & BLOCK:
            self.counts.marks |= mark
            if mark & LINK:
                self.counts.links += 1
        return 0

    cdef u64 _with_facts(self, u64 mark, Span source) except? 0:
        """Add what an element's attributes say to the marks of its tag; leave its class names."""
        cdef Source* s = &self.s
        cdef Span classes
        cdef u64 bits
        cdef Py_ssize_t i
        self.found = ""
        if _skip_spaces(s, source.start, source.end) < source.end:
            bits = _facts(s, source.start, source.end, &classes)
            if bits == ~(<u64>0):
                bits, self.found = _marks.facts_of(_slice(self.markup, source))
            elif classes.end > classes.start:
                self.found = _slice(self.markup, classes)
            mark |= bits
        if mark & LINK:
            for i in range(source.start, source.end):
                if _reads(s, i, source.end, "href") or _reads(s, i, source.end, "HREF"):
                    return mark
            mark &= ~<u64>LINK
        return mark

    cdef int _end(self, int tag) except -1:
        if self.stack[self.depth - 1].tag == tag and self.depth > ROOTS:
            return self._pop()
        if tag == BR:
            return self._line_break()
        if not self.tags[tag].flags & IMPLIED:
            return self._close(tag)
        return 0

    cdef int _raw(self, int tag, Token* token) except -1:
        cdef str source
        if tag == TITLE and not self.skipped:
            self.titles.append(" ".join(unescape(_slice(self.markup, token.text)).split()))
        elif tag == SCRIPT:
            source = _slice(self.markup, token.source)
            if "ld+json" in source:
                self.data.append(_slice(self.markup, token.text))
        return 0

    cdef int _implied(self, int tag, Span source) except -1:
        self._flush()
        if tag == HTML and self.elements[0].source.start == self.elements[0].source.end:
            self.elements[0].source = source
        elif tag == BODY and self.elements[1].source.start == self.elements[1].source.end:
            self.elements[1].source = source
        return 0

    cdef int _void(self, int tag, Span source) except -1:
        if tag == BR:
            return self._line_break()
        if tag == HR:
            return self._make_room(tag)
        if tag == IMG or tag == INPUT:
            self._add_piece(0, GAP)
            if tag == IMG:
                self.counts.images += 1
            else:
                self.counts.inputs += 1
        elif tag == META or tag == LINK_TAG:
            self.metas.append(_slice(self.markup, source))
        return 0

    # -- the block under way ---------------------------------------------------------------------

    cdef int _flush(self) except -1:
        cdef str text
        if self.piece_count:
            if self.solid:
                text = self._block_text()
                if text:
                    self._add(text)
                self.solid = False
            self.piece_count = 0
            self.broken = False
            self.counts.linked = self.counts.bold = self.counts.images = self.counts.inputs = 0
        self.counts.marks = 0
        return 0

    cdef str _block_text(self):
        """Join the pieces, and fold white space unless it is to be kept."""
        cdef Py_ssize_t size = 0, k, i, n = 0
        cdef Piece* piece
        cdef unsigned int c
        cdef bint entities = False
        for k in range(self.piece_count):
            piece = &self.pieces[k]
            size += piece.end - piece.start if piece.end >= 0 else 1
        while self.buffer_room < size:
            self.buffer = <unsigned int*>_grown(
                self.buffer, self.buffer_room, &self.buffer_room, sizeof(int)
            )
        for k in range(self.piece_count):
            piece = &self.pieces[k]
            if piece.end < 0:
                self.buffer[n] = 0 if piece.end == BREAK else c' '
                n += 1
            for i in range(piece.start, piece.end):
                c = _at(&self.s, i)
                self.buffer[n] = c
                n += 1
                entities = entities or c == c'&'
        if entities or self.in_pre:
            return self._python_text(PyUnicode_FromKindAndData(4, self.buffer, n))
        return PyUnicode_FromKindAndData(4, self.buffer, self._folded(n))

    cdef Py_ssize_t _folded(self, Py_ssize_t size) noexcept nogil:
        """Fold the white space of the buffer, and drop what is invisible; returns the length."""
        cdef Py_ssize_t i, n = 0
        cdef unsigned int c
        cdef unsigned int* text = self.buffer
        cdef bint gap = False   # white space since the last character
        cdef int breaks = 0     # line breaks since the last character
        for i in range(size):
            c = text[i]
            if c == 0:
                breaks += 1
                gap = False
            elif _space(c):
                gap = True
            elif c != 0xAD and c != 0x200B and c != 0xFEFF and c != 0x2060:
                while n and breaks:
                    text[n] = c'\n'
                    n += 1
                    breaks -= 1
                breaks = 0
                if gap and n and text[n - 1] != c'\n':
                    text[n] = c' '
                    n += 1
                gap = False
                text[n] = c
                n += 1
        return n

    cdef str _python_text(self, str text):
        """Do what `segment._Cutter._text` does to the joined pieces."""
        text = unescape(text)
        if not text.isascii():
            text = text.translate(_page.INVISIBLE)
        if self.in_pre:
            return text.replace("\0", "\n").replace("\r", "").strip("\n").rstrip()
        if self.broken:
            return "\n".join([" ".join(line.split()) for line in text.split("\0")]).strip()
        return " ".join(text.split())

    cdef int _add(self, str text) except -1:
        cdef Block* block
        if self.block_count >= self.max_blocks:
            raise InputError(f"too large: more than {self.max_blocks:,} blocks")
        self.blocks = <Block*>_grown(
            self.blocks, self.block_count, &self.block_room, sizeof(Block)
        )
        block = &self.blocks[self.block_count]
        block.owner = self.boxes[self.box_count - 1]
        block.begin, block.end, block.inner = self.begin, self.at, self.inner
        block.place = Span(self.place, self.gap.end)
        block.counts = self.counts
        self.block_count += 1
        self.texts.append(text)
        return 0

    cdef int _line_break(self) except -1:
        cdef Py_ssize_t k, i
        cdef Piece* piece
        if not self.solid:
            return 0
        if self.broken:
            k = self.piece_count - 1
            while k >= 0:
                piece = &self.pieces[k]
                if piece.end == BREAK:
                    return self._flush()
                i = _skip_spaces(&self.s, piece.start, piece.end)
                if i < piece.end:
                    break
                k -= 1
        self._add_piece(0, BREAK)
        self.broken = True
        return 0

    # -- the stack of open elements --------------------------------------------------------------

    cdef int _enter_box(self, int element) except -1:
        self.boxes = <int*>_grown(self.boxes, self.box_count, &self.box_room, sizeof(int))
        self.boxes[self.box_count] = element
        self.box_count += 1
        return 0

    cdef int _push(self, int tag, Span source, u64 mark, str classes) except -1:
        cdef Element* e
        cdef Py_ssize_t element = self.element_count
        if self.depth > ROOTS and self.depth >= self.max_depth:
            self._pop()
        if element >= self.max_elements:
            raise InputError(f"too large: more than {self.max_elements:,} elements")
        self.elements = <Element*>_grown(
            self.elements, element, &self.element_room, sizeof(Element)
        )
        e = &self.elements[element]
        e.tag, e.source, e.mark, e.first, e.end = tag, source, mark, self.block_count, 0
        e.parent = self.stack[self.depth - 1].element if self.depth else -1
        e.container = self.boxes[self.box_count - 1]
        self.element_count += 1
        self.classes.append(classes)
        self.stack = <Open*>_grown(self.stack, self.depth, &self.stack_room, sizeof(Open))
        self.stack[self.depth] = Open(element, tag)
        self.depth += 1
        self.opened[tag] += 1
        if mark & BLOCK:
            self._enter_box(element)
        if mark & COUNTED:
            self._count(mark, 1)
        return 0

    cdef int _pop(self) except -1:
        cdef Open top = self.stack[self.depth - 1]
        cdef u64 mark = self.elements[top.element].mark
        self.depth -= 1
        self.opened[top.tag] -= 1
        if mark & BLOCK:
            self._flush()
            self.box_count -= 1
        if mark & COUNTED:
            self._count(mark, -1)
        self.elements[top.element].end = self.block_count + self.solid
        if self.depth and self.stack[self.depth - 1].tag == CLOSED:
            self._pop()
        return 0

    cdef void _count(self, u64 mark, int step) noexcept nogil:
        if mark & LINK:
            self.in_link += step
        elif mark & BOLD:
            self.in_bold += step
        elif mark & PRE:
            self.in_pre += step
        else:
            self.skipped += step

    cdef bint _close_set(self, u64 names, u64 scope, Py_ssize_t reach) except -1:
        """Close the innermost open element of `names`, unless one of `scope` lies inside it."""
        cdef Py_ssize_t depth = self.depth - 1
        cdef Py_ssize_t last = max(1, self.depth - reach)
        cdef u64 flags
        while depth > last:
            flags = self.tags[self.stack[depth].tag].flags
            if flags & names:
                while self.depth > depth:
                    self._pop()
                return True
            if flags & scope:
                break
            depth -= 1
        return False

    cdef bint _close_one(self, int tag, u64 scope, Py_ssize_t reach) except -1:
        """The same for one name."""
        cdef Py_ssize_t depth = self.depth - 1
        cdef Py_ssize_t last = max(1, self.depth - reach)
        while depth > last:
            if self.stack[depth].tag == tag:
                while self.depth > depth:
                    self._pop()
                return True
            if self.tags[self.stack[depth].tag].flags & scope:
                break
            depth -= 1
        return False

    cdef int _make_room(self, int tag) except -1:
        cdef u64 flags = self.tags[tag].flags
        self._flush()
        if self.opened[P] and not flags & IN_PARAGRAPH:
            self._close_set(PARAGRAPH, BUTTON_SCOPE, REACH)
        if self.skipped and not flags & IN_SVG:
            self._close_set(SVG, SCOPE, REACH)
        if flags & HEADINGS and self.tags[self.stack[self.depth - 1].tag].flags & HEADINGS:
            self._pop()
        return 0

    cdef bint _enter_table(self, int tag) except -1:
        cdef int top = self.stack[self.depth - 1].tag
        if not self.opened[TABLE]:
            return False
        if self.tags[tag].flags & CELLS and self.tags[top].flags & SECTION_OR_TABLE:
            self._start(TR, Span(0, 0))
        elif tag == TR and top == TABLE:
            self._push(TBODY, Span(0, 0), BLOCK, "")
        return True

    cdef int _close(self, int tag) except -1:
        cdef u64 flags = self.tags[tag].flags
        cdef Py_ssize_t reach, depth, last
        if self.tags[tag].mark & BLOCK:
            self._flush()
            if flags & HEADINGS:
                self._close_set(HEADINGS, SCOPE, REACH)
            elif tag == FORM:
                self._close_form()
            elif self.opened[tag]:
                reach = self.depth if self.patience > 0 else REACH
                if not self._close_one(tag, TABLE_SCOPE if flags & TABLE_TAGS else SCOPE, reach):
                    self.patience -= reach
            return 0
        if not self.opened[tag]:
            return 0
        depth = self.depth - 1
        last = max(1, self.depth - REACH)
        while depth > last:
            if self.stack[depth].tag == tag:
                return self._unwrap(depth)
            if self.tags[self.stack[depth].tag].flags & SCOPE:
                return 0
            depth -= 1
        return 0

    cdef int _unwrap(self, Py_ssize_t depth) except -1:
        """Close an inline element; block-level ones inside it stay open (adoption)."""
        cdef Py_ssize_t k
        cdef bint holds = False
        cdef Open closed = self.stack[depth]
        cdef u64 mark = self.elements[closed.element].mark
        for k in range(depth + 1, self.depth):
            holds = holds or self.elements[self.stack[k].element].mark & BLOCK
        if not holds:
            while self.depth > depth:
                self._pop()
            return 0
        for k in range(depth, self.depth - 1):
            self.stack[k] = self.stack[k + 1]
        self.depth -= 1
        self.opened[closed.tag] -= 1
        if mark & COUNTED:
            self._count(mark, -1)
        self.elements[closed.element].end = self.block_count + self.solid
        return 0

    cdef int _close_form(self) except -1:
        cdef Py_ssize_t depth = self.depth - 1
        if self.stack[depth].tag == FORM:
            return self._pop()
        if self.opened[FORM]:
            while self.stack[depth].tag != FORM:
                depth -= 1
            self.stack[depth].tag = CLOSED
            self.opened[FORM] -= 1
            self.opened[CLOSED] += 1
        return 0

    # -- the page --------------------------------------------------------------------------------

    cdef tuple _columns(self):
        """Return the fields of a Page in its order, and its places."""
        cdef list owners = [], linked = [], links = [], bold = [], marks = [], images = []
        cdef list inputs = [], ranges = [], places = [], tags = [], parents = [], containers = []
        cdef list sources = [], own = [], first = [], end = []
        cdef Py_ssize_t k
        cdef Block* b
        cdef Element* e
        for k in range(self.block_count):
            b = &self.blocks[k]
            owners.append(b.owner)
            linked.append(b.counts.linked)
            links.append(b.counts.links)
            bold.append(b.counts.bold)
            marks.append(b.counts.marks)
            images.append(b.counts.images)
            inputs.append(b.counts.inputs)
            ranges.append((b.begin, b.end, b.inner))
            places.append((b.place.start, b.place.end))
        for k in range(self.element_count):
            e = &self.elements[k]
            tags.append(self._name(e.tag))
            parents.append(e.parent)
            containers.append(e.container)
            sources.append(_slice(self.markup, e.source) if e.source.end > e.source.start else "")
            own.append(e.mark)
            first.append(e.first)
            end.append(e.end)
        return [
            self.texts, owners, linked, links, bold, marks, images, inputs, [], tags, parents,
            containers, sources, self.classes, own, first, end, self.titles, self.metas,
            self.data, ranges, self.markup,
        ], places


def cut_markup(str markup, limits):
    """See `segment.cut_markup`; returns the fields of the page behind its kind, and its places."""
    cdef Cutter cutter = Cutter(markup, limits)
    cutter.cut()
    return cutter._columns()
