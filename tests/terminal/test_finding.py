"""Which session is meant."""

import pytest

from chatls.terminal.finding import find_session, session_id
from chatls.terminal.rpc import Failure, Json
from tests.terminal.test_session import Ends

PAGES: list[Json] = [
    {"sessions": [{"sessionId": "abc1"}, {"sessionId": "abd2"}], "nextCursor": "1"},
    {"sessions": [{"sessionId": "abc"}, {"sessionId": "ace4"}, {"sessionId": "f5"}]},
]


def found(beginning: str, pages: list[Json] = PAGES) -> tuple[str, list[Json]]:
    """The id that was found, or why there is none, and what was asked."""
    ends = Ends()
    results: list[Json | Failure] = []
    find_session(ends.client.peer, beginning, results.append)
    for number, page in enumerate(pages, 1):
        ends.receive(id=number, result=page)
    [result] = results
    told = result.message if isinstance(result, Failure) else session_id(result)
    return told, [message["params"] for message in ends.sent]


@pytest.mark.parametrize(
    ("beginning", "id_", "pages"),
    [("f", "f5", 2), ("abc1", "abc1", 1), ("abc", "abc", 2), ("abd", "abd2", 2), ("", "abc1", 1)],
    ids=["beginning", "whole", "whole, and another begins so", "on an earlier page", "the one used last"],
)
def test_a_session_is_found_on_any_page(beginning: str, id_: str, pages: int) -> None:
    told, asked = found(beginning)
    assert (told, len(asked)) == (id_, pages)


def test_the_next_page_is_asked_for_with_its_cursor() -> None:
    assert found("f")[1] == [{"limit": 200}, {"limit": 200, "cursor": "1"}]


def test_a_beginning_that_several_share_names_them() -> None:
    told, _ = found("ab", [{"sessions": [{"sessionId": f"ab{number}"} for number in range(7)]}])
    assert told == (
        "There are 7 sessions whose id begins with ab: ab0, ab1, ab2, ab3, ab4, …. Type more of the one you mean."
    )


def test_a_beginning_of_none_is_told_and_shown_harmlessly() -> None:
    told, _ = found("x\x1b[2J")
    assert told == "There is no session in this workspace whose id begins with x\\x1b[2J."


def test_where_there_is_no_session_that_is_told() -> None:
    assert found("", [{"sessions": []}])[0] == "There is no session to resume in this workspace."


def test_a_list_that_fails_says_why() -> None:
    ends = Ends()
    results: list[Json | Failure] = []
    find_session(ends.client.peer, "a", results.append)
    ends.receive(id=1, error={"code": -32603, "message": "It broke."})
    assert results == [Failure(-32603, "It broke.")]
