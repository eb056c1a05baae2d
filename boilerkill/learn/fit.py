"""Samples to models, by scikit-learn, and from there to the arrays that `score` reads."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkill.errors import MissingExtraError
from boilerkill.estimators import Network, Trees
from boilerkill.features import COLUMN
from boilerkill.features.lexicon import Lexicon
from boilerkill.features.wording import spread
from boilerkill.learn.samples import KINDS, Sample
from boilerkill.learn.store import stored
from boilerkill.score import NETWORKS, Expert, Scorer
from boilerkill.values import LABELS

try:
    from scipy import sparse
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.isotonic import IsotonicRegression
    from sklearn.linear_model import SGDClassifier
    from sklearn.neural_network import MLPClassifier
except ImportError:
    raise MissingExtraError("scikit-learn", "train") from None

Hashes = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the models are fitted.

    Attributes:
        seed: Of everything that draws.
        trees: Number of boosted trees, of `depth` levels and at most `leaves` leaves each.
        rate: Learning rate of the trees.
        hidden: Width of the networks' hidden layer.
        passes: Passes of the networks over their rows.
        network_rows: Most rows that a network is fitted on.
        lexicon: Most terms of the lexicon.
        spread: Sites a term must occur on to enter the lexicon.
        mute: Share of pages whose wording features are switched off in training.
        keep: Share of rows of disguised pages that are trained on.
    """

    seed: int = 0
    trees: int = 140
    depth: int = 6
    leaves: int = 40
    rate: float = 0.12
    hidden: int = 40
    passes: int = 8
    network_rows: int = 250_000
    lexicon: int = 24_000
    spread: int = 4
    mute: float = 0.3
    keep: float = 0.4


# -- the lexicon ---------------------------------------------------------------------------------


@stored
@dataclass(frozen=True, slots=True)
class Weighed:
    """A lexicon by the hashes of its terms.

    Attributes:
        hashes: (terms,) CRC-32 of the terms, sorted.
        weights: (terms, 4) evidence for each label.
    """

    hashes: Hashes
    weights: NDArray[np.float32]

    def wording(self, sample: Sample) -> NDArray[np.float32]:
        """Compute the wording features of a sample; as `wording_features` does from texts."""
        at = np.searchsorted(self.hashes, sample.terms)
        at[at == len(self.hashes)] = 0
        hit = self.hashes[at] == sample.terms
        n = len(sample.counts)
        owner = np.repeat(np.arange(n), sample.counts)
        sums = np.zeros((n, self.weights.shape[1]), np.float32)
        np.add.at(sums, owner[hit], self.weights[at[hit]])
        scale = np.sqrt(np.maximum(sample.sizes, 1).astype(np.float32))
        own = (sums / scale[:, None]).astype(np.float32, copy=False)
        starts = np.cumsum(sample.counts) - sample.counts
        single = np.arange(len(owner)) - starts[owner] < sample.sizes[owner]
        known = np.bincount(owner, hit & single, n) / np.maximum(sample.sizes, 1)
        return spread(own, known.astype(np.float32), sample.words)


def fit_lexicon(samples: Sequence[Sample], sites: Sequence[str], how: Settings) -> Weighed:
    """Learn what words speak for, from blocks whose class is known.

    Args:
        samples: Pages; of rewritten ones nothing is learned.
        sites: Site of each sample; a term must occur on `how.spread` of them.
        how: Settings.
    """
    used = [(s, site) for s, site in zip(samples, sites, strict=True) if _teaches_words(s)]
    numbers = {site: i for i, site in enumerate(sorted({site for _, site in used}))}
    pairs = [np.unique(s.terms).astype(np.uint64) << np.uint64(20) | np.uint64(numbers[site])
             for s, site in used]  # fmt: skip
    seen = np.unique(np.concatenate(pairs)) >> np.uint64(20)
    known, counts = np.unique(seen, return_counts=True)
    hashes = known[counts >= how.spread].astype(np.uint32)
    rows, columns, values, y, size = [], [], [], [], 0
    for s, _ in used:
        picked = np.flatnonzero((s.labels.kinds >= 0) & (s.labels.kinds < len(LABELS)))
        row_of = np.full(len(s.counts), -1)
        row_of[picked] = np.arange(len(picked)) + size
        owner = np.repeat(np.arange(len(s.counts)), s.counts)
        at = np.searchsorted(hashes, s.terms)
        at[at == len(hashes)] = 0
        hit = (hashes[at] == s.terms) & (row_of[owner] >= 0)
        rows.append(row_of[owner[hit]])
        columns.append(at[hit])
        values.append(1 / np.sqrt(np.maximum(s.sizes[owner[hit]], 1)))
        y.append(s.labels.kinds[picked])
        size += len(picked)
    matrix = sparse.csr_matrix(
        (
            np.concatenate(values).astype(np.float32),
            (np.concatenate(rows), np.concatenate(columns)),
        ),
        shape=(size, len(hashes)),
    )
    model = SGDClassifier(loss="log_loss", alpha=2e-6, max_iter=6, tol=None, average=True,
                          class_weight="balanced", random_state=how.seed)  # fmt: skip
    model.fit(matrix, np.concatenate(y))
    weights = model.coef_.T - model.coef_.mean(axis=0)[:, None]
    best = np.sort(np.argsort(-np.abs(weights).max(axis=1), kind="stable")[: how.lexicon])
    # Half precision is all the evidence of a word is worth, and what the file holds.
    return Weighed(hashes[best], weights[best].astype(np.float16).astype(np.float32))


def _teaches_words(sample: Sample) -> bool:
    return "script" not in sample.variant and bool((sample.labels.kinds >= 0).any())


def spell(weighed: Weighed, terms: Iterable[tuple[int, str]]) -> Lexicon:
    """Give a lexicon its words back; `terms` are (hash, term) of the texts it was learned from."""
    wanted = set(weighed.hashes.tolist())
    words: dict[int, str] = {}
    for code, term in terms:
        if code in wanted:
            words[code] = min(term, words.get(code, term))
    rows = [i for i, code in enumerate(weighed.hashes.tolist()) if code in words]
    order = sorted(rows, key=lambda i: words[int(weighed.hashes[i])])
    spelled = {words[int(weighed.hashes[i])]: k for k, i in enumerate(order)}
    return Lexicon(spelled, weighed.weights[order])


# -- the trees and the network --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Table:
    """Samples as one table of rows.

    Attributes:
        columns: (rows, len(FEATURES)).
        main, kinds: (rows,) labels, -1 unknown.
        weights: (rows,) for the decision main text or not.
        trust: (rows,) for the kind of noise: hand-made labels count more than weak ones.
    """

    columns: NDArray[np.float32]
    main: NDArray[np.int8]
    kinds: NDArray[np.int8]
    weights: NDArray[np.float32]
    trust: NDArray[np.float32]


WORDING = slice(COLUMN["say_words_content"], COLUMN["say_known"] + 1)


#: Source of labels -> weight in learning the kinds of noise.
_TRUST = {"hand": 8.0, "made": 2.0, "weak": 1.0}
#: The same of hand-made labels in learning to revise: it sees less, so that it can lean on few.
_TRUST_REVISED = 30.0


def tabulate(
    samples: Sequence[Sample], wording: Sequence[NDArray[np.float32]], how: Settings
) -> Table:
    """Join samples, of disguised ones a share of the rows, words muted on some."""
    rng = np.random.default_rng(how.seed)
    parts = []
    for s, words in zip(samples, wording, strict=True):
        rows = _rows(s, rng, how)
        columns = s.columns[rows]
        if rng.random() >= how.mute:
            columns[:, WORDING] = words[rows]
        parts.append((columns, *_labels(s, rows, how)))
    return Table(*map(np.concatenate, zip(*parts, strict=True)))


def tabulate_revision(
    samples: Sequence[Sample], columns: Sequence[NDArray[np.float32]], how: Settings
) -> Table:
    """Join what the second model sees of samples."""
    rng = np.random.default_rng(how.seed)
    parts = []
    for s, seen in zip(samples, columns, strict=True):
        rows = _rows(s, rng, how)
        parts.append((seen[rows], *_labels(s, rows, how)))
    return Table(*map(np.concatenate, zip(*parts, strict=True)))


def _is_whole(sample: Sample) -> bool:
    """Whether all rows of a sample are trained on: those of a page as it is, or flattened."""
    return sample.page >= 0 and sample.variant == sample.kind


def _rows(sample: Sample, rng: np.random.Generator, how: Settings) -> NDArray[np.int64]:
    useful = (sample.labels.weights > 0) | (sample.labels.kinds > 0)
    drawn = rng.random(len(useful)) < how.keep
    return np.flatnonzero(useful & (drawn | _is_whole(sample)))


def _labels(sample: Sample, rows: NDArray[np.int64], how: Settings) -> tuple[NDArray[Any], ...]:
    lost = 1.0 if _is_whole(sample) else 1 / how.keep
    labels = sample.labels
    weights = labels.weights[rows] * np.float32(lost * _worth(sample))
    trust = np.full(len(rows), _TRUST[labels.source], np.float32)
    return labels.main[rows], labels.kinds[rows], weights, trust


def _worth(sample: Sample) -> float:
    """Return the weight of a page: made ones are easy, those labelled by hand sound and rare."""
    if sample.page < 0:
        return 0.5
    return 3.0 if sample.labels.source == "hand" else 1.0


def fit_trees(table: Table, how: Settings) -> Trees:
    """Learn which blocks are main text."""
    rows = np.flatnonzero((table.main >= 0) & (table.weights > 0))
    weights = table.weights[rows] / table.weights[rows].mean()
    model = HistGradientBoostingClassifier(
        max_iter=how.trees, learning_rate=how.rate, max_leaf_nodes=how.leaves,
        max_depth=how.depth, min_samples_leaf=40, l2_regularization=2.0, max_bins=64,
        max_features=0.5, early_stopping=False, random_state=how.seed,
    )  # fmt: skip
    model.fit(table.columns[rows], table.main[rows], weights)
    return _complete(model, how.depth)


def _complete(model: Any, depth: int) -> Trees:
    """Store grown trees as complete ones; a leaf above the last level repeats below itself."""
    # scikit-learn has no public way to the nodes.
    predictors = [p[0].nodes for p in model._predictors]
    inner = 2**depth - 1
    feature = np.zeros((len(predictors), inner), np.int32)
    threshold = np.full((len(predictors), inner), np.finfo(np.float64).max)
    value = np.zeros((len(predictors), inner + 1), np.float64)
    for t, nodes in enumerate(predictors):
        waiting = [(0, 0)]
        while waiting:
            node, at = waiting.pop()
            leaf = bool(nodes[node]["is_leaf"])
            if at >= inner:
                value[t, at - inner] = nodes[node]["value"]
                continue
            if not leaf:
                feature[t, at] = nodes[node]["feature_idx"]
                threshold[t, at] = nodes[node]["num_threshold"]
            left, right = (node, node) if leaf else (nodes[node]["left"], nodes[node]["right"])
            waiting += [(int(left), 2 * at + 1), (int(right), 2 * at + 2)]
    return Trees(feature, threshold, value, float(model._baseline_prediction.ravel()[0]))


def fit_network(table: Table, how: Settings) -> Network:
    """Learn what blocks are when they are not main text."""
    rows = _some(np.flatnonzero(table.kinds > 0), how)
    kinds, weights = _balanced(table.kinds[rows], table.trust[rows])
    return _perceptron(table.columns[rows], (kinds, len(KINDS) - 1), weights, how)


def fit_revision(table: Table, how: Settings) -> tuple[Network, Network]:
    """Learn to revise scores; `table.columns` are those of `revise.columns_of`.

    Returns:
        The networks for main text, and for what else.
    """
    rows = _some(np.flatnonzero((table.main >= 0) & (table.weights > 0)), how)
    weights = table.weights[rows] / table.weights[rows].mean()
    main = _perceptron(table.columns[rows], (table.main[rows], 2), weights, how)
    rows = np.flatnonzero(table.kinds > 0)
    by_hand = rows[table.trust[rows] == _TRUST["hand"]]
    rows = np.concatenate([by_hand, _some(np.setdiff1d(rows, by_hand), how)])
    trust = np.where(table.trust[rows] == _TRUST["hand"], _TRUST_REVISED, table.trust[rows])
    kinds, weights = _balanced(table.kinds[rows], trust)
    return main, _perceptron(table.columns[rows], (kinds, len(KINDS) - 1), weights, how)


def _balanced(
    kinds: NDArray[np.int8], trust: NDArray[np.float32]
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return noise classes from 0 up, and weights that favour rare ones by half."""
    classes = (kinds - 1).astype(np.int8)
    counts = np.bincount(classes, minlength=len(KINDS) - 1)
    return classes, (np.sqrt(counts.max() / np.maximum(counts, 1))[classes] * trust).astype(
        np.float32
    )


def _some(rows: NDArray[np.int64], how: Settings) -> NDArray[np.int64]:
    """Draw as many rows as a network needs to see."""
    if len(rows) <= how.network_rows:
        return rows
    rng = np.random.default_rng(how.seed)
    return np.sort(rng.choice(rows, how.network_rows, replace=False))


#: Added to the logit of a class that no row belongs to.
_NEVER = -30.0


def _perceptron(
    columns: NDArray[np.float32], wanted: tuple[NDArray[Any], int], weights: NDArray[Any],
    how: Settings,
) -> Network:  # fmt: skip
    """Fit one hidden layer by a fixed number of passes; `wanted` is the classes, and how many."""
    classes, many = wanted
    shift = columns.mean(axis=0)
    scale = 1 / np.maximum(columns.std(axis=0), 0.05)
    scaled = np.clip((columns - shift) * scale, -5, 5).astype(np.float32)
    model = MLPClassifier(
        (how.hidden,), alpha=1e-4, batch_size=min(512, len(classes)), learning_rate_init=2e-3,
        max_iter=how.passes, random_state=how.seed, tol=0, n_iter_no_change=99,
    )  # fmt: skip
    with warnings.catch_warnings():
        # A fixed number of passes is what is wanted.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(scaled, classes, sample_weight=weights)
    (hidden, output), (hidden_bias, output_bias) = model.coefs_, model.intercepts_
    if output.shape[1] == 1:  # two classes come as one logit
        output = np.hstack([np.zeros_like(output), output])
        output_bias = np.concatenate([np.zeros_like(output_bias), output_bias])
    if len(model.classes_) < many:  # small corpora do not show all kinds of noise
        known = np.asarray(model.classes_, np.intp)
        whole, bias = np.zeros((how.hidden, many)), np.full(many, _NEVER)
        whole[:, known], bias[known] = output[:, -len(known) :], output_bias[-len(known) :]
        output, output_bias = whole, bias
    arrays = (shift, scale, hidden, hidden_bias, output, output_bias)
    return Network(*(a.astype(np.float32) for a in arrays))


# -- confidence -----------------------------------------------------------------------------------


def fit_confidence(
    expected: NDArray[np.float64] | Sequence[float], f1: NDArray[np.float64] | Sequence[float]
) -> NDArray[np.float64]:
    """Learn what F1 an expected F comes to; (k, 2) points of a rising line from 0 to 1."""
    grid = np.linspace(0, 1, 41)
    model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(expected, f1)
    return np.stack([grid, model.predict(grid)], axis=1)


def arrays_of(scorer: Scorer) -> dict[str, NDArray[Any]]:
    """Return the arrays of a model file."""
    words = "\n".join(scorer.lexicon.rows).encode()
    return {
        "words": np.frombuffer(words, np.uint8),
        "word_weights": scorer.lexicon.weights,
        "confidence": scorer.points,
        **{
            f"{kind}_{name}": array
            for kind, expert in scorer.experts.items()
            for name, array in _arrays_of(expert).items()
        },
    }


def _arrays_of(expert: Expert) -> dict[str, NDArray[Any]]:
    networks = (expert.network, expert.revised_main, expert.revised_kinds)
    return {
        "tree_feature": expert.trees.feature,
        "tree_threshold": expert.trees.threshold,
        "tree_value": expert.trees.value,
        "tree_bias": np.array([expert.trees.bias]),
        **{
            f"{prefix}_{name}": getattr(network, name)
            for prefix, network in zip(NETWORKS, networks, strict=True)
            for name in Network.__slots__
        },
    }
