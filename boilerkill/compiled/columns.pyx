# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""Boxes, groups and the families of features that are sums over blocks.

The order and the precision of every operation are those of numpy in `features`. Logarithms are
left to numpy: those of whole numbers are looked up, the others worked out together at the end.
"""

from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memset

import numpy as np

from boilerkill.features import chars as _chars
from boilerkill.features import context as _context
from boilerkill.features import markup as _markup
from boilerkill.features import view as _view
from boilerkill.features import wording as _wording
from boilerkill.marks import BIT, EVIDENCE

ctypedef unsigned long long u64
ctypedef long long i64

cdef extern from *:
    const char* BOILERKILL_SOURCES  # set by setup.py

SOURCES = BOILERKILL_SOURCES.decode()

cdef enum:
    BLOCK = 1

# -- groups of equal things ------------------------------------------------------------------------
cdef class Groups:
    """Numbers pairs of numbers in the order in which they are met."""

    cdef u64* keys
    cdef int* numbers
    cdef Py_ssize_t room
    cdef int count

    def __cinit__(self, Py_ssize_t most):
        self.room = 64
        while self.room < 2 * most:
            self.room *= 2
        self.keys = <u64*>malloc(self.room * sizeof(u64))
        self.numbers = <int*>malloc(self.room * sizeof(int))
        if not self.keys or not self.numbers:
            raise MemoryError
        memset(self.numbers, 0xFF, self.room * sizeof(int))

    def __dealloc__(self):
        free(self.keys)
        free(self.numbers)

    cdef int of(self, int one, int other) noexcept nogil:
        """Return the number of a pair; at most as many as were announced may be different."""
        cdef u64 key = <u64><unsigned int>one << 32 | <u64><unsigned int>other
        cdef Py_ssize_t at = <Py_ssize_t>((key * 11400714819323198485u >> 20) & <u64>(self.room - 1))
        while self.numbers[at] >= 0 and self.keys[at] != key:
            at = (at + 1) & (self.room - 1)
        if self.numbers[at] < 0:
            self.numbers[at] = self.count
            self.keys[at] = key
            self.count += 1
        return self.numbers[at]


def numbered(keys, i64[::1] out):
    """See `features.view.numbered`."""
    cdef dict numbers = {}
    cdef Py_ssize_t i = 0
    for key in keys:
        out[i] = numbers.setdefault(key, len(numbers))
        i += 1


# -- boxes (`View._boxes`, `View.kin` and the paths of `kin_features`) -----------------------------
def boxes(
    page, list found, i64[:, ::1] table, u64[:, ::1] marks, float[::1] depth, i64[:, ::1] blocks,
):
    """Fill the columns of boxes and the groups of blocks.

    Args:
        page: The page.
        found: The element of each box.
        table: (5, m) container, first, end, up and parent of each box.
        marks: (2, m) of the path and of the box itself.
        depth: (m,)
        blocks: (4, n) box, kin, path of tags, and tag with classes of each block.

    Returns:
        The tag of each box.
    """
    cdef list own = page.own, containers = page.containers, firsts = page.first, ends = page.end
    cdef list owners = page.owners, tags = page.tags, classes = page.classes, names = []
    cdef dict tag_numbers = {}, class_numbers = {}
    cdef Py_ssize_t m = len(found), n = len(owners), box, i, c, g, element
    cdef u64 mark
    cdef Groups look = Groups(m), two = Groups(m), three = Groups(m), way = Groups(m)
    cdef Groups kins = Groups(n), ways = Groups(n)
    cdef int* to_box = <int*>malloc((len(own) + 1) * sizeof(int))
    cdef int* looks = <int*>malloc(3 * (m + 1) * sizeof(int))
    cdef int* kin = looks + m
    cdef int* path = kin + m
    cdef int tag
    try:
        if not to_box or not looks:
            raise MemoryError
        for box in range(m):
            element = found[box]
            to_box[element] = <int>box
            name = tags[element]
            names.append(name)
            c = containers[element]
            c = to_box[c] if c >= 0 else -1
            table[0, box], table[1, box], table[2, box] = c, firsts[element], ends[element]
            table[4, box] = max(c, 0)
            tag = tag_numbers.setdefault(name, len(tag_numbers))
            looks[box] = look.of(tag, class_numbers.setdefault(classes[element], len(class_numbers)))
            path[box] = way.of(path[c] + 1 if c >= 0 else 0, tag)
            if not box:
                table[3, 0] = marks[0, 0] = marks[1, 0] = 0
                depth[0] = 0
                kin[0] = three.of(two.of(looks[0], looks[0]), looks[0])
                continue
            # <html> and <body> speak of the page, not of the block.
            mark = 0 if name == "html" or name == "body" else <u64>own[element]
            table[3, box] = (
                c if table[2, c] - table[1, c] > table[2, box] - table[1, box] else table[3, c]
            )
            marks[0, box] = marks[0, c] | mark
            marks[1, box] = mark
            depth[box] = depth[c] + 1
            g = table[0, c] if c > 0 else 0
            kin[box] = three.of(two.of(looks[box], looks[c]), looks[g])
        for i in range(n):
            box = to_box[<Py_ssize_t>owners[i]]
            blocks[0, i] = box
            blocks[1, i] = kins.of(kin[box], 0)
            blocks[2, i] = ways.of(path[box], 0)
            blocks[3, i] = looks[box]
    finally:
        free(to_box)
        free(looks)
    return names


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


# -- the families ----------------------------------------------------------------------------------
cdef enum:
    WORD, UNSPACED, DIGIT, UPPER, STOP, COMMA, DIVIDER, MONEY, RIGHTS, QUOTE, COLON, BRACKET
    SYMBOL, BREAK, CLASSES

if _chars.CLASSES != (
    "word", "unspaced", "digit", "upper", "stop", "comma", "divider", "money", "rights", "quote",
    "colon", "bracket", "symbol", "break",
):
    raise ImportError("other classes of characters than this kernel was built for")

cdef float TINY = 1e-6
cdef dict _tag_column = _markup._TAG_COLUMN
cdef int TAG_COLUMNS = len(_markup._TAG_GROUPS)
cdef int LEVELS = _markup._LEVELS
cdef float SHORT = _context._SHORT
cdef float OPENER_WORDS = _wording._OPENER_WORDS
cdef i64 NEVER = 10**6
cdef list _windows = [(before, after) for _, before, after in _context._WINDOWS]
cdef list _steps = list(_context._STEPS), _near_steps = list(_context._NEAR_STEPS)
cdef u64 _evidence[64]
cdef u64 _near[64]
cdef int EVIDENCE_COUNT = len(EVIDENCE), NEAR_COUNT = len(_markup._NEAR)
for k in range(EVIDENCE_COUNT):
    _evidence[k] = BIT[EVIDENCE[k]]
for k in range(NEAR_COUNT):
    _near[k] = BIT[_markup._NEAR[k]]


cdef inline float _share(float part, float whole) noexcept nogil:
    return part / (whole if whole > TINY else TINY)


cdef inline float _least(float x, float most) noexcept nogil:
    return x if x < most else most


cdef inline i64 _above(i64 x) noexcept nogil:
    return x if x > 0 else 0


cdef class Filler:
    """Writes columns of one page."""

    cdef Logs logs
    cdef float[:, ::1] out
    cdef const float[:, ::1] counts
    cdef const float[:] words, length
    cdef const float[::1] link_share, bold_share, linked_words, long_words, depth
    cdef const unsigned char[::1] long, address
    cdef const unsigned short[:, ::1] edges
    cdef const i64[::1] first, end, up, parent, owner, heading, look
    cdef float total, long_total
    cdef bint markup
    cdef Py_ssize_t n, m
    cdef list links, images, inputs, tags
    cdef object view

    def __init__(self, v, float[:, ::1] out):
        self.view = v
        self.out = out
        self.logs = Logs(out)
        self.n, self.m = v.n, len(v.boxes)
        self.counts, self.words, self.length = v.char_counts, v.words, v.length
        self.link_share, self.bold_share = v.link_share, v.bold_share
        self.linked_words, self.long_words, self.depth = v.linked_words, v.long_words, v.depth
        self.long, self.address = v.long.view(np.uint8), v.address.view(np.uint8)
        self.edges = v.edges
        self.first, self.end, self.up, self.parent = v.first, v.end, v.up, v.parent
        self.owner, self.heading, self.look = v.owner, v.heading, v.looks
        self.total, self.long_total = max(float(v.words.sum()), 1), max(float(v.long_words.sum()), 1)
        self.markup = v.has_markup
        self.links, self.images, self.inputs = v.page.links, v.page.images, v.page.inputs
        self.tags = v.tags

    cdef inline i64 size(self, Py_ssize_t box) noexcept:
        return self.end[box] - self.first[box]

    cdef int text(self, Py_ssize_t at) except -1:
        cdef Py_ssize_t i
        cdef float words
        cdef float* row
        cdef const float* c
        cdef Logs logs = self.logs
        cdef unsigned short head, tail
        for i in range(self.n):
            row = &self.out[i, at]
            c = &self.counts[i, 0]
            words = self.words[i] if self.words[i] > 1 else 1
            head, tail = self.edges[i, 0], self.edges[i, 1]
            logs.put(row, self.words[i])
            logs.put(row + 1, self.length[i])
            row[2] = _least(self.length[i] / words, 12)
            row[3] = self.long[i]
            logs.put(row + 4, c[STOP])
            row[5] = _share(c[STOP], words)
            row[6] = tail >> <int>STOP & 1
            row[7] = tail >> <int>COLON & 1
            row[8] = head >> <int>UPPER & 1
            row[9] = head >> <int>DIGIT & 1
            row[10] = head >> <int>QUOTE & 1
            row[11] = _share(c[COMMA], words)
            row[12] = _share(c[DIGIT], self.length[i])
            row[13] = _share(c[UPPER], self.length[i])
            row[14] = _least(_share(c[DIVIDER], words), 2)
            row[15] = c[MONEY] > 0
            row[16] = c[RIGHTS] > 0
            row[17] = _least(_share(c[QUOTE], words), 1)
            row[18] = _least(_share(c[BRACKET], words), 1)
            row[19] = _least(_share(c[SYMBOL], words), 1)
            logs.put(row + 20, c[BREAK])
            logs.put(row + 21, self.words[i] / (c[BREAK] + <float>1))
            row[22] = _share(c[UNSPACED], self.length[i])
            row[23] = self.address[i]
        return 0

    cdef int element(self, Py_ssize_t at) except -1:
        cdef Py_ssize_t i, k
        cdef float* row
        cdef float links, depth
        cdef Logs logs = self.logs
        for i in range(self.n):
            row = &self.out[i, at]
            links = <float>self.links[i]
            row[0] = self.markup
            row[1] = self.link_share[i]
            logs.put(row + 2, links)
            row[3] = 0
            if links > 0:
                logs.put(row + 3, self.words[i] / (links if links > 1 else 1))
            row[4] = self.bold_share[i]
            logs.put64(row + 5, <double>self.images[i])
            logs.put64(row + 6, <double>self.inputs[i])
            for k in range(TAG_COLUMNS):
                row[7 + k] = 0
            column = _tag_column.get(self.tags[i])
            if column is not None:
                row[7 + <Py_ssize_t>column] = 1
            depth = self.depth[self.owner[i]]
            row[7 + TAG_COLUMNS] = _least(depth, 40) / <float>10
            row[8 + TAG_COLUMNS] = self.size(self.owner[i]) == 1
        return 0

    cdef int mark(self, Py_ssize_t at) except -1:
        cdef const u64[::1] marks = self.view.marks, near = self.view.near_marks
        cdef Py_ssize_t i, k
        cdef float* row
        for i in range(self.n):
            row = &self.out[i, at]
            for k in range(EVIDENCE_COUNT):
                row[k] = (marks[i] & _evidence[k]) != 0
            row += EVIDENCE_COUNT
            for k in range(NEAR_COUNT):
                row[k] = (near[i] & _near[k]) != 0
        return 0

    cdef int container(self, Py_ssize_t at) except -1:
        cdef double[:, ::1] sums = np.zeros((self.n + 1, 6))
        cdef float[:, ::1] table = np.empty((self.m, 9), np.float32)
        cdef Py_ssize_t i, k, box, level
        cdef float inside[6]
        cdef float size, whole, whole_long
        cdef float* row
        cdef Logs logs = Logs(table)
        for i in range(self.n):
            sums[i + 1, 0] = sums[i, 0] + self.words[i]
            sums[i + 1, 1] = sums[i, 1] + self.linked_words[i]
            sums[i + 1, 2] = sums[i, 2] + self.long_words[i]
            sums[i + 1, 3] = sums[i, 3] + (self.heading[i] > 0)
            sums[i + 1, 4] = sums[i, 4] + <float>self.inputs[i]
            sums[i + 1, 5] = sums[i, 5] + self.counts[i, STOP]
        whole = <float>(sums[self.end[0], 0] - sums[self.first[0], 0])
        whole_long = <float>(sums[self.end[0], 2] - sums[self.first[0], 2])
        whole = whole if whole > 1 else 1
        whole_long = whole_long if whole_long > 1 else 1
        for box in range(self.m):
            row = &table[box, 0]
            for k in range(6):
                inside[k] = <float>(sums[self.end[box], k] - sums[self.first[box], k])
            size = <float>self.size(box)
            logs.put(row, inside[0])
            logs.put(row + 1, size)
            row[2] = _share(inside[1], inside[0])
            row[3] = inside[0] / whole
            row[4] = _share(inside[2], inside[0])
            row[5] = inside[2] / whole_long
            row[6] = _share(inside[3], size)
            row[7] = _least(_share(inside[4], size), 2)
            row[8] = _share(inside[5], inside[0])
        logs.finish()
        for i in range(self.n):
            row = &self.out[i, at]
            box = self.owner[i]
            if self.size(box) <= 1:
                box = self.up[box]
            for level in range(LEVELS):
                for k in range(9):
                    row[k] = table[box, k]
                row[9] = <double>(i - self.first[box]) / <double>max(self.size(box) - 1, 1)
                row += 10
                box = self.up[box]
        return 0

    cdef int relation(self, Py_ssize_t box, Py_ssize_t at, bint side) except -1:
        """Write whether blocks stand in a box, how far from it, and on which side."""
        cdef Py_ssize_t i
        cdef i64 before, after
        for i in range(self.n):
            before, after = _above(self.first[box] - i), _above(i - self.end[box] + 1)
            self.out[i, at] = before + after == 0
            self.logs.put64(&self.out[i, at + 1], <double>(before + after))
            if side:
                self.out[i, at + 2] = (after > 0) - (before > 0)
        return 0

    cdef int core(self, Py_ssize_t at) except -1:
        cdef float[::1] words = self.view.inside(self.view.words)
        cdef float[::1] long = self.view.inside(self.view.long_words)
        cdef float[::1] score = np.zeros(self.m, np.float32)
        cdef float[::1] points = np.empty(self.n, np.float32)
        cdef float parts[3]
        cdef float least, point, best_score, own, share
        cdef Py_ssize_t i, k, box, best, parent
        cdef float whole = words[0] if words[0] > 1 else 1
        cdef float whole_long = long[0] if long[0] > 1 else 1
        parts[0], parts[1], parts[2] = 0.33, 0.5, 0.75
        for k in range(3):
            best = -1
            least = parts[k] * whole_long
            for box in range(self.m):
                if long[box] >= least and (best < 0 or self.size(box) < self.size(best)):
                    best = box
            best = max(best, 0)
            self.relation(best, at + 3 * k, False)
            share = words[best] / whole
            for i in range(self.n):
                self.out[i, at + 3 * k + 2] = share
        for i in range(self.n):
            point = 0
            if self.long[i]:
                point = (<float>1 + self.counts[i, COMMA]) + _least(self.length[i] / <float>100, 3)
            points[i] = point * (<float>1 - self.link_share[i])
            parent = self.parent[self.owner[i]] if self.markup else self.owner[i]
            score[parent] += points[i]
        for i in range(self.n):
            parent = self.parent[self.owner[i]] if self.markup else self.owner[i]
            score[self.parent[parent]] += points[i] / <float>2
        best = 0
        for box in range(self.m):
            if score[box] > score[best]:
                best = box
        self.relation(best, at + 9, True)
        best_score = score[best] if score[best] > 1 else 1
        for i in range(self.n):
            parent = self.parent[self.owner[i]] if self.markup else self.owner[i]
            own = max(score[parent], score[self.parent[parent]])
            self.out[i, at + 12] = own / best_score
        return 0

    cdef int group(self, const i64[::1] group, Py_ssize_t at) except -1:
        """Aggregate block columns over the blocks of each group."""
        cdef Py_ssize_t i, g, count = 0
        cdef double* sums
        cdef double* s
        cdef float* row
        for i in range(self.n):
            count = max(count, group[i] + 1)
        sums = <double*>malloc(6 * count * sizeof(double))
        if not sums:
            raise MemoryError
        try:
            memset(sums, 0, 6 * count * sizeof(double))
            for i in range(self.n):
                s = sums + 6 * group[i]
                if not s[0]:
                    s[4] = i
                s[0] += 1
                s[1] += self.words[i]
                s[2] += self.link_share[i]
                s[3] += self.long[i]
                s[5] = i
            for i in range(self.n):
                s = sums + 6 * group[i]
                row = &self.out[i, at]
                self.logs.put(row, <float>s[0])
                self.logs.put64(row + 1, s[1] / s[0])
                row[2] = s[2] / s[0]
                row[3] = s[1] / <double>self.total
                row[4] = s[3] / s[0]
                row[5] = (s[5] - s[4]) / self.n
        finally:
            free(sums)
        return 0

    cdef int place(self, Py_ssize_t at) except -1:
        cdef Py_ssize_t i
        cdef float words = 0, long = 0, far = <float>np.log1p(self.n)
        cdef i64 last = -1, heading = -1, following = NEVER, first_h1 = -1, last_h1 = -1
        cdef float* row
        cdef Logs logs = self.logs
        for i in range(self.n):
            if self.heading[i] == 1:
                first_h1 = i if first_h1 < 0 else first_h1
                last_h1 = i
        for i in range(self.n):
            row = &self.out[i, at]
            row[0] = <double>i / self.n
            words += self.words[i]
            long += self.long_words[i]
            row[1] = (words - self.words[i]) / self.total
            row[2] = (long - self.long_words[i]) / self.long_total
            logs.put64(row + 3, i)
            logs.put64(row + 4, self.n - i - 1)
            if self.long[i]:
                last = i
            row[5] = far
            if last >= 0:
                logs.put64(row + 5, i - last)
            row[7] = last >= 0
            row[8] = far
            row[9] = row[10] = 0
            if heading >= 0:
                logs.put64(row + 8, i - heading)
                row[9] = self.heading[heading]
                logs.put(row + 10, self.words[heading])
            row[11] = self.heading[i]
            if self.heading[i] > 0:
                heading = i
            row[12] = first_h1 >= 0 and i > first_h1
            row[13] = last_h1 >= 0 and i < last_h1
        for i in range(self.n - 1, -1, -1):
            row = &self.out[i, at]
            if self.long[i]:
                following = i
            row[6] = far
            if following < NEVER:
                logs.put64(row + 6, following - i)
            else:
                row[7] = 0
        return 0

    cdef int neighbour(self, Py_ssize_t at) except -1:
        cdef Py_ssize_t i, j, k, step
        cdef float* row
        cdef float words
        cdef int far[16]
        cdef int near[16]
        cdef int far_count = len(_steps), near_count = len(_near_steps)
        for k in range(far_count):
            far[k] = _steps[k]
        for k in range(near_count):
            near[k] = _near_steps[k]
        for i in range(self.n):
            row = &self.out[i, at]
            for k in range(far_count):
                j = i + far[k]
                row[0] = row[1] = 0
                if 0 <= j < self.n:
                    words = self.words[j]
                    self.logs.put(row, words)
                    row[1] = _share(self.counts[j, STOP], words if words > 1 else 1)
                row += 2
            for k in range(near_count):
                j = i + near[k]
                row[0] = row[1] = 0
                if 0 <= j < self.n:
                    row[0], row[1] = self.link_share[j], self.heading[j]
                row += 2
            row[0] = i > 0 and self.look[i] == self.look[i - 1]
            row[1] = i + 1 < self.n and self.look[i] == self.look[i + 1]
        return 0

    cdef int window(self, Py_ssize_t at) except -1:
        cdef double[:, ::1] sums = np.zeros((self.n + 1, 5))
        cdef Py_ssize_t i, k, w, low, high
        cdef float inside[5]
        cdef float count
        cdef float* row
        cdef int before[8]
        cdef int after[8]
        cdef int windows = len(_windows)
        for w in range(windows):
            before[w], after[w] = _windows[w]
        for i in range(self.n):
            sums[i + 1, 0] = sums[i, 0] + self.words[i]
            sums[i + 1, 1] = sums[i, 1] + self.linked_words[i]
            sums[i + 1, 2] = sums[i, 2] + self.long_words[i]
            sums[i + 1, 3] = sums[i, 3] + self.counts[i, STOP]
            sums[i + 1, 4] = sums[i, 4] + (self.words[i] < SHORT)
        for i in range(self.n):
            row = &self.out[i, at]
            for w in range(windows):
                low, high = max(i - before[w], 0), min(i + after[w] + 1, self.n)
                for k in range(5):
                    inside[k] = <float>(sums[high, k] - sums[low, k])
                count = max(high - low, 1)
                self.logs.put(row, _share(inside[0], count))
                row[1] = _share(inside[1], inside[0])
                row[2] = _share(inside[2], inside[0])
                row[3] = _share(inside[3], inside[0])
                row[4] = _share(inside[4], count)
                row += 5
        return 0

    cdef int wording(self, Py_ssize_t at) except -1:
        cdef Py_ssize_t i, k, j, opener = -1
        cdef float[:, ::1] own
        cdef float[::1] known
        cdef float* row
        cdef float near
        if self.view.lexicon is None:
            for i in range(self.n):
                for k in range(21):
                    self.out[i, at + k] = 0
            return 0
        own, known = self.view.beginnings.evidence(self.view.lexicon)
        for i in range(self.n):
            row = &self.out[i, at]
            for k in range(4):
                row[k] = own[i, k]
                row[4 + k] = own[opener, k] if opener >= 0 else 0
                row[8 + k] = own[i - 1, k] if i else 0
                row[12 + k] = own[i + 1, k] if i + 1 < self.n else 0
                near = 0
                for j in range(i - 2, i + 3):
                    near += own[j, k] if 0 <= j < self.n else 0
                row[16 + k] = near / <float>5
            row[20] = known[i]
            if self.words[i] <= OPENER_WORDS:
                opener = i
        return 0

    cdef int copy(self, Py_ssize_t at) except -1:
        cdef const i64[::1] key = self.view.key_numbers
        cdef const float[::1] heads = self.view.beginnings.prefix_copies()
        cdef Py_ssize_t i
        cdef i64* firsts = <i64*>malloc(4 * self.n * sizeof(i64))
        cdef i64* g
        cdef float* row
        if not firsts:
            raise MemoryError
        try:
            memset(firsts, 0, 4 * self.n * sizeof(i64))
            for i in range(self.n):  # first and last of each group, its size, and how many were met
                g = firsts + 4 * key[i]
                if not g[2]:
                    g[0] = i
                g[1] = i
                g[2] += 1
            for i in range(self.n):
                g = firsts + 4 * key[i]
                row = &self.out[i, at]
                row[0] = row[1] = row[2] = 0
                if g[2] > 1:
                    self.logs.put(row, <float>(g[2] - 1))
                    row[1] = <double>g[3] / (g[2] - 1)
                    row[2] = <double>(g[1] - g[0]) / self.n
                    g[3] += 1
                self.logs.put(row + 3, heads[i])
        finally:
            free(firsts)
        return 0

    cdef int finish(self) except -1:
        return self.logs.finish()


def fill(view, float[:, ::1] out, dict starts):
    """Write the features of a page that the kernel knows.

    Args:
        view: The page.
        out: (n, features)
        starts: Name of the function that computes a family -> its first column.

    Returns:
        The names of the families that are done.
    """
    cdef Filler filler = Filler(view, out)
    filler.text(starts["text_features"])
    filler.element(starts["element_features"])
    filler.mark(starts["mark_features"])
    filler.container(starts["container_features"])
    filler.core(starts["core_features"])
    filler.group(view.kin, starts["kin_features"])
    filler.group(view.paths, starts["kin_features"] + 6)
    filler.place(starts["place_features"])
    filler.neighbour(starts["neighbour_features"])
    filler.window(starts["window_features"])
    filler.wording(starts["wording_features"])
    filler.copy(starts["copy_features"])
    filler.finish()
    return DONE


DONE = frozenset({
    "text_features", "element_features", "mark_features", "container_features", "core_features",
    "kin_features", "place_features", "neighbour_features", "window_features", "wording_features",
    "copy_features",
})
