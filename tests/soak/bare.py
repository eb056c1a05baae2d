"""Cleaning the pages of a folder one after another, with nothing round it."""

import gzip
import sys
from pathlib import Path

from boilerkill import Cleaner

if __name__ == "__main__":
    cleaner = Cleaner()
    for path in sorted(Path(sys.argv[1]).iterdir()):
        cleaner.clean(gzip.decompress(path.read_bytes()), kind="html")
