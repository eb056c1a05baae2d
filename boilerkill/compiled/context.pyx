# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False
"""The families of features of where blocks stand, what stands round them, and of the page.

The order and the precision of every operation are those of numpy in `features`. Logarithms are
left to numpy: those of whole numbers are looked up, the others worked out together at the end.
"""

include "logs.pxi"

from boilerkill.features import context as _context
from boilerkill.features import text as _text
from boilerkill.features import view as _view
from boilerkill.features import wording as _wording
from boilerkill.marks import BIT

cdef i64 PARAGRAPHS = _view._TAG_GROUP["p"], ITEMS = _view._TAG_GROUP["li"]
cdef i64 CELLS = _view._TAG_GROUP["td"]
cdef float SHORT = _context._SHORT
cdef float OPENER_WORDS = _wording._OPENER_WORDS
cdef float ALIKE = _text._ALIKE
cdef u64 COMMENT = BIT["n_comment"], THREAD = BIT["n_thread"]
cdef i64 NEVER = 10**6
cdef list _windows = [(before, after) for _, before, after in _context._WINDOWS]
cdef list _steps = list(_context._STEPS), _near_steps = list(_context._NEAR_STEPS)


cdef int place(Sight v, Py_ssize_t at) except -1:
    cdef Py_ssize_t i
    cdef float words = 0, long = 0, far = <float>np.log1p(v.n)
    cdef float long_total = max(v.view.long_words.sum(), 1)
    cdef i64 last = -1, heading = -1, following = NEVER, first_h1 = -1, last_h1 = -1
    cdef float* row
    cdef Logs logs = v.logs
    for i in range(v.n):
        if v.heading[i] == 1:
            first_h1 = i if first_h1 < 0 else first_h1
            last_h1 = i
    for i in range(v.n):
        row = &v.out[i, at]
        row[0] = <double>i / v.n
        words += v.words[i]
        long += v.long_words[i]
        row[1] = (words - v.words[i]) / <float>v.total
        row[2] = (long - v.long_words[i]) / long_total
        logs.put64(row + 3, i)
        logs.put64(row + 4, v.n - i - 1)
        if v.long[i]:
            last = i
        row[5] = far
        if last >= 0:
            logs.put64(row + 5, i - last)
        row[7] = last >= 0
        row[8] = far
        row[9] = row[10] = 0
        if heading >= 0:
            logs.put64(row + 8, i - heading)
            row[9] = v.heading[heading]
            logs.put(row + 10, v.words[heading])
        row[11] = v.heading[i]
        if v.heading[i] > 0:
            heading = i
        row[12] = first_h1 >= 0 and i > first_h1
        row[13] = last_h1 >= 0 and i < last_h1
    for i in range(v.n - 1, -1, -1):
        row = &v.out[i, at]
        if v.long[i]:
            following = i
        row[6] = far
        if following < NEVER:
            logs.put64(row + 6, following - i)
        else:
            row[7] = 0
    return 0


cdef int neighbour(Sight v, Py_ssize_t at) except -1:
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
    for i in range(v.n):
        row = &v.out[i, at]
        for k in range(far_count):
            j = i + far[k]
            row[0] = row[1] = 0
            if 0 <= j < v.n:
                words = v.words[j]
                v.logs.put(row, words)
                row[1] = _share(v.counts[j, STOP], words if words > 1 else 1)
            row += 2
        for k in range(near_count):
            j = i + near[k]
            row[0] = row[1] = 0
            if 0 <= j < v.n:
                row[0], row[1] = v.link_share[j], v.heading[j]
            row += 2
        row[0] = i > 0 and v.look[i] == v.look[i - 1]
        row[1] = i + 1 < v.n and v.look[i] == v.look[i + 1]
    return 0


cdef int window(Sight v, Py_ssize_t at) except -1:
    cdef double[:, ::1] sums = np.zeros((v.n + 1, 5))
    cdef Py_ssize_t i, k, w, low, high
    cdef float inside[5]
    cdef float count
    cdef float* row
    cdef int before[8]
    cdef int after[8]
    cdef int windows = len(_windows)
    for w in range(windows):
        before[w], after[w] = _windows[w]
    for i in range(v.n):
        sums[i + 1, 0] = sums[i, 0] + v.words[i]
        sums[i + 1, 1] = sums[i, 1] + v.linked_words[i]
        sums[i + 1, 2] = sums[i, 2] + v.long_words[i]
        sums[i + 1, 3] = sums[i, 3] + v.counts[i, STOP]
        sums[i + 1, 4] = sums[i, 4] + (v.words[i] < SHORT)
    for i in range(v.n):
        row = &v.out[i, at]
        for w in range(windows):
            low, high = max(i - before[w], 0), min(i + after[w] + 1, v.n)
            for k in range(5):
                inside[k] = <float>(sums[high, k] - sums[low, k])
            count = max(high - low, 1)
            v.logs.put(row, _share(inside[0], count))
            row[1] = _share(inside[1], inside[0])
            row[2] = _share(inside[2], inside[0])
            row[3] = _share(inside[3], inside[0])
            row[4] = _share(inside[4], count)
            row += 5
    return 0


cdef int wording(Sight v, Py_ssize_t at) except -1:
    cdef Py_ssize_t i, k, j, opener = -1
    cdef float[:, ::1] own
    cdef float[::1] known
    cdef float* row
    cdef float near
    if v.view.lexicon is None:
        for i in range(v.n):
            for k in range(21):
                v.out[i, at + k] = 0
        return 0
    own, known = v.view.beginnings.evidence(v.view.lexicon)
    for i in range(v.n):
        row = &v.out[i, at]
        for k in range(4):
            row[k] = own[i, k]
            row[4 + k] = own[opener, k] if opener >= 0 else 0
            row[8 + k] = own[i - 1, k] if i else 0
            row[12 + k] = own[i + 1, k] if i + 1 < v.n else 0
            near = 0
            for j in range(i - 2, i + 3):
                near += own[j, k] if 0 <= j < v.n else 0
            row[16 + k] = near / <float>5
        row[20] = known[i]
        if v.words[i] <= OPENER_WORDS:
            opener = i
    return 0


cdef int title(Sight v, Py_ssize_t at) except -1:
    cdef const float[:, ::1] found = v.view.beginnings.titles(
        v.view.titles, _text.descriptions(v.view)
    )
    cdef Py_ssize_t i, k, last = -1
    cdef float* row
    for i in range(v.n):
        row = &v.out[i, at]
        for k in range(4):
            row[k] = found[k, i]
        if found[1, i] >= ALIKE and v.words[i] >= 2:
            last = i
        row[4] = last >= 0
        row[5] = -1
        if last >= 0:
            v.logs.put64(row + 5, i - last)
        row[6] = found[4, i]
    return 0


cdef int linked_data(Sight v, Py_ssize_t at) except -1:
    cdef const float[::1] shares
    cdef float size
    cdef Py_ssize_t i
    texts = _context.linked_texts(v.view)
    if not texts:
        for i in range(v.n):
            v.out[i, at] = v.out[i, at + 1] = 0
        return 0
    shares, count = v.view.beginnings.shares(texts)
    size = np.log1p(count)
    for i in range(v.n):
        v.out[i, at], v.out[i, at + 1] = shares[i], size
    return 0


cdef int page(Sight v, Py_ssize_t at) except -1:
    cdef const i64[::1] tag_group = v.view.tag_group
    cdef const u64[::1] marks = v.view.marks
    cdef const i64[::1] keys = v.view.key_numbers
    cdef double n = v.n
    cdef Py_ssize_t i, paragraphs = 0, items = 0, cells = 0, headings = 0, long = 0, money = 0
    cdef Py_ssize_t comments = 0, threads = 0, texts = 0
    cdef i64 tag, fields = 0
    # What is no whole number is summed by numpy, in its order.
    parts = np.empty((2, v.n), np.float32)
    cdef float[:, ::1] part = parts
    cdef float[::1] row
    for i in range(v.n):
        tag = tag_group[i]
        if tag == PARAGRAPHS:
            part[0, paragraphs] = v.words[i]
            paragraphs += 1
        items += tag == ITEMS
        cells += tag == CELLS
        fields += v.inputs[i]
        headings += v.heading[i] > 0
        long += v.long[i]
        money += v.counts[i, MONEY] > 0
        comments += (marks[i] & COMMENT) != 0
        threads += (marks[i] & THREAD) != 0
        texts = max(texts, keys[i] + 1)
        part[1, i] = _share(v.counts[i, DIGIT], v.length[i])
    view = v.view
    row = np.array([
        np.log1p(v.n), np.log1p(v.total), float(view.linked_words.sum()) / v.total,
        float(view.long_words.sum()) / v.total, np.log1p(long), float(view.words.max()) / v.total,
        headings / n, items / n, cells / n, float(parts[0, :paragraphs].sum()) / v.total,
        1 - texts / n, min(fields / n, 2),
        float(view.char_counts[:, UNSPACED].sum() / view.length.sum()), money / n,
        float(parts[1].mean()), comments / n, threads / n, *_context.claims(view),
    ], np.float32)
    for i in range(v.n):
        memcpy(&v.out[i, at], &row[0], row.shape[0] * sizeof(float))
    return 0


def fill(view, float[:, ::1] out, dict starts):
    """Write the features of these families.

    Args:
        view: The page.
        out: (n, features)
        starts: Name of the function that computes a family -> its first column.
    """
    cdef Sight sight = Sight(view, out)
    title(sight, starts["title_features"])
    place(sight, starts["place_features"])
    neighbour(sight, starts["neighbour_features"])
    window(sight, starts["window_features"])
    page(sight, starts["page_features"])
    linked_data(sight, starts["linked_data_features"])
    wording(sight, starts["wording_features"])
    sight.logs.finish()
