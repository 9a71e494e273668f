"""What each line of a unified diff is."""

import pytest

from chatls.terminal.diffs import change, kinds

DIFF = """\
--- a/x
+++ b/x
@@ -1,3 +1,2 @@ def f():
 same
--- removed
-also removed
++++ added
\\ No newline at end of file
--- a/y
+++ b/y
@@ -0,0 +1 @@
+new"""


def test_every_line_is_what_its_hunk_says() -> None:
    assert [kind for kind, _ in kinds(DIFF.split("\n"))] == [
        *("file", "file", "hunk", "same", "removed", "removed", "added", "same"),
        *("file", "file", "hunk", "added"),
    ]


def test_t105_an_added_line_cannot_pass_for_the_name_of_a_file() -> None:
    assert list(kinds(["@@ -0,0 +1,2 @@", "+++ b/harmless.txt", "+x"]))[1] == ("added", "+++ b/harmless.txt")


def test_lines_without_a_hunk_keep_the_colour_of_their_sign() -> None:
    assert [kind for kind, _ in kinds(["… 20 more lines …", "+end", "-end"])] == ["file", "added", "removed"]


@pytest.mark.parametrize(("diff", "said"), [(DIFF, "+2 −2"), ("", "+0 −0"), ("rename from a\nrename to b", "+0 −0")])
def test_how_much_changes_is_counted(diff: str, said: str) -> None:
    assert change(diff) == said
