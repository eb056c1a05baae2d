# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""The families of features of blocks, of their markup and of the containers round them.

The order and the precision of every operation are those of numpy in `features`. Logarithms are
left to numpy: those of whole numbers are looked up, the others worked out together at the end.
"""

include "logs.pxi"

from boilerkill.features import markup as _markup
from boilerkill.marks import BIT, EVIDENCE

cdef int TAG_COLUMNS = len(_markup.TAG_GROUPS)
cdef int LEVELS = _markup._LEVELS
cdef u64 _marks[128]
cdef int EVIDENCE_COUNT = len(EVIDENCE), MARKS = len(EVIDENCE) + len(_markup._NEAR)
for k, name in enumerate((*EVIDENCE, *_markup._NEAR)):
    _marks[k] = BIT[name]


cdef int text(Sight v, Py_ssize_t at) except -1:
    cdef Py_ssize_t i
    cdef float words
    cdef float* row
    cdef const float* c
    cdef Logs logs = v.logs
    cdef unsigned short head, tail
    for i in range(v.n):
        row = &v.out[i, at]
        c = &v.counts[i, 0]
        words = v.words[i] if v.words[i] > 1 else 1
        head, tail = v.edges[i, 0], v.edges[i, 1]
        logs.put(row, v.words[i])
        logs.put(row + 1, v.length[i])
        row[2] = _least(v.length[i] / words, 12)
        row[3] = v.long[i]
        logs.put(row + 4, c[STOP])
        row[5] = _share(c[STOP], words)
        row[6] = tail >> <int>STOP & 1
        row[7] = tail >> <int>COLON & 1
        row[8] = head >> <int>UPPER & 1
        row[9] = head >> <int>DIGIT & 1
        row[10] = head >> <int>QUOTE & 1
        row[11] = _share(c[COMMA], words)
        row[12] = _share(c[DIGIT], v.length[i])
        row[13] = _share(c[UPPER], v.length[i])
        row[14] = _least(_share(c[DIVIDER], words), 2)
        row[15] = c[MONEY] > 0
        row[16] = c[RIGHTS] > 0
        row[17] = _least(_share(c[QUOTE], words), 1)
        row[18] = _least(_share(c[BRACKET], words), 1)
        row[19] = _least(_share(c[SYMBOL], words), 1)
        logs.put(row + 20, c[BREAK])
        logs.put(row + 21, v.words[i] / (c[BREAK] + <float>1))
        row[22] = _share(c[UNSPACED], v.length[i])
        row[23] = v.address[i]
    return 0


cdef int copy(Sight v, Py_ssize_t at) except -1:
    cdef const i64[::1] key = v.view.key_numbers
    cdef const float[::1] heads = v.view.beginnings.prefix_copies()
    cdef Py_ssize_t i
    cdef i64* firsts = <i64*>malloc(4 * v.n * sizeof(i64))
    cdef i64* g
    cdef float* row
    if not firsts:
        raise MemoryError
    try:
        memset(firsts, 0, 4 * v.n * sizeof(i64))
        for i in range(v.n):  # first and last of each group, its size, and how many were met
            g = firsts + 4 * key[i]
            if not g[2]:
                g[0] = i
            g[1] = i
            g[2] += 1
        for i in range(v.n):
            g = firsts + 4 * key[i]
            row = &v.out[i, at]
            row[0] = row[1] = row[2] = 0
            if g[2] > 1:
                v.logs.put(row, <float>(g[2] - 1))
                row[1] = <double>g[3] / (g[2] - 1)
                row[2] = <double>(g[1] - g[0]) / v.n
                g[3] += 1
            v.logs.put(row + 3, heads[i])
    finally:
        free(firsts)
    return 0


cdef int element(Sight v, Py_ssize_t at) except -1:
    cdef Py_ssize_t i, k
    cdef float* row
    cdef float links
    cdef Logs logs = v.logs
    cdef bint markup = v.view.has_markup
    cdef const i64[::1] link_counts = v.view.links, images = v.view.images
    cdef const i64[::1] tag_group = v.view.tag_group
    for i in range(v.n):
        row = &v.out[i, at]
        links = <float>link_counts[i]
        row[0] = markup
        row[1] = v.link_share[i]
        logs.put(row + 2, links)
        row[3] = 0
        if links > 0:
            logs.put(row + 3, v.words[i] / (links if links > 1 else 1))
        row[4] = v.bold_share[i]
        logs.put64(row + 5, <double>images[i])
        logs.put64(row + 6, <double>v.inputs[i])
        for k in range(TAG_COLUMNS):
            row[7 + k] = 0
        if tag_group[i] >= 0:
            row[7 + tag_group[i]] = 1
        row[7 + TAG_COLUMNS] = _least(v.depth[v.owner[i]], 40) / <float>10
        row[8 + TAG_COLUMNS] = v.size(v.owner[i]) == 1
    return 0


cdef int mark(Sight v, Py_ssize_t at) except -1:
    cdef const u64[::1] marks = v.view.marks, near = v.view.near_marks
    cdef Py_ssize_t i, k
    cdef float* row
    for i in range(v.n):
        row = &v.out[i, at]
        if i and marks[i] == marks[i - 1] and near[i] == near[i - 1]:
            memcpy(row, &v.out[i - 1, at], MARKS * sizeof(float))
            continue
        for k in range(EVIDENCE_COUNT):
            row[k] = (marks[i] & _marks[k]) != 0
        for k in range(EVIDENCE_COUNT, MARKS):
            row[k] = (near[i] & _marks[k]) != 0
    return 0


cdef int container(Sight v, Py_ssize_t at) except -1:
    cdef double[:, ::1] sums = np.zeros((v.n + 1, 6))
    cdef float[:, ::1] table = np.empty((v.m, 9), np.float32)
    cdef Py_ssize_t i, k, box, level
    cdef float inside[6]
    cdef float size, whole, whole_long
    cdef float* row
    cdef Logs logs = Logs(table)
    for i in range(v.n):
        sums[i + 1, 0] = sums[i, 0] + v.words[i]
        sums[i + 1, 1] = sums[i, 1] + v.linked_words[i]
        sums[i + 1, 2] = sums[i, 2] + v.long_words[i]
        sums[i + 1, 3] = sums[i, 3] + (v.heading[i] > 0)
        sums[i + 1, 4] = sums[i, 4] + <float>v.inputs[i]
        sums[i + 1, 5] = sums[i, 5] + v.counts[i, STOP]
    whole = <float>(sums[v.end[0], 0] - sums[v.first[0], 0])
    whole_long = <float>(sums[v.end[0], 2] - sums[v.first[0], 2])
    whole = whole if whole > 1 else 1
    whole_long = whole_long if whole_long > 1 else 1
    for box in range(v.m):
        row = &table[box, 0]
        for k in range(6):
            inside[k] = <float>(sums[v.end[box], k] - sums[v.first[box], k])
        size = <float>v.size(box)
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
    for i in range(v.n):
        row = &v.out[i, at]
        box = v.owner[i]
        if v.size(box) <= 1:
            box = v.up[box]
        for level in range(LEVELS):
            for k in range(9):
                row[k] = table[box, k]
            row[9] = <double>(i - v.first[box]) / <double>max(v.size(box) - 1, 1)
            row += 10
            box = v.up[box]
    return 0


cdef int relation(Sight v, Py_ssize_t box, Py_ssize_t at, bint side) except -1:
    """Write whether blocks stand in a box, how far from it, and on which side."""
    cdef Py_ssize_t i
    cdef i64 before, after
    for i in range(v.n):
        before, after = _above(v.first[box] - i), _above(i - v.end[box] + 1)
        v.out[i, at] = before + after == 0
        v.logs.put64(&v.out[i, at + 1], <double>(before + after))
        if side:
            v.out[i, at + 2] = (after > 0) - (before > 0)
    return 0


cdef int core(Sight v, Py_ssize_t at) except -1:
    cdef double[:, ::1] sums = np.zeros((v.n + 1, 2))
    cdef float[:, ::1] inside = np.zeros((3, v.m), np.float32)
    cdef float[::1] words = inside[0], long = inside[1], score = inside[2]
    cdef float[::1] points = np.empty(v.n, np.float32)
    cdef bint markup = v.view.has_markup
    cdef float parts[3]
    cdef float least, point, best_score, own, share
    cdef Py_ssize_t i, k, box, best, parent
    cdef float whole, whole_long
    for i in range(v.n):
        sums[i + 1, 0] = sums[i, 0] + v.words[i]
        sums[i + 1, 1] = sums[i, 1] + v.long_words[i]
    for box in range(v.m):
        words[box] = <float>(sums[v.end[box], 0] - sums[v.first[box], 0])
        long[box] = <float>(sums[v.end[box], 1] - sums[v.first[box], 1])
    whole = words[0] if words[0] > 1 else 1
    whole_long = long[0] if long[0] > 1 else 1
    parts[0], parts[1], parts[2] = 0.33, 0.5, 0.75
    for k in range(3):
        best = -1
        least = parts[k] * whole_long
        for box in range(v.m):
            if long[box] >= least and (best < 0 or v.size(box) < v.size(best)):
                best = box
        best = max(best, 0)
        relation(v, best, at + 3 * k, False)
        share = words[best] / whole
        for i in range(v.n):
            v.out[i, at + 3 * k + 2] = share
    for i in range(v.n):
        point = 0
        if v.long[i]:
            point = (<float>1 + v.counts[i, COMMA]) + _least(v.length[i] / <float>100, 3)
        points[i] = point * (<float>1 - v.link_share[i])
        parent = v.parent[v.owner[i]] if markup else v.owner[i]
        score[parent] += points[i]
    for i in range(v.n):
        parent = v.parent[v.owner[i]] if markup else v.owner[i]
        score[v.parent[parent]] += points[i] / <float>2
    best = 0
    for box in range(v.m):
        if score[box] > score[best]:
            best = box
    relation(v, best, at + 9, True)
    best_score = score[best] if score[best] > 1 else 1
    for i in range(v.n):
        parent = v.parent[v.owner[i]] if markup else v.owner[i]
        own = max(score[parent], score[v.parent[parent]])
        v.out[i, at + 12] = own / best_score
    return 0


cdef int group(Sight v, const i64[::1] group, Py_ssize_t at) except -1:
    """Aggregate block columns over the blocks of each group."""
    cdef Py_ssize_t i, g, count = 0
    cdef double* sums
    cdef double* s
    cdef float* row
    for i in range(v.n):
        count = max(count, group[i] + 1)
    sums = <double*>malloc(6 * count * sizeof(double))
    if not sums:
        raise MemoryError
    try:
        memset(sums, 0, 6 * count * sizeof(double))
        for i in range(v.n):
            s = sums + 6 * group[i]
            if not s[0]:
                s[4] = i
            s[0] += 1
            s[1] += v.words[i]
            s[2] += v.link_share[i]
            s[3] += v.long[i]
            s[5] = i
        for i in range(v.n):
            s = sums + 6 * group[i]
            row = &v.out[i, at]
            v.logs.put(row, <float>s[0])
            v.logs.put64(row + 1, s[1] / s[0])
            row[2] = s[2] / s[0]
            row[3] = s[1] / v.total
            row[4] = s[3] / s[0]
            row[5] = (s[5] - s[4]) / v.n
    finally:
        free(sums)
    return 0


def fill(view, float[:, ::1] out, dict starts):
    """Write the features of these families.

    Args:
        view: The page.
        out: (n, features)
        starts: Name of the function that computes a family -> its first column.
    """
    cdef Sight sight = Sight(view, out)
    text(sight, starts["text_features"])
    copy(sight, starts["copy_features"])
    element(sight, starts["element_features"])
    mark(sight, starts["mark_features"])
    container(sight, starts["container_features"])
    core(sight, starts["core_features"])
    group(sight, view.kin, starts["kin_features"])
    group(sight, view.paths, starts["kin_features"] + 6)
    sight.logs.finish()
