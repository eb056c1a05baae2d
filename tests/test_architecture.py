"""The direction of imports: along the line of a page, and from the outside in."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "boilerkill"
SOURCES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
#: Each may import what stands before it: the values, the stages of the line, what stands round it.
ORDER = [
    *("compiled", "errors", "values", "detect", "decode", "guard", "parse", "marks", "page"),
    *(
        "nesting",
        "segment",
        "lines",
        "words",
        "shell",
        "features",
        "model",
        "estimators",
        "revise",
        "score",
        "decide",
    ),
    *("metadata", "structure", "render", "cleaner", "", "dumps", "learn", "web", "cli", "__main__"),
]
TRAINING_ONLY = {"joblib", "publicsuffixlist", "scipy", "sklearn"}


def imports(module: str) -> Iterator[str]:
    """Name the modules that a module imports anywhere, those of this package in full."""
    for node in ast.walk(ast.parse(SOURCES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in SOURCES else node.module or "." for name in whole)


def place(module: str) -> int:
    """Return where in ORDER the module, or the folder it lies in, stands."""
    return ORDER.index((*module.split("."), "")[1])


@pytest.mark.parametrize("module", SOURCES)
def test_imports_point_inwards(module: str) -> None:
    ours = [name for name in imports(module) if name.split(".")[0] == "boilerkill"]
    assert [name for name in ours if place(name) > place(module)] == []


def test_every_module_has_one_place() -> None:
    assert {ORDER[place(module)] for module in SOURCES} == set(ORDER)


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {module: set(imports(module)) & SOURCES.keys() for module in SOURCES}
    assert set(TopologicalSorter(graph).static_order()) == SOURCES.keys()


def test_only_learn_imports_what_training_needs() -> None:
    users = {
        module
        for module in SOURCES
        if TRAINING_ONLY & {name.split(".")[0] for name in imports(module)}
    }
    assert {user.split(".")[1] for user in users} == {"learn"}


def test_importing_loads_no_training_packages_and_nothing_slow() -> None:
    unwanted = TRAINING_ONLY | {"boilerkill.learn", "charset_normalizer", "rich", "typer"}
    code = (
        f"import sys, boilerkill; boilerkill.clean; print(sorted({unwanted} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_line_loads_no_training_packages() -> None:
    code = f"import sys, boilerkill.cli; print(sorted({TRAINING_ONLY} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
