import pytest

from chatls.providers.offline_markdown import block, code, fenced


@pytest.mark.parametrize(("text", "shown"), [("run", "`run`"), ("a`b", "``a`b``"), ("`run`", "`` `run` ``")])
def test_code_in_a_line_survives_its_own_backticks(text: str, shown: str) -> None:
    assert code(text) == shown


def test_a_fence_is_longer_than_any_in_it_and_names_the_language() -> None:
    assert fenced(["x = 1"], "a/b.py") == "```python\nx = 1\n```"
    assert fenced(["```sh", "```"], "README.md") == "````markdown\n```sh\n```\n````"
    assert fenced(["x"], "a.unknown") == "```\nx\n```"
    assert fenced(["x"], "") == "```text\nx\n```"


def numbered(source: str) -> list[tuple[int, str]]:
    return list(enumerate(source.splitlines(), 7))


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("def run():\n    return 1\n\n\ndef walk():\n    pass", 2),
        ("def run(\n    a: int,\n) -> int:\n    return 1\nx = 1", 4),
        ("    def run(self): ...\n\n    def walk(self): ...", 1),
        ("func (q *Queue) Push() {\n\tq.n++\n}\n\nfunc Pop() {}", 3),
        ("int run(void)\n{\n    return 1;\n}\nint walk(void);", 4),
        ("typedef struct {\n    int x;\n} pair_t;\nint y;", 3),
        ("fn run<T>(t: T)\nwhere\n    T: Copy,\n{\n}\nfn walk() {}", 5),
        ("function M.open()\n  return 1\nend\n\nreturn M", 3),
        ("LIMIT = 3\nOTHER = 4", 1),
        ("class A:\n    x = 1\n\n    y = 2\n\n", 4),
    ],
)
def test_a_definition_ends_where_it_ends(source: str, count: int) -> None:
    assert block(numbered(source)) == source.splitlines()[:count]


def test_of_nothing_nothing_is_shown() -> None:
    assert block([]) == []
