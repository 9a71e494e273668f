import pytest

from chatls.tools.base import ToolError
from chatls.tools.editing.targets import Target, find_target
from tests.support.changing import Changing


def find(desk: Changing, path: str, *, follow: bool = True) -> Target:
    return find_target(desk.roots, desk.editor.documents(), path, follow=follow)


def test_a_file_and_a_free_place(desk: Changing) -> None:
    desk.write({"src/a.py": "x"})
    there, free = find(desk, "src/a.py"), find(desk, "src/new/b.py")
    assert (there.name, there.on_disk.st_size, there.document) == ("src/a.py", 1, None)
    assert (free.name, free.status) == ("src/new/b.py", None)
    with pytest.raises(ToolError, match=r"^src/new/b\.py does not exist\.$"):
        _ = free.on_disk


def test_links_are_followed_to_where_a_file_is_or_would_be(desk: Changing) -> None:
    desk.write({"src/a.py": "x"})
    (desk.folder / "short").symlink_to("src")
    (desk.folder / "a").symlink_to("short/a.py")
    assert find(desk, "a").path.parts == ("src", "a.py")
    assert find(desk, "short/new/b.py").path.parts == ("src", "new", "b.py")
    assert find(desk, "short/a.py", follow=False).path.parts == ("src", "a.py")
    with pytest.raises(ToolError, match="a is a symbolic link: name the file that it leads to"):
        find(desk, "a", follow=False)


@pytest.mark.parametrize("path", [".gitignore", "src/.GitIgnore", "src/.gitignore."])
def test_what_says_which_files_are_hidden_is_no_ordinary_file(desk: Changing, path: str) -> None:
    found = find(desk, path)
    assert (found.ordinary, found.guarded) == (False, None)
    assert found.notes == (f"{found.name} says which files no tool shows unasked.",)


@pytest.mark.parametrize(
    ("path", "guarded", "ignored"),
    [
        ("a.py", False, False),
        (".vscode/new.json", True, False),
        ("link/new.json", True, False),
        ("build/out.js", False, True),
        (".git/config", True, True),
        (".bare/config", True, False),
        (".bare/hooks/new", True, False),
    ],
)
def test_it_is_known_what_is_protected_and_what_is_ignored(
    desk: Changing, path: str, guarded: bool, ignored: bool
) -> None:
    desk.write({".gitignore": "build\n", ".vscode/a": "", ".bare/HEAD": "", ".bare/objects/a": "", ".bare/refs/a": ""})
    (desk.folder / "link").symlink_to(".vscode")
    found = find(desk, path)
    assert (found.guarded is not None, found.ignored) == (guarded, ignored)
    assert found.ordinary == (not guarded and not ignored)
    assert len(found.notes) == (guarded or ignored)


def test_what_a_protected_link_leads_to_is_protected_under_its_own_name(desk: Changing) -> None:
    desk.write({"editor/a": "", "docs/guide.md": "be good", "sub/b": ""})
    (desk.folder / ".vscode").symlink_to("editor")
    (desk.folder / "docs" / "CLAUDE.md").symlink_to("guide.md")
    (desk.folder / "sub" / ".claude").symlink_to("..")
    for path, name in (("editor/settings.json", ".vscode"), ("docs/guide.md", "docs/CLAUDE.md")):
        assert find(desk, path).guarded == find(desk, name + "/x" * (name == ".vscode")).guarded is not None
    assert find(desk, "docs/other.md").ordinary
    assert find(desk, "sub/b").ordinary


@pytest.mark.parametrize("path", [".env", "to-env", "sub/.ENV.local"])
def test_t21_what_holds_secrets_is_refused_under_either_name(desk: Changing, path: str) -> None:
    desk.write({"a.py": "x", ".env.production": "x"})
    (desk.folder / ".env").symlink_to("a.py")
    (desk.folder / "to-env").symlink_to(".env.production")
    with pytest.raises(ToolError, match="may hold passwords or keys: only the user changes it"):
        find(desk, path)


def test_another_case_of_letters_on_the_disk_is_the_same_file_in_the_editor(desk: Changing) -> None:
    desk.write({"a.py": "x"})
    (desk.folder / "A.PY").hardlink_to(desk.folder / "a.py")  # what a file system that passes over case shows
    desk.open("A.PY", "x")
    assert find(desk, "a.py").uri == (desk.folder / "A.PY").as_uri()


def test_a_target_is_still_the_same_until_something_about_it_changes(desk: Changing) -> None:
    desk.write({"a.py": "x"})
    before = find(desk, "a.py")
    desk.read("a.py")
    assert find(desk, "a.py").is_still(before)
    desk.open("a.py", "x")
    assert not find(desk, "a.py").is_still(before)
    desk.editor.open.clear()
    desk.write({"a.py": "xy"})
    assert not find(desk, "a.py").is_still(before)
