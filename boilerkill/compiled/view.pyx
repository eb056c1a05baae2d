# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""The columns of `features.view.View`: boxes, what blocks are made of, and which are built alike.

The order and the precision of every operation are those of numpy in `features.view`.
"""

cimport cython
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcmp, memcpy, memset

import numpy as np

from boilerkill.features import view as _view

ctypedef unsigned long long u64
ctypedef long long i64

cdef extern from *:
    const char* BOILERKILL_SOURCES  # set by setup.py

SOURCES = BOILERKILL_SOURCES.decode()

cdef enum:
    BLOCK = 1
    BODY = -2  # groups of tags: <html> and <body>
    UNMET = -3

cdef float LONG = _view.LONG, LINKED_LESS = _view._LINKED
cdef dict _tag_groups = _view._TAG_GROUP | dict.fromkeys(_view._BODY_TAGS, BODY)
cdef dict _levels = _view._LEVELS


# -- groups of equal things ------------------------------------------------------------------------
@cython.final
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

    cdef inline int of(self, int one, int other) noexcept nogil:
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


cdef struct Name:
    const unsigned char* at  # NULL where the slot is free
    Py_ssize_t size
    u64 sum
    int number


@cython.final
cdef class Names:
    """Numbers stretches of bytes, which have to stay where they are."""

    cdef Name* slots
    cdef Py_ssize_t room
    cdef int count

    def __cinit__(self, Py_ssize_t most):
        self.room = 64
        while self.room < 2 * most:
            self.room *= 2
        self.slots = <Name*>calloc(self.room, sizeof(Name))
        if not self.slots:
            raise MemoryError

    def __dealloc__(self):
        free(self.slots)

    cdef int of(self, const unsigned char* at, Py_ssize_t size) noexcept nogil:
        """Return the number of some bytes; at most as many as were announced may be different."""
        cdef u64 sum = size, part
        cdef Py_ssize_t k = 0, place
        cdef Name* slot
        while k < size:
            part = 0
            memcpy(&part, at + k, min(8, size - k))
            sum = (sum ^ part) * 11400714819323198485u
            sum ^= sum >> 32
            k += 8
        place = <Py_ssize_t>(sum & <u64>(self.room - 1))
        while True:
            slot = &self.slots[place]
            if not slot.at:
                slot[0] = Name(at, size, sum, self.count)
                self.count += 1
                return slot.number
            if slot.sum == sum and slot.size == size and memcmp(slot.at, at, size) == 0:
                return slot.number
            place = (place + 1) & (self.room - 1)


# -- the page as numbers ---------------------------------------------------------------------------
cdef enum:
    CONTAINER, FIRST, END, TAG, NAMES, NAMES_END, OF_ELEMENTS
    OWNER = 0, LINKED, BOLD, LINKS, IMAGES, INPUTS, OF_BLOCKS


@cython.final
cdef class Cells:
    """What elements and blocks hold, as numbers.

    Attributes:
        elements: (OF_ELEMENTS, e) of each block-level element; its tag is a place in `tags`, its
            class names are a number.
        blocks: (OF_BLOCKS, n) of each block.
        own, inner: Marks of each element and each block.
        tags: Names of tags.
    """

    cdef int[:, ::1] elements, blocks
    cdef u64[::1] own, inner
    cdef list tags

    def __init__(self, page):
        cut = vars(page).get("_cut")
        elements, blocks = (len(page.own), len(page.texts)) if cut is None else cut.sizes()
        self.elements = np.empty((OF_ELEMENTS, elements), np.intc)
        self.blocks = np.empty((OF_BLOCKS, blocks), np.intc)
        self.own, self.inner = np.empty(elements, np.uint64), np.empty(blocks, np.uint64)
        if cut is None:
            self.tags = []
            self._read_elements(page)
            self._read_blocks(page)
        else:
            self.tags, markup, odd = cut.write(self.elements, self.own, self.blocks, self.inner)
            self._number_names(markup, odd)

    cdef int _number_names(self, bytes markup, dict odd) except -1:
        """Put numbers in the place of class names."""
        cdef const unsigned char* at = markup
        cdef int[:, ::1] cell = self.elements
        cdef Py_ssize_t e
        cdef Names names = Names(len(self.own) + len(odd))
        cdef bytes written
        cdef list kept = []  # until all are numbered
        for e in range(len(self.own)):
            if self.own[e] & BLOCK:
                cell[NAMES, e] = names.of(at + cell[NAMES, e], cell[NAMES_END, e] - cell[NAMES, e])
        for e, found in odd.items():
            written = (<str>found).encode("utf-8", "surrogatepass")
            kept.append(written)
            cell[NAMES, e] = names.of(written, len(written))
        return 0

    cdef int _read_elements(self, page) except -1:
        cdef list own = page.own, tags = page.tags, classes = page.classes
        cdef list containers = page.containers, firsts = page.first, ends = page.end
        cdef dict tag_numbers = {}, class_numbers = {"": 0}
        cdef Py_ssize_t e, count = len(own)
        cdef str tag, names
        for e in range(count):
            self.own[e] = own[e]
            if not self.own[e] & BLOCK:
                continue
            self.elements[CONTAINER, e] = containers[e]
            self.elements[FIRST, e], self.elements[END, e] = firsts[e], ends[e]
            tag, names = tags[e], classes[e]
            number = tag_numbers.get(tag)
            if number is None:
                number = tag_numbers[tag] = len(self.tags)
                self.tags.append(tag)
            self.elements[TAG, e] = number
            self.elements[NAMES, e] = (
                <int>class_numbers.setdefault(names, len(class_numbers)) if names else 0
            )
        return 0

    cdef int _read_blocks(self, page) except -1:
        cdef list column
        cdef Py_ssize_t k, i
        for k, column in enumerate(
            (page.owners, page.linked, page.bold, page.links, page.images, page.inputs)
        ):
            for i in range(len(column)):
                self.blocks[k, i] = column[i]
        column = page.marks
        for i in range(len(column)):
            self.inner[i] = column[i]
        return 0


# -- boxes (`View._boxes`) -------------------------------------------------------------------------
@cython.final
cdef class Boxes:
    """The block-level elements of a page.

    Attributes:
        of: Box of each element; -1 for others.
        tag, look, kin, path: Number of each box by its tag; by its tag and classes; by those up to
            the grandparent; by its tags up to the root.
        near: Marks of the three nearest.
        group, level: Place in `TAG_GROUPS` and level as a heading of each tag; its group is UNMET
            where no box has it.
        places: (5, m) first, end, size, up and parent.
        marks: (2, m) marks of the path and of the box itself.
        depth: (m,)
    """

    cdef int* of
    cdef int* tag
    cdef int* look
    cdef int* kin
    cdef int* path
    cdef u64* near
    cdef int* group
    cdef int* level
    cdef Py_ssize_t m
    cdef i64[:, ::1] places
    cdef u64[:, ::1] marks
    cdef float[::1] depth
    cdef tuple arrays

    def __cinit__(self, Cells cells):
        cdef Py_ssize_t e, count = len(cells.own), room = count + 1, tags = len(cells.tags)
        self.of = <int*>malloc(5 * room * sizeof(int))
        self.near = <u64*>malloc(room * sizeof(u64))
        self.group = <int*>malloc(2 * tags * sizeof(int))
        if not self.of or not self.near or not self.group:
            raise MemoryError
        self.level = self.group + tags
        for e in range(tags):
            self.group[e] = UNMET
        self.tag, self.look = self.of + room, self.of + 2 * room
        self.kin, self.path = self.look + room, self.look + 2 * room
        for e in range(count):
            self.of[e] = -1
            if cells.own[e] & BLOCK:
                self.of[e] = <int>self.m
                self.m += 1
        self.arrays = (
            np.empty((5, self.m), np.int64), np.empty((2, self.m), np.uint64),
            np.empty(self.m, np.float32),
        )
        self.places, self.marks, self.depth = self.arrays

    def __dealloc__(self):
        free(self.of)
        free(self.near)
        free(self.group)

    cdef int _meet(self, int tag, str name) except -1:
        self.group[tag], self.level[tag] = _tag_groups.get(name, -1), _levels.get(name, 0)
        return 0

    cdef int fill(self, Cells cells) except -1:
        """Work everything out; a box comes after the one round it."""
        cdef Groups looks = Groups(self.m), ways = Groups(self.m)
        cdef Groups two = Groups(self.m), three = Groups(self.m)
        cdef i64[:, ::1] places = self.places
        cdef u64[:, ::1] marks = self.marks
        cdef int[:, ::1] cell = cells.elements
        cdef Py_ssize_t e, c, g, box
        cdef int tag
        cdef u64 mark
        for e in range(len(cells.own)):
            box = self.of[e]
            if box < 0:
                continue
            c = cell[CONTAINER, e]
            c = self.of[c] if c >= 0 else 0
            g = places[4, c] if box else 0
            places[0, box], places[1, box], places[4, box] = cell[FIRST, e], cell[END, e], c
            places[2, box] = places[1, box] - places[0, box]
            places[3, box] = c if places[2, c] > places[2, box] else places[3, c] if box else 0
            self.tag[box] = tag = cell[TAG, e]
            if self.group[tag] == UNMET:
                self._meet(tag, cells.tags[tag])
            self.look[box] = looks.of(tag, cell[NAMES, e])
            self.path[box] = ways.of(self.path[c] + 1 if box else 0, tag)
            # <html> and <body> speak of the page, not of the block.
            mark = 0 if not box or self.group[tag] == BODY else cells.own[e]
            marks[1, box] = mark
            marks[0, box] = mark | marks[0, c] if box else 0
            self.near[box] = mark | marks[1, c] | marks[1, g]
            self.depth[box] = self.depth[c] + 1 if box else 0
            self.kin[box] = three.of(two.of(self.look[box], self.look[c]), self.look[g])
        return 0


_WHOLE = (
    "owner", "kin", "paths", "looks", "heading", "tag_group", "links", "images", "inputs",
)
_NAMES = (
    ("first", "end", "size", "up", "parent"), ("path_marks", "own_marks"), _WHOLE,
    ("marks", "near_marks"), ("link_share", "linked_words", "bold_share", "long_words"),
)


def look(page, const float[:, ::1] sizes):
    """Work out the columns of a page that are not of its characters.

    Args:
        page: A page with blocks.
        sizes: (n, 2) length and words of each block.

    Returns:
        The columns by name, to stand in the view.
    """
    cdef Cells cells = Cells(page)
    cdef Boxes boxes = Boxes(cells)
    cdef Py_ssize_t i, box, n = len(sizes), tag
    cdef Groups kins = Groups(n), ways = Groups(n)
    whole_array, marks_array = np.empty((len(_WHOLE), n), np.int64), np.empty((2, n), np.uint64)
    real_array, long = np.empty((4, n), np.float32), np.empty(n, np.bool_)
    cdef i64[:, ::1] whole = whole_array
    cdef u64[:, ::1] marks = marks_array
    cdef float[:, ::1] real = real_array
    cdef unsigned char[::1] is_long = long.view(np.uint8)
    cdef int[:, ::1] cell = cells.blocks
    cdef float length, words, share
    boxes.fill(cells)
    for i in range(n):
        box = boxes.of[cell[OWNER, i]]
        tag = boxes.tag[box]
        whole[0, i] = box
        whole[1, i] = kins.of(boxes.kin[box], 0)
        whole[2, i] = ways.of(boxes.path[box], 0)
        whole[3, i] = boxes.look[box]
        whole[4, i], whole[5, i] = boxes.level[tag], max(boxes.group[tag], -1)
        whole[6, i], whole[7, i], whole[8, i] = cell[LINKS, i], cell[IMAGES, i], cell[INPUTS, i]
        marks[0, i] = cells.inner[i] | boxes.marks[0, box]
        marks[1, i] = cells.inner[i] | boxes.near[box]
        length, words = sizes[i, 0], sizes[i, 1]
        share = _least(<float>cell[LINKED, i] / length, 1)
        real[0, i], real[1, i] = share, words * share
        real[2, i] = _least(<float>cell[BOLD, i] / length, 1)
        is_long[i] = words >= LONG and share < LINKED_LESS
        real[3, i] = words if is_long[i] else 0
    places, box_marks, depth = boxes.arrays
    found = {"depth": depth, "long": long}
    for names, array in zip(_NAMES, (places, box_marks, whole_array, marks_array, real_array)):
        found.update(zip(names, array))
    return found


cdef inline float _least(float x, float most) noexcept nogil:
    return x if x < most else most
