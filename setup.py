"""The part of the build that pyproject.toml cannot say: the optional kernel.

Without Cython or a C compiler everything installs just the same, and runs in Python alone.
"""

import runpy
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import BaseError, CCompilerError

FOLDER = Path("boilerkill/compiled")
#: Sums must come out as numpy's do: no fused multiplication and addition.
FLAGS = [] if sys.platform == "win32" else ["-O2", "-ffp-contract=off", "-g0"]
#: Loops over numbers alone: worth the larger code that takes several of them at once.
NUMERIC = {"scoring": FLAGS and ["-O3"]}


def kernel() -> list[Extension]:
    """Return the modules to compile; none where Cython is missing."""
    try:
        from Cython.Build import cythonize
    except ImportError:
        return []
    told = runpy.run_path(str(FOLDER / "__init__.py"))
    modules = [
        Extension(
            f"boilerkill.compiled.{path.stem}",
            [str(path)],
            define_macros=[("BOILERKILL_SOURCES", f'"{told["digest"]()}"')],
            include_dirs=[str(FOLDER)],
            depends=[
                *(str(FOLDER.parent / name) for name in told["MIRRORED"]),
                *map(str, FOLDER.glob("*.pxi")),
                *map(str, FOLDER.glob("*.h")),
            ],
            extra_compile_args=FLAGS + NUMERIC.get(path.stem, []),
            optional=True,
        )
        for path in sorted(FOLDER.glob("*.pyx"))
    ]
    return list(cythonize(modules, build_dir="build", language_level=3))


class OptionalKernel(build_ext):
    """Builds what it can: `optional` alone does not cover a compiler that is missing or broken."""

    def build_extension(self, ext: Extension) -> None:
        """Build a module of the kernel, or say that it is left out."""
        try:
            super().build_extension(ext)
        except (BaseError, CCompilerError, OSError, subprocess.SubprocessError) as error:
            self.warn(f"{ext.name} is not built, Python does its work: {error}")


setup(ext_modules=kernel(), cmdclass={"build_ext": OptionalKernel})
