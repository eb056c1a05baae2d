"""Model files, damaged in every way that a seed can think of: an error, or the same predictions.

    python tests/fuzz_models.py 10000 [MODEL]

Half of the files are only damaged. The other half are forged: header or arrays are changed and the
checksum is made right again, so that every later check has to hold; such a file may be another
model, but it is one that scores without fault, or it is refused by a ModelError.
"""

from __future__ import annotations

import json
import re
import struct
import sys
from collections import Counter
from pathlib import Path
from random import Random

import numpy as np

from boilerkill.errors import ModelError
from boilerkill.features import FEATURES
from boilerkill.model import _TYPES, MAGIC, PROTOCOL, _checksum, loads
from boilerkill.score import golden_layout, scorer

PREFIX = 16
_DETAIL = re.compile(r"(?<=array) '|(?<=schema) |(?<=protocol) |(?<=arrays): ")
ROWS = np.random.default_rng(0).random((5, len(FEATURES)), np.float32)


def scores(data: bytes) -> list[np.ndarray]:
    """Load a model and score a few rows with every part of it."""
    with np.errstate(over="ignore"):  # a forged model may be as sure as it likes
        built = scorer(loads(data))
        parts = [expert.score(ROWS, golden_layout(ROWS)) for expert in built.experts.values()]
    return [*parts, np.array([built.confidence(x) for x in (0.0, 0.3, 1.0)])]


def damaged(data: bytes, rng: Random) -> bytes:
    """Return the file with a few of its bytes changed, lost, doubled, moved or added."""
    out = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 5])):
        at = rng.randrange(len(out) + 1) if rng.random() < 0.6 else rng.randrange(64)
        end = at + rng.choice([1, 1, 4, 8, 100, 10_000])
        what = rng.randrange(6)
        if what == 0 and at < len(out):
            out[at] ^= 1 << rng.randrange(8)
        elif what == 1:
            out[at:end] = rng.randbytes(len(out[at:end]))
        elif what == 2:
            del out[at:end]
        elif what == 3:
            out[at:at] = out[at:end]
        elif what == 4:
            out[at:end] = bytes(len(out[at:end]))
        else:
            out = out[:at] or bytearray(b"B")
    return bytes(out)


def _odd(rng: Random, value: object) -> object:
    """Return something that a header could hold in place of a value."""
    odd = [None, True, -1, 0, 1, 2**31, 2**63, 2**70, 1.5, "", "x", [], {}, [0], [[1]], [2**40] * 3,
           {"type": "<f4"}, sorted(_TYPES), *sorted(_TYPES)]  # fmt: skip
    if isinstance(value, int) and not isinstance(value, bool) and rng.random() < 0.7:
        return value + rng.choice([-8, -4, -1, 1, 3, 4, 8, 64])
    return rng.choice(odd)


def forged(data: bytes, rng: Random) -> bytes:
    """Return the file with another header or other arrays, and a checksum that fits them."""
    length = struct.unpack_from("<I", data, 12)[0]
    header = json.loads(data[PREFIX : PREFIX + length])
    body = bytearray(data[PREFIX + length :])
    for _ in range(rng.choice([1, 1, 2, 4])):
        if not isinstance(header["arrays"], dict) or not header["arrays"]:
            break
        name = rng.choice(sorted(header["arrays"]))
        entry = header["arrays"][name]
        what = rng.randrange(6)
        if what == 0 and isinstance(entry, dict):
            key = rng.choice(["type", "shape", "offset"])
            entry[key] = _odd(rng, entry.get(key))
        elif what == 1 and isinstance(entry, dict) and isinstance(entry.get("shape"), list):
            entry["shape"] = [_odd(rng, n) for n in entry["shape"]]
        elif what == 2:
            header["arrays"][name] = _odd(rng, entry)
        elif what == 3:
            del header["arrays"][name]
        elif what == 4:
            header[rng.choice(["schema", "labels", "arrays", "figures"])] = _odd(rng, None)
        else:
            at = rng.randrange(len(body))
            odd = [b"\xff" * 8, bytes(8), rng.randbytes(8), struct.pack("<d", 1e308)]
            body[at : at + 8] = rng.choice(odd)
    header["sha256"] = _checksum(header, body)
    text = json.dumps(header).encode()
    return struct.pack("<8sII", MAGIC, PROTOCOL, len(text)) + text + bytes(body)


def fuzz(data: bytes, count: int, seed: int = 0) -> Counter[str]:
    """Try `count` files and count how they ended; raises AssertionError at a wrong prediction."""
    wanted, ends = scores(data), Counter[str]()
    for number in range(count):
        rng = Random(f"{seed}/{number}")
        forge = bool(number % 2)
        try:
            got = scores((forged if forge else damaged)(data, rng))
        except ModelError as error:
            ends["forged: " * forge + _DETAIL.split(str(error))[0]] += 1
            continue
        if forge:
            fine = all(np.isfinite(part).all() for part in got)
            assert fine, f"file {number} of seed {seed} scores NaN or infinity"
            ends["forged: another model"] += 1
        else:
            same = all(np.array_equal(a, b) for a, b in zip(wanted, got, strict=True))
            assert same, f"file {number} of seed {seed} scores otherwise"
            ends["the same predictions"] += 1
    return ends


if __name__ == "__main__":
    shipped = Path(__file__).parents[1] / "boilerkill/data/model.bk"
    model = Path(sys.argv[2]) if len(sys.argv) > 2 else shipped
    for end, times in fuzz(model.read_bytes(), int(sys.argv[1])).most_common():
        sys.stdout.write(f"{times:7d}  {end}\n")
