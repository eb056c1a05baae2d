/* Trees and networks over the blocks of a page, in as few steps as an ordinary processor allows.

   Everything comes twice, for any processor and for those with AVX2. All sums either stand in one
   order or are exact, so that both give the same bits, and those of `score.py`. */

#include <stdlib.h>
#include <string.h>

enum {
    TILE = 16,    /* blocks that go through the trees together */
    DEPTH = 10,   /* most levels of a tree */
    GROUP = 4,    /* blocks that go through a network together */
    UNITS = 8,    /* hidden units of a network that are summed together */
    OUTPUTS = 4   /* most outputs of a network */
};

typedef float Floats __attribute__((vector_size(16), aligned(4)));
typedef double Doubles __attribute__((vector_size(32), aligned(8)));

#define INLINE static inline __attribute__((always_inline))
#define AT(type, pointer) (*(type*)(pointer))

#if defined(__x86_64__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2")))
static int has_avx2(void) { return __builtin_cpu_supports("avx2"); }
#else
#define AVX2
static int has_avx2(void) { return 0; }
#endif

/* -- trees ------------------------------------------------------------------------------------- */

typedef struct {
    float threshold;
    int feature;  /* -1: all leaves below are worth the same */
} Node;

/* Node i of a tree has children 2i + 1 and 2i + 2; after the inner nodes come the leaves. */
typedef struct {
    int count, inner;
    double bias;
    Node* nodes;
    double* values;
} Trees;

/* What one node asks of the blocks of a tile; places of the first of 16 numbers. */
typedef struct {
    float threshold;
    unsigned short feature, left, right, told;
} Question;

/* Room for one page. */
typedef struct {
    int* varies;          /* of each feature: 0, or its number among those that vary, from 1 */
    int* varying;         /* those features */
    Question* questions;  /* for each tree as many as it has inner nodes, the last of them used */
    Question** begins;    /* first used question of each tree */
    unsigned short* roots;/* place of what each tree tells */
    float* tile;          /* 16 numbers of each feature that varies */
    short* told;          /* 16 leaves that each node tells; a leaf tells itself */
} Asked;

/* List the columns whose numbers are not all the same. */
INLINE int list_varying(const float* columns, Py_ssize_t blocks, int width, Asked* a) {
    for (int start = 0; start < width; start += TILE) {
        const int size = width - start < TILE ? width - start : TILE;
        const float* first = columns + start;
        int varies[TILE] = {0};
        if (size == TILE)
            for (Py_ssize_t block = 1; block < blocks; block++)
                for (int k = 0; k < TILE; k++) varies[k] |= first[block * width + k] != first[k];
        else
            for (Py_ssize_t block = 1; block < blocks; block++)
                for (int k = 0; k < size; k++) varies[k] |= first[block * width + k] != first[k];
        memcpy(a->varies + start, varies, size * sizeof(int));
    }
    int many = 0;
    for (int k = 0; k < width; k++)
        if (a->varies[k]) {
            a->varying[many] = k;
            a->varies[k] = ++many;
        }
    return many;
}

/* Write down the questions of a tree, children before their parents; returns the first. What is
   the same all over the page is settled here, and what no block comes to is not asked. */
static Question* settle(const Node* nodes, int inner, const float* first, const int* varies,
                        Question* end, unsigned short* root) {
    struct { int node; unsigned short* told; } waiting[DEPTH + 2] = {{0, root}};
    int count = 1;
    while (count) {
        int at = waiting[--count].node, feature = -1;
        unsigned short* told = waiting[count].told;
        while (at < inner) {
            feature = nodes[at].feature;
            if (feature >= 0 && varies[feature]) break;
            at = 2 * at + 1 + (feature >= 0 && first[feature] > nodes[at].threshold);
        }
        *told = at * TILE;
        if (at >= inner) continue;
        *--end = (Question){nodes[at].threshold, (varies[feature] - 1) * TILE, 0, 0, at * TILE};
        waiting[count].node = 2 * at + 1;
        waiting[count++].told = &end->left;
        waiting[count].node = 2 * at + 2;
        waiting[count++].told = &end->right;
    }
    return end;
}

#if defined(__x86_64__)
static void ask_any(const Question* q, const Question* end, const float* tile, short* told) {
    for (; q < end; q++) {
        const __m128 all = _mm_set1_ps(q->threshold);
        for (int k = 0; k < TILE; k += 8) {
            const float* numbers = tile + q->feature + k;
            __m128i above = _mm_packs_epi32(
                _mm_castps_si128(_mm_cmpgt_ps(_mm_loadu_ps(numbers), all)),
                _mm_castps_si128(_mm_cmpgt_ps(_mm_loadu_ps(numbers + 4), all)));
            __m128i left = _mm_loadu_si128((__m128i*)(told + q->left + k));
            __m128i right = _mm_loadu_si128((__m128i*)(told + q->right + k));
            left = _mm_or_si128(_mm_and_si128(above, right), _mm_andnot_si128(above, left));
            _mm_storeu_si128((__m128i*)(told + q->told + k), left);
        }
    }
}

AVX2 static void ask_avx2(const Question* q, const Question* end, const float* tile, short* told) {
    for (; q < end; q++) {
        const __m256 all = _mm256_set1_ps(q->threshold);
        const float* numbers = tile + q->feature;
        __m256i above = _mm256_packs_epi32(
            _mm256_castps_si256(_mm256_cmp_ps(_mm256_loadu_ps(numbers), all, _CMP_GT_OQ)),
            _mm256_castps_si256(_mm256_cmp_ps(_mm256_loadu_ps(numbers + 8), all, _CMP_GT_OQ)));
        above = _mm256_permute4x64_epi64(above, 0xd8);  /* it packs each half for itself */
        __m256i left = _mm256_loadu_si256((__m256i*)(told + q->left));
        __m256i right = _mm256_loadu_si256((__m256i*)(told + q->right));
        _mm256_storeu_si256((__m256i*)(told + q->told), _mm256_blendv_epi8(left, right, above));
    }
}
#else
static void ask_any(const Question* q, const Question* end, const float* tile, short* told) {
    for (; q < end; q++)
        for (int k = 0; k < TILE; k++)
            told[q->told + k] =
                told[(tile[q->feature + k] > q->threshold ? q->right : q->left) + k];
}
#define ask_avx2 ask_any
#endif

typedef void (*Ask)(const Question*, const Question*, const float*, short*);

/* Score blocks: (n, width) features to (n,) log odds. */
INLINE void walk(const Trees* t, const float* columns, Py_ssize_t blocks, int width, Asked* a,
                 Ask ask, double* out) {
    const int many = list_varying(columns, blocks, width, a);
    for (int tree = 0; tree < t->count; tree++)
        a->begins[tree] = settle(t->nodes + tree * t->inner, t->inner, columns, a->varies,
                                 a->questions + (tree + 1) * t->inner, a->roots + tree);
    for (int k = 0; k <= t->inner * TILE + TILE - 1; k++) a->told[t->inner * TILE + k] = k / TILE;
    for (Py_ssize_t start = 0; start < blocks; start += TILE) {
        double sums[TILE] = {0};
        const float* rows[TILE];
        for (int k = 0; k < TILE; k++)
            rows[k] = columns + (start + k < blocks ? start + k : blocks - 1) * width;
        for (int i = 0; i < many; i++)
            for (int k = 0; k < TILE; k++) a->tile[i * TILE + k] = rows[k][a->varying[i]];
        for (int tree = 0; tree < t->count; tree++) {
            ask(a->begins[tree], a->questions + (tree + 1) * t->inner, a->tile, a->told);
            const double* values = t->values + tree * (t->inner + 1);
            for (int k = 0; k < TILE; k++) sums[k] += values[a->told[a->roots[tree] + k]];
        }
        for (int k = 0; k < TILE && start + k < blocks; k++) out[start + k] = sums[k] + t->bias;
    }
}

static void walk_any(const Trees* t, const float* columns, Py_ssize_t blocks, int width, Asked* a,
                     double* out) {
    walk(t, columns, blocks, width, a, ask_any, out);
}

AVX2 static void walk_avx2(const Trees* t, const float* columns, Py_ssize_t blocks, int width,
                           Asked* a, double* out) {
    walk(t, columns, blocks, width, a, ask_avx2, out);
}

/* -- networks ---------------------------------------------------------------------------------- */

/* Inputs are padded to LANES, hidden units to UNITS, and outputs to OUTPUTS, with zeros. */
typedef struct {
    int inputs, padded, units, outputs;
    float limit, coarse;
    double rounder;
    float *shift, *scale;
    float* hidden;  /* for each UNITS of the hidden units, a row of weights for each input */
    double *hidden_bias, *output, *output_bias;
} Network;

/* Room for a group of blocks. */
typedef struct {
    float* before;    /* inputs of the block before the group, standardised */
    float* by;        /* how much the inputs of each block differ from those */
    int *differ, *which;  /* whether one of them does, and those that do */
    double* changes;  /* by how much, for each such input and block */
    double* sums;     /* hidden sums of each block of the group; the last are those before it */
} Passed;

/* Standardise and round the inputs of a group of blocks, and list where one differs from the block
   before the group; returns in how many places. */
INLINE int list_changes(const Network* n, const float* const rows[GROUP], Passed* p) {
    const int inputs = n->inputs;
    const float most = n->limit, coarse = n->coarse;
    const float *shift = n->shift, *scale = n->scale;
    memset(p->differ, 0, inputs * sizeof(int));
    for (int b = 0; b < GROUP; b++) {
        const float* restrict row = rows[b];
        const float* restrict before = p->before;
        float* restrict by = p->by + b * inputs;
        int* restrict differ = p->differ;
        for (int j = 0; j < inputs; j++) {
            float now = (row[j] - shift[j]) * scale[j];
            now = now < -most ? -most : now;
            now = now > most ? most : now;
            now = (now + coarse) - coarse;
            by[j] = now - before[j];
            differ[j] |= by[j] != 0;
        }
    }
    int count = 0;
    for (int j = 0; j < inputs; j++) {
        p->which[count] = j;
        count += p->differ[j];
    }
    const float* last = p->by + (GROUP - 1) * inputs;
    for (int i = 0; i < count; i++) {
        const int j = p->which[i];
        for (int b = 0; b < GROUP; b++) p->changes[i * GROUP + b] = p->by[b * inputs + j];
        p->before[j] += last[j];
    }
    return count;
}

/* Score blocks: (blocks, inputs) columns to (outputs, blocks) log odds against the likeliest. A block
   is much like the one before it: its hidden sums are those, and what has changed times its weights. */
INLINE void pass(const Network* n, const float* columns, Py_ssize_t blocks, Passed* p, double* out) {
    const int units = n->units;
    for (Py_ssize_t start = 0; start < blocks; start += GROUP) {
        const float* rows[GROUP];
        for (int b = 0; b < GROUP; b++)
            rows[b] = columns + (start + b < blocks ? start + b : blocks - 1) * n->inputs;
        const int count = list_changes(n, rows, p);
        const float* hidden = n->hidden;
        for (int unit = 0; unit < units; unit += UNITS) {
            const Doubles* old = (Doubles*)(p->sums + (GROUP - 1) * units + unit);
            Doubles s[GROUP][2];
            for (int b = 0; b < GROUP; b++) s[b][0] = old[0], s[b][1] = old[1];
            for (int i = 0; i < count; i++) {
                const Floats* weights = (const Floats*)(hidden + p->which[i] * UNITS);
                const Doubles w0 = __builtin_convertvector(weights[0], Doubles);
                const Doubles w1 = __builtin_convertvector(weights[1], Doubles);
                const double* by = p->changes + i * GROUP;
                s[0][0] += by[0] * w0, s[0][1] += by[0] * w1;
                s[1][0] += by[1] * w0, s[1][1] += by[1] * w1;
                s[2][0] += by[2] * w0, s[2][1] += by[2] * w1;
                s[3][0] += by[3] * w0, s[3][1] += by[3] * w1;
            }
            for (int b = 0; b < GROUP; b++) memcpy(p->sums + b * units + unit, s[b], sizeof s[b]);
            hidden += (size_t)n->inputs * UNITS;
        }
        for (int b = 0; b < GROUP && start + b < blocks; b++) {
            const double* sums = p->sums + b * units;
            Doubles odds = {0};
            for (int j = 0; j < units; j++) {
                double unit = sums[j] + n->hidden_bias[j];
                unit = ((unit > 0 ? unit : 0) + n->rounder) - n->rounder;
                odds += unit * AT(Doubles, n->output + j * OUTPUTS);
            }
            odds += AT(Doubles, n->output_bias);
            double most = odds[0];
            for (int k = 1; k < n->outputs; k++) most = odds[k] > most ? odds[k] : most;
            for (int k = 0; k < n->outputs; k++) out[k * blocks + start + b] = odds[k] - most;
        }
    }
}

static void pass_any(const Network* n, const float* columns, Py_ssize_t blocks, Passed* p,
                     double* out) {
    pass(n, columns, blocks, p, out);
}

AVX2 static void pass_avx2(const Network* n, const float* columns, Py_ssize_t blocks, Passed* p,
                           double* out) {
    pass(n, columns, blocks, p, out);
}
