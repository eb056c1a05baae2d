# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""`parse.tokens` and `segment.cut_markup` as one scan over UTF-8 without values in between.

The rules are those of `parse`, `segment`, `nesting` and `marks`; their tables are read from there,
so that only the steps stand here a second time. What is rare is left to the Python functions
themselves: disorderly attributes, unusual entities, `<pre>`. The columns of a page are written when
they are asked for. `tests/test_compiled.py` holds both against each other.
"""

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memchr, memcmp, memcpy, memset

from html import unescape
from html.entities import html5

from boilerkill import marks as _marks
from boilerkill import nesting as _nesting
from boilerkill import page as _page
from boilerkill import parse as _parse
from boilerkill import segment as _segment
from boilerkill.errors import InputError

cdef extern from *:
    const char* BOILERKILL_SOURCES  # set by setup.py

SOURCES = BOILERKILL_SOURCES.decode()

ctypedef unsigned long long u64
ctypedef unsigned char u8

cdef extern from "Python.h":
    str PyUnicode_DecodeUTF8(const char* data, Py_ssize_t size, const char* errors)
    const char* PyUnicode_AsUTF8AndSize(str text, Py_ssize_t* size) except NULL

# -- hash tables from short ASCII words to numbers -------------------------------------------------
cdef enum:
    SLOTS = 2048
    LONGEST = 32

cdef struct Slot:
    u64 value
    unsigned int sum
    u8 length
    char word[LONGEST]

cdef struct Table:
    unsigned short at[SLOTS]  # place in `slots` and 1, 0 where there is none
    Slot* slots


cdef inline unsigned int _step(unsigned int sum, u8 c) noexcept nogil:
    return (sum ^ c) * 16777619u


cdef Table* _table(dict words) except NULL:
    cdef Table* table = <Table*>malloc(sizeof(Table))
    cdef unsigned int sum
    cdef Slot* slot
    if not table:
        raise MemoryError
    memset(table, 0, sizeof(Table))
    table.slots = <Slot*>malloc((len(words) + 1) * sizeof(Slot))
    if not table.slots:
        raise MemoryError
    for number, (word, value) in enumerate(words.items()):
        raw = word.encode()
        if not 0 < len(raw) <= LONGEST or len(words) * 2 > SLOTS:
            raise ImportError(f"{word!r} does not fit into a table of the kernel")
        sum = 2166136261u
        for c in raw:
            sum = _step(sum, c)
        slot = &table.slots[number]
        slot.value, slot.sum, slot.length = value, sum, len(raw)
        memcpy(slot.word, <const char*>raw, len(raw))
        while table.at[sum % SLOTS]:
            sum += 1
        table.at[sum % SLOTS] = number + 1
    return table


cdef inline Slot* _find(
    Table* table, const u8* word, Py_ssize_t length, unsigned int sum
) noexcept nogil:
    """Return the slot of a word in whatever case; `sum` is that of its lower case."""
    cdef unsigned int at = sum % SLOTS
    cdef Slot* slot
    cdef Py_ssize_t k
    while table.at[at]:
        slot = &table.slots[table.at[at] - 1]
        if slot.sum == sum and slot.length == length:
            for k in range(length):
                if _lower[word[k]] != <u8>slot.word[k]:
                    break
            else:
                return slot
        at = (at + 1) % SLOTS
    return NULL


# -- kinds of bytes --------------------------------------------------------------------------------
cdef enum:
    SPACE = 1        # white space in ASCII
    PARTS = 2        # what parts attributes that are in order
    ENDS_NAME = 4    # of a tag, if it is ASCII
    SMALL = 8        # letters
    CAPITAL = 16
    NAMES = 32       # characters of attributes' names that are in order
    BARE = 64        # characters of values without quotes that are in order
    INK = 128        # what stands for itself in a block's text; not so what spaces may begin with

cdef u8 _kind[256]
cdef u8 _lower[256]


def _fill_kinds():
    for c in range(256):
        ascii = chr(c) if c < 128 else ""
        _lower[c] = ord(ascii.lower()) if ascii else c
        _kind[c] = (
            SPACE * ascii.isspace() | PARTS * (ascii in set(" \t\r\n\f"))
            | ENDS_NAME * (ascii.isspace() or ascii in set(">/"))
            | SMALL * ascii.islower() | CAPITAL * ascii.isupper()
            | NAMES * (ascii.isalnum() or ascii in set("-_:.@"))
            | BARE * (32 < c < 127 and ascii not in set("\"'=<>`"))
            | INK * (not ascii.isspace() and c not in {0, 0x26, 0xC2, 0xE1, 0xE2, 0xE3, 0xEF})
        )


_fill_kinds()


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


for _label in ("html", "body", "", "a", "form", "p", "br", "hr", "img", "input", "meta", "link",
              "table", "tr", "tbody", "title", "script", *sorted(_marks._TAGS)):
    _number(_label)

cdef u64 SCOPE = _set(_nesting.SCOPE)
cdef u64 BUTTON_SCOPE = _set(_nesting.BUTTON_SCOPE)
cdef u64 TABLE_SCOPE = _set(_nesting.TABLE_SCOPE)
cdef u64 HEADINGS = _set(_nesting.HEADINGS)
cdef u64 TABLE_PARTS = _set(_nesting.TABLE_PARTS)
cdef u64 TABLE_TAGS = _set(_nesting.TABLE_TAGS)
cdef u64 IN_PARAGRAPH = _set(_nesting.IN_PARAGRAPH)
cdef u64 IMPLIED = _set(_nesting.IMPLIED)
cdef u64 IN_SVG = _set(_nesting.IN_SVG)
cdef u64 CELLS = _set(_nesting.CELLS)
cdef u64 PARAGRAPH = _set(_nesting.PARAGRAPH)
cdef u64 SVG = _set(_nesting.SVG)
cdef u64 ROWLESS = _set(_nesting.ROWLESS)
cdef u64 RAW_TEXT = _set(_parse.RAW)

cdef int HTML = _ids["html"], BODY = _ids["body"], CLOSED = _ids[_nesting.CLOSED]
cdef int A = _ids["a"], FORM = _ids["form"], P = _ids["p"], BR = _ids["br"], HR = _ids["hr"]
cdef int IMG = _ids["img"], INPUT = _ids["input"], META = _ids["meta"], LINK_TAG = _ids["link"]
cdef int TABLE = _ids["table"], TR = _ids["tr"], TBODY = _ids["tbody"]
cdef int TITLE = _ids["title"], SCRIPT = _ids["script"]

cdef Py_ssize_t REACH = _nesting.REACH, ROOTS = _nesting.ROOTS

cdef struct Tag:
    u64 mark
    u64 flags         # sets that the name is in
    u64 closes        # sets of `nesting.CLOSES`, 0 for none
    u64 closes_scope
    int openers[8]    # the names in `closes`, -1 behind the last

cdef dict _closes = {
    name: (_set(names), _set(scope), sorted(names))
    for name, (names, scope) in _nesting.CLOSES.items()
}
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

cdef Table* _tag_table = _table({name: i for i, name in enumerate(_names) if name})
cdef Table* _word_table = _table(_marks._WORDS)
cdef Table* _role_table = _table(_marks._ROLES)


# -- reading bytes ---------------------------------------------------------------------------------
cdef struct Source:
    const u8* at       # UTF-8, with a NUL behind
    Py_ssize_t size

cdef struct Span:
    Py_ssize_t start
    Py_ssize_t end  # -1 where there is none


cdef inline Py_ssize_t _seek(Source* s, Py_ssize_t i, u8 wanted) noexcept nogil:
    """Return where a byte stands next, `s.size` if nowhere."""
    cdef const u8* found
    found = <const u8*>memchr(s.at + i, wanted, s.size - i) if i < s.size else NULL
    return found - s.at if found else s.size


cdef inline Py_ssize_t _wide_space(const u8* at) noexcept nogil:
    """Return how many bytes of white space beyond ASCII stand here; 0 for other characters.

    What follows is looked at byte by byte, and ends with a NUL.
    """
    if at[0] == 0xC2:
        return 2 if at[1] == 0xA0 or at[1] == 0x85 else 0
    if at[0] == 0xE2:
        if at[1] == 0x80:
            return 3 if at[2] <= 0x8A or at[2] == 0xA8 or at[2] == 0xA9 or at[2] == 0xAF else 0
        return 3 if at[1] == 0x81 and at[2] == 0x9F else 0
    if at[0] == 0xE3:
        return 3 if at[1] == 0x80 and at[2] == 0x80 else 0
    return 3 if at[0] == 0xE1 and at[1] == 0x9A and at[2] == 0x80 else 0


cdef inline Py_ssize_t _space(const u8* at) noexcept nogil:
    """Return how many bytes of one white space character stand here."""
    if at[0] < 128:
        return _kind[at[0]] & SPACE
    return _wide_space(at)


cdef inline Py_ssize_t _invisible(const u8* at) noexcept nogil:
    """Return how many bytes of one character of `page.INVISIBLE` stand here."""
    if at[0] == 0xC2:
        return 2 if at[1] == 0xAD else 0
    if at[0] == 0xE2:
        return 3 if (
            at[1] == 0x80 and at[2] == 0x8B or at[1] == 0x81 and at[2] == 0xA0
        ) else 0
    return 3 if at[0] == 0xEF and at[1] == 0xBB and at[2] == 0xBF else 0


cdef inline Py_ssize_t _skip_spaces(Source* s, Py_ssize_t i, Py_ssize_t end) noexcept nogil:
    cdef Py_ssize_t width
    while i < end:
        width = _space(s.at + i)
        if not width:
            break
        i += width
    return i


cdef inline bint _ends_name(const u8* at) noexcept nogil:
    return _kind[at[0]] & ENDS_NAME or (at[0] >= 128 and _wide_space(at))


cdef bint _is(Source* s, Span* span, const char* word) noexcept nogil:
    """Whether this lower-case word stands there, in whatever case."""
    cdef Py_ssize_t i = span.start
    while word[0]:
        if i >= span.end or _lower[s.at[i]] != <u8>word[0]:
            return False
        i += 1
        word += 1
    return i == span.end


cdef Py_ssize_t _find_word(Source* s, Span* span, const char* word) noexcept nogil:
    """Return where an exact word stands in a span, -1 if nowhere."""
    cdef Py_ssize_t length = 0, i = span.start
    while word[length]:
        length += 1
    while i + length <= span.end:
        if s.at[i] == <u8>word[0] and memcmp(s.at + i, word, length) == 0:
            return i
        i += 1
    return -1


cdef inline str _slice(Source* s, Py_ssize_t start, Py_ssize_t end):
    return PyUnicode_DecodeUTF8(<const char*>s.at + start, end - start, "surrogatepass")


cdef inline str _text_of(Source* s, Span* span):
    return _slice(s, span.start, span.end)


cdef inline Source _source(bytes markup):
    cdef Source s
    s.at = <const u8*>PyBytes_AS_STRING(markup)
    s.size = PyBytes_GET_SIZE(markup)
    return s


def length(bytes source):
    """Return how many characters UTF-8 holds, -1 if it is none; lone surrogates are none."""
    cdef Source s = _source(source)
    cdef const u8* at = s.at
    cdef const u8* end = at + s.size
    cdef Py_ssize_t more = 0
    cdef u64 word
    cdef u8 c
    with nogil:
        while at < end:
            while end - at >= 8:
                memcpy(&word, at, 8)
                if word & 0x8080808080808080u:
                    break
                at += 8
            c = at[0]
            if c < 0x80:
                at += at < end
            elif c < 0xE0:
                if c < 0xC2 or at[1] & 0xC0 != 0x80:
                    more = -1
                    break
                at += 2
                more += 1
            elif c < 0xF0:
                if (
                    at[1] & 0xC0 != 0x80 or at[2] & 0xC0 != 0x80
                    or (c == 0xE0 and at[1] < 0xA0) or (c == 0xED and at[1] >= 0xA0)
                ):
                    more = -1
                    break
                at += 3
                more += 2
            else:
                if (
                    c > 0xF4 or at[1] & 0xC0 != 0x80 or at[2] & 0xC0 != 0x80
                    or at[3] & 0xC0 != 0x80
                    or (c == 0xF0 and at[1] < 0x90) or (c == 0xF4 and at[1] >= 0x90)
                ):
                    more = -1
                    break
                at += 4
                more += 3
    return -1 if more < 0 else s.size - more


# -- what an element says of itself (`marks.facts_of`) ---------------------------------------------
cdef Py_ssize_t MAX_NAMES = _marks._MAX_NAMES


cdef u64 _names_bits(Source* s, Span* span) noexcept nogil:
    """Cut ASCII names into words at case changes and non-letters, and look them up."""
    cdef const u8* at = s.at + span.start
    cdef const u8* end = s.at + span.end
    cdef const u8* start
    cdef unsigned int sum
    cdef Py_ssize_t names = 0
    cdef bint inside = False
    cdef u64 bits = 0
    cdef Slot* found
    while at < end:
        if not _kind[at[0]] & (SMALL | CAPITAL):
            if _kind[at[0]] & SPACE:
                inside = False
            elif not inside:
                inside = True
                names += 1
                if names > MAX_NAMES:
                    break
            at += 1
            continue
        if not inside:
            inside = True
            names += 1
            if names > MAX_NAMES:
                break
        start = at
        sum = _step(2166136261u, _lower[at[0]])
        at += 1
        if _kind[start[0]] & CAPITAL and not (at < end and _kind[at[0]] & SMALL):
            while at < end and _kind[at[0]] & CAPITAL:
                sum = _step(sum, _lower[at[0]])
                at += 1
        else:
            while at < end and _kind[at[0]] & SMALL:
                sum = _step(sum, at[0])
                at += 1
        found = _find(_word_table, start, at - start, sum)
        if found:
            bits |= found.value
    return bits


cdef bint _plain(Source* s, Span* span) noexcept nogil:
    """Whether a value is ASCII without entities."""
    cdef Py_ssize_t i
    for i in range(span.start, span.end):
        if s.at[i] >= 128 or s.at[i] == c'&':
            return False
    return True


cdef u64 _roles(Source* s, Span* span) noexcept nogil:
    cdef Py_ssize_t i = span.start, start
    cdef unsigned int sum
    cdef u64 bits = 0
    cdef Slot* found
    while i < span.end:
        start = i
        sum = 2166136261u
        while i < span.end and s.at[i] != c'/' and not _kind[s.at[i]] & SPACE:
            sum = _step(sum, _lower[s.at[i]])
            i += 1
        if i > start:
            found = _find(_role_table, s.at + start, i - start, sum)
            if found:
                bits |= found.value
        i += 1
    return bits


cdef bint _hides(Source* s, Span* span) noexcept nogil:
    """Whether a style hides the element (`marks._hides`)."""
    cdef const char* rules[2]
    cdef Py_ssize_t i, k
    cdef const char* rule
    rules[0], rules[1] = "display:none", "visibility:hidden"
    for rule in rules:
        for i in range(span.start, span.end):
            if _lower[s.at[i]] != <u8>rule[0]:
                continue
            k = 0
            while i < span.end and rule[k]:
                if not _kind[s.at[i]] & SPACE:
                    if _lower[s.at[i]] != <u8>rule[k]:
                        break
                    k += 1
                i += 1
            if not rule[k]:
                return True
    return False


cdef enum:
    CLASS, ID, ROLE, ITEMPROP, ITEMTYPE, STYLE, HIDDEN, ARIA_HIDDEN, TELLING
    HREF = TELLING
    NAMED

cdef const char* _telling[NAMED]
_telling[:] = [b"class", b"id", b"role", b"itemprop", b"itemtype", b"style", b"hidden",
               b"aria-hidden", b"href"]
if {(<bytes>_telling[k]).decode() for k in range(TELLING)} != _marks._TELLING or set(
    _marks._RARE
) != {
    "role", "item", "hidden", "style", "ROLE", "ITEM", "HIDDEN", "STYLE", "CLASS", "ID", "Role",
    "Item", "Hidden", "Style", "Class", "Id",
} or set(_page.INVISIBLE) != {0xAD, 0x200B, 0xFEFF, 0x2060}:
    raise ImportError("other attributes tell something than this kernel was built for")
cdef u64 HIDDEN_BIT = _marks.BIT["hidden"], READER_BIT = _marks.BIT["screenreader"]
cdef Table* _telling_table = _table({(<bytes>_telling[k]).decode(): k for k in range(NAMED)})

cdef struct Attributes:
    bint orderly        # all that stands there was understood
    Span found[NAMED]   # values; of names that are written in small letters or capitals


cdef Py_ssize_t _attributes(Source* s, Py_ssize_t i, Attributes* a) noexcept nogil:
    """Read attributes as everybody writes them; returns where the ">" stands behind.

    Orderly are names of ASCII letters, digits and a few signs, parted by white space, with "=" and
    a value directly behind them, in quotes or of simple characters. `marks` finds the same in such,
    whichever way it takes. Of others only the end is found.
    """
    cdef Py_ssize_t start, length
    cdef unsigned int sum
    cdef const u8* at = s.at
    cdef const u8* close
    cdef Span value
    cdef u8 c, kinds
    cdef Slot* slot
    cdef int k
    for k in range(NAMED):
        a.found[k].start = 0
        a.found[k].end = -1
    a.orderly = True
    while True:
        while _kind[at[i]] & PARTS:
            i += 1
        c = at[i]
        if c == c'>':
            return i
        if c == c'/' and at[i + 1] == c'>':
            return i + 1
        start = i
        sum = 2166136261u
        kinds = 0
        while _kind[c] & NAMES:
            kinds |= _kind[c]
            sum = _step(sum, _lower[c])
            i += 1
            c = at[i]
        length = i - start
        if not length:
            break
        value.start = value.end = i
        if c == c'=':
            c = at[i + 1]
            if c == c'"' or c == c"'":
                value.start = i + 2
                close = <const u8*>memchr(at + i + 2, c, s.size - i - 2)
                if not close:
                    break
                value.end = close - at
                i = value.end + 1
            else:
                value.start = i = i + 1
                while _kind[at[i]] & BARE:
                    i += 1
                value.end = i
                if i == value.start or at[i - 1] == c'=' or c == c'=':
                    break
                if not (_kind[at[i]] & PARTS or at[i] == c'>'):
                    break
        elif not (_kind[c] & PARTS or c == c'>' or c == c'/'):
            break
        if length > 11:
            continue
        slot = _find(_telling_table, at + start, length, sum)
        if not slot:
            continue
        k = <int>slot.value
        if kinds & SMALL and kinds & CAPITAL:
            break
        if k <= ID and value.end == start + length:
            break  # without a value
        if a.found[k].end < 0:
            a.found[k] = value
    a.orderly = False
    return _attributes_end(s, start)


cdef Py_ssize_t _attributes_end(Source* s, Py_ssize_t i) noexcept nogil:
    """Return where the ">" stands that ends a start tag, `s.size` if nowhere.

    From whichever place outside quotes the search begins, it finds the same.
    """
    cdef u8 c
    cdef Py_ssize_t k
    while i < s.size:
        c = s.at[i]
        if c == c'>':
            return i
        i += 1
        if c != c'=':
            continue
        i = _skip_spaces(s, i, s.size)
        c = s.at[i]
        if c == c'"' or c == c"'":
            k = _seek(s, i + 1, c)
            i = k + 1 if k < s.size else i + 1
    return s.size


cdef u64 _facts(Source* s, Attributes* a) noexcept nogil:
    """Return the evidence bits, or all ones where Python has to look."""
    cdef int k
    cdef u64 bits
    if not a.orderly:
        return ~(<u64>0)
    for k in range(TELLING):
        if not _plain(s, &a.found[k]):
            return ~(<u64>0)
    bits = _names_bits(s, &a.found[CLASS]) | _names_bits(s, &a.found[ID])
    for k in range(ROLE, ITEMTYPE + 1):
        bits |= _roles(s, &a.found[k])
    if a.found[HIDDEN].end >= 0 or _hides(s, &a.found[STYLE]):
        bits |= HIDDEN_BIT
    if _is(s, &a.found[ARIA_HIDDEN], "true"):
        bits |= READER_BIT
    return bits


# -- tokens (`parse.tokens`) -----------------------------------------------------------------------
cdef enum Kind:
    NOTHING, START, END, RAW

cdef struct Token:
    Kind kind
    int tag              # number of a known tag, -1
    Py_ssize_t begin     # of the tag
    Py_ssize_t end       # one past it
    Span name
    Span source          # of the attributes
    Span text            # of a raw-text element


cdef inline Py_ssize_t _past(Source* s, Py_ssize_t i) noexcept nogil:
    """Return the place after the next ">", or the end."""
    i = _seek(s, i, c'>')
    return i + 1 if i < s.size else i


cdef Py_ssize_t _comment_end(Source* s, Py_ssize_t i) noexcept nogil:
    """Return the place after a comment whose text begins at `i`."""
    cdef const u8* at = s.at
    if at[i] == c'>':
        return i + 1
    if at[i] == c'-' and at[i + 1] == c'>':
        return i + 2
    while True:
        i = _seek(s, i, c'-')
        if i >= s.size:
            return s.size
        if at[i + 1] == c'-':
            if at[i + 2] == c'>':
                return i + 3
            if at[i + 2] == c'!' and at[i + 3] == c'>':
                return i + 4
        i += 1


cdef inline Py_ssize_t _name(Source* s, Py_ssize_t i, Token* token) noexcept nogil:
    """Read the name of a tag; returns the place behind it."""
    cdef unsigned int sum = 2166136261u
    cdef Slot* slot
    token.name.start = i
    while i < s.size and not _ends_name(s.at + i):
        sum = _step(sum, _lower[s.at[i]])
        i += 1
    token.name.end = i
    slot = _find(_tag_table, s.at + token.name.start, i - token.name.start, sum)
    token.tag = <int>slot.value if slot else -1
    return i


cdef bint _next(Source* s, Py_ssize_t i, Token* token, Attributes* a) noexcept nogil:
    """Find the next tag at or after `i`; False if there is none."""
    cdef const u8* at = s.at
    cdef u8 c
    while True:
        i = _seek(s, i, c'<')
        if i + 1 >= s.size:
            return False
        token.begin = i
        c = at[i + 1]
        if _kind[c] & (SMALL | CAPITAL):
            _tag(s, i + 1, token, a)
            return True
        if c == c'/' and _kind[at[i + 2]] & (SMALL | CAPITAL):
            token.kind = END
            token.end = _past(s, _name(s, i + 2, token))
            return True
        if c == c'!' or c == c'?' or c == c'/':
            token.kind = NOTHING
            token.end = (
                _comment_end(s, i + 4)
                if c == c'!' and at[i + 2] == c'-' and at[i + 3] == c'-' else _past(s, i + 2)
            )
            return True
        i += 1


cdef int _tag(Source* s, Py_ssize_t i, Token* token, Attributes* a) noexcept nogil:
    """Read a start tag whose name begins at `i`, with its text if that is no markup."""
    cdef Py_ssize_t length, k
    i = _name(s, i, token)
    token.kind = START
    if i < s.size and token.tag >= 0 and _tags[token.tag].flags & RAW_TEXT:
        token.kind = RAW
    token.source.start = i
    token.source.end = i = _attributes(s, i, a)
    token.end = i + 1 if i < s.size else i
    if token.kind == START:
        return 0
    length = token.name.end - token.name.start
    token.text.start = i = token.end
    while True:
        i = _seek(s, i, c'<')
        if i >= s.size:
            token.text.end = token.end = s.size
            return 0
        if s.at[i + 1] == c'/' and i + 2 + length < s.size and _ends_name(s.at + i + 2 + length):
            for k in range(length):
                if _lower[s.at[i + 2 + k]] != _lower[s.at[token.name.start + k]]:
                    break
            else:
                token.text.end = i
                token.end = _past(s, i + 2)
                return 0
        i += 1


def tokens(bytes markup):
    """See `parse.tokens`."""
    cdef Source s = _source(markup)
    cdef Token token
    cdef Attributes a
    cdef Py_ssize_t at = 0
    cdef list parts = []
    while _next(&s, at, &token, &a):
        parts.append(_slice(&s, at, token.begin))
        parts.append(_text_of(&s, &token.name) if token.kind == END else None)
        parts.append(_text_of(&s, &token.name) if token.kind == RAW else None)
        parts.append(_text_of(&s, &token.source) if token.kind == RAW else None)
        parts.append(_text_of(&s, &token.text) if token.kind == RAW else None)
        parts.append(_text_of(&s, &token.name) if token.kind == START else None)
        parts.append(_text_of(&s, &token.source) if token.kind == START else None)
        at = token.end
    parts.append(_slice(&s, at, s.size))
    return parts


# -- the stack of open elements (`nesting.Stack`, `segment._Cutter`) ------------------------------------------------
cdef struct Element:
    int tag
    int parent
    int container
    int first
    int end
    u64 mark
    Span source
    Span classes

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


@cython.final
cdef class Cutter:
    cdef bytes markup
    cdef Source s
    cdef Py_ssize_t max_blocks, max_depth, max_elements, patience
    cdef Element* elements
    cdef Block* blocks
    cdef Open* stack
    cdef int* boxes
    cdef Piece* pieces
    cdef Tag* tags
    cdef int* opened           # open elements of each name
    cdef char* buffer          # the text of a block
    cdef Py_ssize_t element_count, element_room, block_count, block_room, depth, stack_room
    cdef Py_ssize_t box_count, box_room, piece_count, piece_room, tag_count, tag_room
    cdef Py_ssize_t opened_room, buffer_room
    cdef Py_ssize_t at, begin, inner
    cdef Span between          # the end of the token before this one, and where this one begins
    cdef Py_ssize_t place      # where the block under way begins
    cdef Py_ssize_t written    # bytes in `buffer`
    cdef bint gap              # white space since the last of them
    cdef int breaks            # line breaks since then
    cdef bint solid, broken
    cdef Counts counts
    cdef int in_link, in_bold, in_pre, skipped
    cdef dict ids              # names that only this page uses
    cdef dict odd              # class names of elements that Python looked at
    cdef str found             # class names of the element under way, if Python looked at it
    cdef list names, texts, titles, metas, data

    def __cinit__(self, bytes markup, limits):
        self.markup = markup
        self.s = _source(markup)
        self.max_blocks, self.max_depth = limits.max_blocks, limits.max_depth
        self.max_elements, self.patience = _nesting.MAX_ELEMENTS, _nesting.PATIENCE
        self.ids, self.odd = {}, {}
        self.names, self.texts, self.titles, self.metas, self.data = [], [], [], [], []
        self.tag_count = self.tag_room = self.opened_room = KNOWN
        self.tags = <Tag*>malloc(KNOWN * sizeof(Tag))
        self.opened = <int*>malloc(KNOWN * sizeof(int))
        if not self.tags or not self.opened:
            raise MemoryError
        memcpy(self.tags, _tags, KNOWN * sizeof(Tag))
        memset(self.opened, 0, KNOWN * sizeof(int))
        self._enter_box(-1)
        self._push(HTML, Span(0, 0), BLOCK, Span(0, 0))
        self._push(BODY, Span(0, 0), BLOCK, Span(0, 0))

    def __dealloc__(self):
        free(self.elements)
        free(self.blocks)
        self._free_work()

    cdef void _free_work(self) noexcept:
        """Free what is only used while a page is cut."""
        free(self.stack)
        free(self.boxes)
        free(self.pieces)
        free(self.tags)
        free(self.opened)
        free(self.buffer)
        self.stack = NULL
        self.boxes = self.opened = NULL
        self.pieces = NULL
        self.tags = NULL
        self.buffer = NULL

    # -- tags by number --------------------------------------------------------------------------

    cdef int _tag_of(self, Token* token) except -1:
        """Return the number of a tag's name; unknown names get one for this page."""
        return token.tag if token.tag >= 0 else self._new_tag(_text_of(&self.s, &token.name))

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

    # -- tokens ----------------------------------------------------------------------------------

    cdef int cut(self) except -1:
        """Take the whole page."""
        cdef Token token
        cdef Attributes attributes
        self.between.start = 0
        while _next(&self.s, self.between.start, &token, &attributes):
            self.between.end = token.begin
            if self.between.end > self.between.start:
                self._text(self.between.start, self.between.end)
            if token.kind == START:
                self._start(self._tag_of(&token), token.source, &attributes)
            elif token.kind == END:
                self._end(self._tag_of(&token))
            elif token.kind == RAW:
                self._raw(token.tag, &token)
            self.between.start = token.end
            self.at += 1
        self.between.end = self.s.size
        if self.between.start < self.between.end:
            self._text(self.between.start, self.between.end)
        while self.depth:
            self._pop()
        self._free_work()
        return 0

    cdef int _text(self, Py_ssize_t start, Py_ssize_t end) except -1:
        cdef Py_ssize_t i
        cdef int length = 0
        if self.skipped:
            return 0
        self._add_piece(start, end)
        if _skip_spaces(&self.s, start, end) == end:
            return 0
        self.solid = True
        if self.in_link or self.in_bold:
            for i in range(start, end):
                length += self.s.at[i] & 0xC0 != 0x80
            if self.in_link:
                self.counts.linked += length
            if self.in_bold:
                self.counts.bold += length
        return 0

    cdef int _add_piece(self, Py_ssize_t start, Py_ssize_t end) except -1:
        if not self.piece_count:
            self.begin, self.inner = self.at, self.stack[self.depth - 1].element
            self.place = self.between.start
            self.counts.links = self.in_link
        self.pieces = <Piece*>_grown(
            self.pieces, self.piece_count, &self.piece_room, sizeof(Piece)
        )
        self.pieces[self.piece_count] = Piece(start, end)
        self.piece_count += 1
        return 0

    cdef int _start(self, int tag, Span source, Attributes* attributes) except -1:
        cdef Tag* t = &self.tags[tag]
        cdef u64 mark = t.mark
        cdef int k
        cdef Span classes
        cdef str odd
        if t.flags & IMPLIED:
            return self._implied(tag, source)
        if mark & VOID:
            return self._void(tag, source)
        if tag == A:
            self._close(tag)
        elif tag == FORM and self.opened[FORM]:
            return 0
        classes.start = classes.end = 0
        self.found = None
        if source.end > source.start:
            mark |= self._said(&source, attributes, &classes)
        odd = self.found  # what follows may start an implied element
        if mark & LINK and not self._addressed(&source, attributes):
            mark &= ~<u64>LINK
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
        if odd:
            self.odd[self.element_count] = odd
        self._push(tag, source, mark, classes)
        if not mark & BLOCK:
            self.counts.marks |= mark
            if mark & LINK:
                self.counts.links += 1
        return 0

    cdef u64 _said(self, Span* source, Attributes* attributes, Span* classes) except? 0:
        """Return the bits of what an element's attributes say, and find its class names."""
        cdef u64 bits = _facts(&self.s, attributes)
        if bits != ~(<u64>0):
            if attributes.found[CLASS].end > 0:
                classes[0] = attributes.found[CLASS]
            return bits
        text = _text_of(&self.s, source)
        if text.isspace():
            return 0
        bits, self.found = _marks.facts_of(text)
        return bits

    cdef bint _addressed(self, Span* source, Attributes* attributes) noexcept nogil:
        """Whether an address stands among the attributes of a link."""
        if attributes.orderly and attributes.found[HREF].end >= 0:
            return True
        return (
            _find_word(&self.s, source, "href") >= 0 or _find_word(&self.s, source, "HREF") >= 0
        )

    cdef int _end(self, int tag) except -1:
        if self.stack[self.depth - 1].tag == tag and self.depth > ROOTS:
            return self._pop()
        if tag == BR:
            return self._line_break()
        if not self.tags[tag].flags & IMPLIED:
            return self._close(tag)
        return 0

    cdef int _raw(self, int tag, Token* token) except -1:
        if tag == TITLE and not self.skipped:
            self.titles.append(" ".join(unescape(_text_of(&self.s, &token.text)).split()))
        elif tag == SCRIPT and _find_word(&self.s, &token.source, "ld+json") >= 0:
            self.data.append(_text_of(&self.s, &token.text))
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
            self.metas.append(_text_of(&self.s, &source))
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
        """Join the pieces, fold white space unless it is to be kept, and drop what is invisible."""
        cdef Py_ssize_t size = 0, k
        cdef Piece* piece
        for k in range(self.piece_count):
            piece = &self.pieces[k]
            size += piece.end - piece.start if piece.end >= 0 else 1
        # Some entities stand for more bytes than they have, but for less than twice as many.
        while self.buffer_room < 2 * size:
            self.buffer = <char*>_grown(self.buffer, self.buffer_room, &self.buffer_room, 1)
        self.written, self.gap, self.breaks = 0, False, 0
        if self.in_pre:
            return self._python_text()
        for k in range(self.piece_count):
            piece = &self.pieces[k]
            if piece.end == BREAK:
                self.breaks += 1
                self.gap = False
            elif piece.end == GAP:
                self.gap = True
            elif not self._fold(self.s.at + piece.start, self.s.at + piece.end):
                return self._python_text()
        return PyUnicode_DecodeUTF8(self.buffer, self.written, "surrogatepass")

    cdef bint _fold(self, const u8* at, const u8* end) except -1:
        """Write a text with its white space folded; False where an entity needs Python."""
        cdef const u8* start
        cdef Py_ssize_t width
        while at < end:
            start = at
            while at < end and _kind[at[0]] & INK:
                at += 1
            if at > start:
                self._write(start, at - start)
                continue
            if at[0] == c'&':
                at = self._entity(at, end)
                if not at:
                    return False
                continue
            width = _space(at)
            if width:
                self.gap = True
            else:
                width = _invisible(at)
                if not width:
                    width = 2 if at[0] < 0xE0 else 3
                    self._write(at, width)
            at += width
        return True

    cdef inline void _write(self, const u8* at, Py_ssize_t size) noexcept:
        """Write characters, behind what parts them from those before."""
        cdef char* to = self.buffer
        if self.breaks or self.gap:
            if self.written:
                while self.breaks:
                    to[self.written] = c'\n'
                    self.written += 1
                    self.breaks -= 1
                if self.gap and to[self.written - 1] != c'\n':
                    to[self.written] = c' '
                    self.written += 1
            self.breaks = 0
            self.gap = False
        memcpy(to + self.written, at, size)
        self.written += size

    cdef const u8* _entity(self, const u8* at, const u8* end) except? NULL:
        """Write what an entity stands for; returns where it ends, NULL where Python has to look."""
        cdef const u8* start = at
        cdef const u8* value
        cdef unsigned int code = 0
        cdef Py_ssize_t size
        at += 1
        if at == end:
            return NULL  # it may go on behind a tag
        if at[0] == c'#':
            at += 1
            while at < end and c'0' <= at[0] <= c'9' and at - start < 9:
                code = code * 10 + at[0] - c'0'
                at += 1
            if at == end or at[0] != c';' or not (
                32 <= code < 127 or 160 <= code < 0xD800 or 0xE000 <= code < 0xFDD0
            ):
                return NULL
            name = chr(code)
        elif at[0] in (c' ', c'\n', c'\t', c'<', c'&', c';', c'\f'):
            self._write(start, 1)
            return at
        else:
            while at < end and _kind[at[0]] & NAMES and at - start < 32:
                at += 1
            if at == end or at[0] != c';':
                return NULL
            name = html5.get(PyUnicode_DecodeUTF8(<char*>start + 1, at - start, NULL))
            if name is None:
                return NULL
        value = <const u8*>PyUnicode_AsUTF8AndSize(name, &size)
        if value[0] == c'&':
            self._write(value, size)
        else:
            self._fold(value, value + size)
        return at + 1

    cdef str _python_text(self):
        """Do what `segment._Cutter._text` does to the joined pieces."""
        cdef Piece* piece
        cdef Py_ssize_t k
        pieces = []
        for k in range(self.piece_count):
            piece = &self.pieces[k]
            if piece.end < 0:
                pieces.append("\0" if piece.end == BREAK else " ")
            else:
                pieces.append(_slice(&self.s, piece.start, piece.end))
        return _segment.folded("".join(pieces), self.broken, self.in_pre > 0)

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
        block.place = Span(self.place, self.between.end)
        block.counts = self.counts
        self.block_count += 1
        self.texts.append(text)
        return 0

    cdef int _line_break(self) except -1:
        cdef Py_ssize_t k
        cdef Piece* piece
        if not self.solid:
            return 0
        if self.broken:
            k = self.piece_count - 1
            while k >= 0:
                piece = &self.pieces[k]
                if piece.end == BREAK:
                    return self._flush()
                if _skip_spaces(&self.s, piece.start, piece.end) < piece.end:
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

    cdef int _push(self, int tag, Span source, u64 mark, Span classes) except -1:
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
        e.classes = classes
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
        if self.tags[tag].flags & CELLS and self.tags[top].flags & ROWLESS:
            self._start(TR, Span(0, 0), NULL)
        elif tag == TR and top == TABLE:
            self._push(TBODY, Span(0, 0), BLOCK, Span(0, 0))
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

    def column(self, str name):
        """Return a field of the page, by its name in `Page`."""
        cdef Py_ssize_t k, offset
        cdef Element* e
        cdef Block* b
        if name in _OF_BLOCKS:
            offset = _OF_BLOCKS[name]
            return [(<int*>(<char*>&self.blocks[k] + offset))[0] for k in range(self.block_count)]
        if name in _OF_ELEMENTS:
            offset = _OF_ELEMENTS[name]
            return [
                (<int*>(<char*>&self.elements[k] + offset))[0] for k in range(self.element_count)
            ]
        found = []
        if name == "marks":
            for k in range(self.block_count):
                found.append(self.blocks[k].counts.marks)
        elif name == "ranges":
            for k in range(self.block_count):
                b = &self.blocks[k]
                found.append((b.begin, b.end, b.inner))
        elif name == "places":
            self._write_places(found)
        elif name == "own":
            for k in range(self.element_count):
                found.append(self.elements[k].mark)
        elif name == "tags":
            for k in range(self.element_count):
                e = &self.elements[k]
                found.append(_names[e.tag] if e.tag < KNOWN else self.names[e.tag - KNOWN])
        elif name == "attributes":
            for k in range(self.element_count):
                found.append(_text_of(&self.s, &self.elements[k].source))
        elif name == "classes":
            for k in range(self.element_count):
                found.append(_text_of(&self.s, &self.elements[k].classes))
            for k, odd in self.odd.items():
                found[k] = odd
        elif name == "markup":
            return _slice(&self.s, 0, self.s.size)
        elif name != "spans":
            raise AttributeError(name)
        return found

    def sizes(self):
        """Return how many elements and blocks there are."""
        return self.element_count, self.block_count

    def write(self, int[:, ::1] elements, u64[::1] own, int[:, ::1] blocks, u64[::1] inner):
        """Write the columns that `compiled.view.Cells` holds, class names as places in the markup.

        Returns:
            The names that tags are numbers of, the markup, and the class names by element that
            do not stand there as they are.
        """
        cdef Py_ssize_t k
        cdef Element* e
        cdef Block* b
        for k in range(self.element_count):
            e = &self.elements[k]
            own[k] = e.mark
            elements[0, k], elements[1, k], elements[2, k] = e.container, e.first, e.end
            elements[3, k] = e.tag
            elements[4, k], elements[5, k] = <int>e.classes.start, <int>e.classes.end
        for k in range(self.block_count):
            b = &self.blocks[k]
            inner[k] = b.counts.marks
            blocks[0, k], blocks[1, k], blocks[2, k] = b.owner, b.counts.linked, b.counts.bold
            blocks[3, k], blocks[4, k] = b.counts.links, b.counts.images
            blocks[5, k] = b.counts.inputs
        return _names + self.names, self.markup, self.odd

    cdef int _write_places(self, list found) except -1:
        """Tell where in the text of the markup each block stands; places are in page order."""
        cdef Py_ssize_t k, i = 0, characters = 0, start
        cdef Block* b
        for k in range(self.block_count):
            b = &self.blocks[k]
            while i < b.place.start:
                characters += self.s.at[i] & 0xC0 != 0x80
                i += 1
            start = characters
            while i < b.place.end:
                characters += self.s.at[i] & 0xC0 != 0x80
                i += 1
            found.append((start, characters))
        return 0

    def heads(self):
        """Return titles, metas and data of the page, and the texts of its blocks."""
        return {"titles": self.titles, "metas": self.metas, "data": self.data, "texts": self.texts}

    def parts(self):
        """See `parse.tokens`."""
        return tokens(self.markup)


cdef Block _block
cdef Element _element
cdef dict _OF_BLOCKS = {
    "owners": <char*>&_block.owner - <char*>&_block,
    "linked": <char*>&_block.counts.linked - <char*>&_block,
    "links": <char*>&_block.counts.links - <char*>&_block,
    "bold": <char*>&_block.counts.bold - <char*>&_block,
    "images": <char*>&_block.counts.images - <char*>&_block,
    "inputs": <char*>&_block.counts.inputs - <char*>&_block,
}
cdef dict _OF_ELEMENTS = {
    "parents": <char*>&_element.parent - <char*>&_element,
    "containers": <char*>&_element.container - <char*>&_element,
    "first": <char*>&_element.first - <char*>&_element,
    "end": <char*>&_element.end - <char*>&_element,
}


def cut_markup(bytes markup, limits):
    """See `segment.cut_markup`; returns what gives the columns of the page."""
    cdef Cutter cutter = Cutter(markup, limits)
    cutter.cut()
    return cutter
