"""Making the cleaner that workers use by default."""

from __future__ import annotations

from pathlib import Path

from boilerkill.cleaner import Cleaner, load_model
from boilerkill.values import Include, Limits, Mode


def make_cleaner(
    model: Path | None, mode: Mode, limits: Limits, include: Include | None = None
) -> Cleaner:
    """Return a cleaner with the model at `model`, or the package's own if None.

    Raises:
        ModelError: The model file cannot be trusted.
    """
    loaded = None if model is None else load_model(model)
    return Cleaner(loaded, mode=mode, limits=limits, include=include)
