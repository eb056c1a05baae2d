"""Figures of quality: scores of one page, figures of a set, intervals and paired comparisons.

Pure and numpy only. The definitions are those of the field's benchmarks: word bags (WCXB),
normalised shingle counts (AEB), character 4-grams (text written without spaces), must-have and
must-not-have snippets (trafilatura's evaluation), and F1 per class over labelled blocks.
"""

from boilerkill.learn.figures.metrics import (
    Score,
    SegmentScore,
    char_prf,
    class_f1,
    confusion,
    macro_f1,
    segment_counts,
    segment_prf,
    shingle_counts,
    shingle_prf,
    word_prf,
)
from boilerkill.learn.figures.pairing import predicted_labels
from boilerkill.learn.figures.resampling import (
    Difference,
    Resamples,
    bootstrap_interval,
    paired_difference,
)
from boilerkill.learn.figures.tables import (
    Figure,
    Measurement,
    calibration,
    calibration_measurements,
    compare,
    figure_tables,
)

__all__ = [
    "Difference",
    "Figure",
    "Measurement",
    "Resamples",
    "Score",
    "SegmentScore",
    "bootstrap_interval",
    "calibration",
    "calibration_measurements",
    "char_prf",
    "class_f1",
    "compare",
    "confusion",
    "figure_tables",
    "macro_f1",
    "paired_difference",
    "predicted_labels",
    "segment_counts",
    "segment_prf",
    "shingle_counts",
    "shingle_prf",
    "word_prf",
]
