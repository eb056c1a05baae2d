import pytest
from hypothesis import given
from hypothesis import strategies as st

from boilerkill.dumps.names import Namer, page_suffix, printable, safe_name

# What a file system can hand over: any text without NUL and "/", lone surrogates included.
NAMES = st.text(
    st.characters(exclude_characters="\0/", exclude_categories=()), min_size=1, max_size=90
).filter(lambda name: name not in {".", ".."})


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.html", ".html"),
        ("A.HTM.GZ", ".htm.gz"),
        ("a.txt", ".txt"),
        ("a.css", ""),
        ("a.gz", ""),
        (".html", ""),
    ],
)
def test_page_suffix(name: str, suffix: str) -> None:
    assert page_suffix(name) == suffix


def test_mirrors_the_input() -> None:
    namer = Namer(".txt")
    assert namer.path("x/y.html.gz") == "x/y.txt"
    assert namer.path("x/page.php") == "x/page.php.txt"


def test_same_stem_and_other_case_get_a_number() -> None:
    namer = Namer(".txt")
    ids = ["y.html", "y.htm", "Y.txt", "y-2.html"]
    assert [namer.path(page) for page in ids] == ["y.txt", "y-2.txt", "Y-3.txt", "y-2-2.txt"]


def test_folder_and_page_do_not_meet() -> None:
    namer = Namer(".txt")
    assert namer.path("y.html") == "y.txt"
    assert namer.path("y.txt/z.html") == "y.txt-2/z.txt"
    assert namer.path("Y.TXT/z.html") == "Y.TXT-3/z.txt"


def test_files_of_the_run_are_taken() -> None:
    assert Namer(".txt", ("summary.json",)).path("summary.json/a.html") == "summary.json-2/a.txt"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("con", "_con"),
        ("Nul.x", "_Nul.x"),
        ("console", "console"),
        ("..", "__"),
        ("end. ", "end__"),
        ("a:b\n", "a%3Ab%0A"),
        ("caf\udce9", "caf%E9"),
        (".boilerkill-lock", "_.boilerkill-lock"),
    ],
)
def test_safe_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_long_names_stay_apart() -> None:
    one, two = safe_name("ü" * 150 + "1"), safe_name("ü" * 150 + "2")
    assert one != two
    assert max(len(one.encode()), len(two.encode())) <= 180


@given(NAMES)
def test_safe_name_is_safe_and_final(name: str) -> None:
    safe = safe_name(name)
    assert "/" not in safe
    assert safe not in {"", ".", ".."}
    assert len(safe.encode()) <= 190
    assert safe_name(safe) == safe or safe.startswith("_")


@given(st.lists(st.lists(NAMES, min_size=1, max_size=4).map("/".join), max_size=12))
def test_paths_never_collide_nor_leave(ids: list[str]) -> None:
    namer = Namer(".txt")
    paths = [namer.path(page) for page in ids]
    folders = {path.rpartition("/")[0].casefold() for path in paths}
    assert len({path.casefold() for path in paths}) == len(paths)
    assert not folders & {path.casefold() for path in paths}
    assert not any(part in {"", ".", ".."} for path in paths for part in path.split("/"))


@given(NAMES)
def test_printable_is_one_line_of_utf8(name: str) -> None:
    assert len(printable(name).encode().splitlines()) <= 1


def test_many_equal_names_take_little_time() -> None:
    namer = Namer(".txt")
    found = [namer.path("x") for _ in range(30_000)]
    assert (found[1], found[-1], len(set(found))) == ("x-2.txt", "x-30000.txt", 30_000)
