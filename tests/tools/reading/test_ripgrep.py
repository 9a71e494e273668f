import asyncio
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chatls.tools.base import ToolError
from chatls.tools.guard.paths import Roots
from chatls.tools.patterns import Pattern, compiled
from chatls.tools.reading.ripgrep import Candidates, candidates, installed, paths, pattern_for
from chatls.tools.text import decoded, encoding_of, lines_of
from tests.support import install


@pytest.fixture(scope="module")
def program() -> str:
    return install.program("rg", "ripgrep")


async def names(program: str, folder: Path, pattern: str, *, ignore_case: bool = False) -> set[str]:
    found = await candidates(program, str(folder), pattern, ignore_case=ignore_case, max_size=1000, seconds=10)
    assert found is not None
    assert found.complete
    return {"/".join(parts) for parts in paths(found.matching)}


async def test_it_names_files_that_may_match_and_all_there_are(tmp_path: Path, program: str) -> None:
    for name, text in {
        "a": "hit",
        "sub/.b": "hit",
        "c": "miss",
        "large": "hit" * 1000,
        "nul": "\0\n" * 9000 + "hit",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "up").symlink_to("..")
    found = await candidates(program, str(tmp_path), "hit", ignore_case=False, max_size=30_000, seconds=10)
    assert found is not None
    assert set(paths(found.matching)) == {("a",), ("sub", ".b"), ("large",), ("nul",)}
    assert set(paths(found.files)) == {("a",), ("sub", ".b"), ("c",), ("large",), ("nul",)}
    assert await names(program, tmp_path, "HIT", ignore_case=True) == {"a", "sub/.b"}


async def test_its_settings_and_pattern_files_are_not_read(
    tmp_path: Path, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings").write_text("--invert-match\n")
    monkeypatch.setenv("RIPGREP_CONFIG_PATH", str(tmp_path / "settings"))
    (tmp_path / ".ignore").write_text("a\n")
    (tmp_path / "a").write_text("hit")
    assert "a" in await names(program, tmp_path, "hit")


@pytest.mark.parametrize("pattern", ["--files", "-e", "-"])
async def test_a_pattern_is_no_option(tmp_path: Path, program: str, pattern: str) -> None:
    (tmp_path / "a").write_text(f"x{pattern}x")
    (tmp_path / "b").write_text("nothing")
    assert await names(program, tmp_path, pattern) == {"a"}


async def test_what_it_refuses_or_cannot_run_is_left_to_re2(tmp_path: Path, program: str) -> None:
    async def found(program: str, pattern: str) -> Candidates | None:
        return await candidates(program, str(tmp_path), pattern, ignore_case=False, max_size=10, seconds=10)

    assert await found(program, "a{") is None
    assert await found(str(tmp_path / "nothing"), "a") is None


SLOW = """#!/bin/sh
echo $$ > "$0.pids"
printf 'a\\0'
exec sleep 3600
"""


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A program that tells its process id through a pipe beside it, writes one name and then never ends."""
    path = tmp_path / "slow"
    path.write_text(SLOW)
    path.chmod(0o755)
    os.mkfifo(tmp_path / "slow.pids")
    return path


def two_started(program: Path) -> list[Path]:
    """The two processes of one search, as soon as both run."""
    pids: list[str] = []
    while len(pids) < 2:
        pids += program.with_name("slow.pids").read_text().split()
    return [Path("/proc") / pid for pid in pids]


async def test_it_is_ended_when_its_time_is_over(tmp_path: Path, slow: Path) -> None:
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        search = candidates(str(slow), str(tmp_path), "a", ignore_case=False, max_size=10, seconds=0.5)
        found = group.create_task(search)
        processes = await asyncio.to_thread(two_started, slow)
    assert found.result() == Candidates(b"a\0", b"a\0", complete=False)
    assert not any(process.exists() for process in processes)


async def test_it_is_ended_with_a_cancelled_call(tmp_path: Path, slow: Path) -> None:
    search = candidates(str(slow), str(tmp_path), "a", ignore_case=False, max_size=10, seconds=3600)
    async with asyncio.timeout(10):
        task = asyncio.ensure_future(search)
        processes = await asyncio.to_thread(two_started, slow)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not any(process.exists() for process in processes)


async def test_more_names_than_are_read_end_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatls.tools.reading.ripgrep.MAX_OUTPUT", 1000)
    endless = tmp_path / "endless"
    endless.write_text("#!/bin/sh\nexec yes name\n")
    endless.chmod(0o755)
    async with asyncio.timeout(10):
        found = await candidates(str(endless), str(tmp_path), "a", ignore_case=False, max_size=10, seconds=3600)
    assert found is not None
    assert not found.complete
    assert len(found.matching) < 1_000_000


def test_one_that_came_with_the_workspace_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = tmp_path / "ws" / "rg"
    planted.parent.mkdir()
    planted.write_text("#!/bin/sh\n")
    planted.chmod(0o755)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "rg").symlink_to(planted)
    roots = Roots([("ws", str(planted.parent))])
    for path in (planted.parent, tmp_path / "bin"):
        monkeypatch.setenv("PATH", str(path))
        assert installed(roots) is None
    monkeypatch.chdir(planted.parent)
    monkeypatch.setenv("PATH", ".")
    assert installed(Roots([])) is None
    roots.close()


def test_one_elsewhere_is_run_by_its_full_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rg").write_text("#!/bin/sh\n")
    (tmp_path / "rg").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installed(Roots([])) == str(tmp_path / "rg")


@pytest.mark.parametrize(
    "pattern", ["é", r"\pL", r"\Aa", r"\Qa\E", "[[:alpha:]]", "[a&&b]", "[a--b]", "[a~~b]", r"\x41", "[[a]b"]
)
def test_a_pattern_that_it_may_take_otherwise_is_left_to_re2(pattern: str) -> None:
    assert pattern_for(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [r"class \w+\(", r"^\s*def \w+$", r"\bfoo\b", "a|b", "[^a-z]x?", r"https?://[\w.-]+/", 'say\\ \\"it\\"', "a--b"],
)
def test_what_people_search_for_is_narrowed(pattern: str) -> None:
    assert pattern_for(pattern) is not None


@pytest.mark.parametrize(
    ("pattern", "raw"),
    [
        pytest.param(r"\bfoo", "éfoo".encode(), id="words are ASCII"),
        pytest.param(r"\Wfoo", "éfoo".encode(), id="what is no word too"),
        pytest.param(r"a.b", b"a\xe9b", id="a character of an old encoding"),
        pytest.param(r"a[^x]b", b"a\xe9b", id="a class in an old encoding"),
        pytest.param(r"a\Sb", b"a\x0bb", id="a vertical tab"),
        pytest.param(r"^b$", b"a\rb\rc", id="old line ends"),
        pytest.param(r"^b$", "b\r\n".encode("utf-16"), id="UTF-16"),
    ],
)
async def test_where_the_two_differ_nothing_is_left_out(tmp_path: Path, program: str, pattern: str, raw: bytes) -> None:
    assert finds(compiled(pattern), raw)
    (tmp_path / "file").write_bytes(raw)
    assert await names(program, tmp_path, str(pattern_for(pattern))) == {"file"}


def finds(matcher: Pattern, raw: bytes) -> bool:
    """What RE2 says of a file: the lines of its text, one by one."""
    encoding = encoding_of(raw, whole=True)
    assert encoding is not None
    text = "".join(decoded([raw], encoding))
    return any(matcher.search(line.encode()) for line in lines_of(text))


LINES = st.text(alphabet="abcABéſ. -\r\x0b\x85\u00a0\u0661_1\"<'", max_size=12)
PIECES = [
    *"abAé. ^$|()*+?[]{}\\-,1<>\"'\r\x0b\x85\u00a0ſ",
    *(r"\b", r"\w", r"\W", r"\d", r"\s", r"\S", r"\B", "[^", "[a-c", "]+", "\u0661", "--", "&&", "(?i)"),
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=8),
    lines=st.lists(LINES, min_size=1, max_size=20),
    ignore_case=st.booleans(),
)
def test_it_names_every_file_in_which_re2_finds_something(
    tmp_path_factory: pytest.TempPathFactory, program: str, pieces: list[str], lines: list[str], ignore_case: bool
) -> None:
    """The promise on which the two searches are one, also for old encodings and old line ends."""
    pattern = "".join(pieces)
    narrowed = pattern_for(pattern)
    assume(narrowed is not None)
    with suppress(ToolError):
        matcher = compiled(pattern, ignore_case=ignore_case)
        folder = tmp_path_factory.mktemp("narrowed")
        expected: set[str] = set()
        for number, line in enumerate(lines):
            for encoding in ("utf-8", "latin-1"):
                raw = line.encode(encoding, "ignore")
                (folder / f"{number} {encoding}").write_bytes(raw)
                expected |= {f"{number} {encoding}"} if finds(matcher, raw) else set()
        found = asyncio.run(
            candidates(program, str(folder), str(narrowed), ignore_case=ignore_case, max_size=1000, seconds=10)
        )
        assert found is None or expected <= {parts[0] for parts in paths(found.matching)}
