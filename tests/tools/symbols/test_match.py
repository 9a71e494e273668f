import pytest

from chatls.tools.symbols.match import Wanted, rank, wanted
from chatls.tools.symbols.parse import definitions
from chatls.tools.symbols.rules import Kind


@pytest.mark.parametrize(
    ("written", "name", "within"),
    [
        ("run", "run", ()),
        (" `Session.run()` ", "run", ("Session",)),
        ("module::deep::name", "name", ("module", "deep")),
        ("self.run", "run", ()),
        ("crate::Buffer<T>::new", "Buffer", ()),
        ("M:close", "close", ("M",)),
        ("pointer->field", "field", ("pointer",)),
        ("Panel#draw", "draw", ("Panel",)),
        ("run(a, b)", "run", ()),
        ("vec!", "vec", ()),
        ("*Stack", "Stack", ()),
    ],
)
def test_a_name_is_understood_as_people_write_it(written: str, name: str, within: tuple[str, ...]) -> None:
    assert wanted(written) == Wanted(name, within)


@pytest.mark.parametrize("written", ["", "  ", "()", "::", "self"])
def test_what_names_nothing_is_told_from_a_name(written: str) -> None:
    assert wanted(written) is None


def means(name: str, path: str, *, exact: bool = True) -> bool:
    """Whether a name means the method `put` of the class Buffer in a file."""
    (_, put) = definitions(b"class Buffer:\n    def put(self): ...\n", "python")
    asked = wanted(name)
    assert asked is not None
    return asked.means(put, tuple(path.split("/")), exact=exact)


@pytest.mark.parametrize("name", ["put", "Buffer.put", "queues.put", "chat.queues.Buffer.put", "chat::put"])
def test_a_qualified_name_may_begin_at_any_class_module_or_folder(name: str) -> None:
    assert means(name, "ws/chat/queues.py")


@pytest.mark.parametrize("name", ["Buffer", "Other.put", "put.Buffer", "Buffer.put.more", "Put", "buffer.put"])
def test_another_name_is_not_meant(name: str) -> None:
    assert not means(name, "ws/chat/queues.py")


@pytest.mark.parametrize("name", ["PUT", "buffer.Put", "CHAT.put"])
def test_case_can_be_left_out_of_account(name: str) -> None:
    assert means(name, "ws/chat/queues.py", exact=False)


def test_the_file_that_stands_for_its_folder_adds_no_name() -> None:
    assert means("chat.put", "chat/__init__.py")
    assert not means("__init__.put", "chat/__init__.py")


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("def run(): ...", "exact"),
        ("x.run()", "exact"),
        ("RUN = 1", "other_case"),
        ("prune, runs, _run", None),
        ("", None),
    ],
)
def test_only_sources_with_the_name_as_a_word_are_worth_parsing(text: str, spelling: str | None) -> None:
    assert Wanted("run", ()).may_be_in(text) == spelling


@pytest.mark.parametrize(
    ("kind", "place"), [("class", 0), ("method", 0), ("field", 1), ("constant", 1), ("prototype", 2)]
)
def test_what_most_people_mean_comes_first(kind: Kind, place: int) -> None:
    assert rank(kind) == place
