"""What is known of a file that a turn changed: whose doing it is that it is as it is now."""

import pytest

from chatls.chat.undo import UNKNOWN, FileChange, FileHistory, digest_of, histories


def history(*steps: tuple[str | None, str | None]) -> FileHistory:
    return FileHistory("file:///a", [FileChange("file:///a", before, after, 0o644) for before, after in steps])


def test_a_content_is_known_by_its_sha_256() -> None:
    assert digest_of(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_changes_are_told_file_by_file_each_in_order() -> None:
    first, other, second = FileChange("b", "1", "2"), FileChange("a", None, "x"), FileChange("b", "2", "3")
    assert histories([first, other, second]) == [FileHistory("a", [other]), FileHistory("b", [first, second])]


@pytest.mark.parametrize("now", ["A", "B", "C"])
def test_whatever_the_turn_itself_made_of_a_file_is_its_own(now: str) -> None:
    assert history(("A", "B"), ("B", "C")).leads_to(now)


def test_a_change_that_was_written_down_and_not_made_surprises_nobody() -> None:
    assert history(("A", "B"), ("A", "C")).leads_to("C")


@pytest.mark.parametrize(("steps", "now"), [([("A", "B")], "X"), ([("A", "B")], None), ([("A", "B"), ("X", "C")], "C")])
def test_what_comes_from_elsewhere_is_somebody_elses(steps: list[tuple[str, str]], now: str | None) -> None:
    assert not history(*steps).leads_to(now)


def test_the_mode_is_given_back_only_where_it_went_with_the_file() -> None:
    assert history(("A", "B")).mode is None
    assert history(("A", None)).mode == history(("A", None), (None, "B")).mode == 0o644


def test_whether_a_file_was_taken_away_and_whether_all_was_looked_at() -> None:
    assert history(("A", None), (None, "B")).removed
    assert not history((None, "A"), ("A", "B")).removed
    assert history(("A", None)).is_known
    assert not history((UNKNOWN, None)).is_known
