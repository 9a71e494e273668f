"""A notice about the model is told once to a session, and again when it has changed."""

from chatls.chat.events import Phase, Token
from chatls.chat.notices import MAX_SESSIONS, Notices
from chatls.chat.ports import Choice
from tests.support.heart import END, MODEL, FakeModels, FakeProvider, all_events, orchestrator


def test_the_same_is_told_once_and_something_else_is_told() -> None:
    notices = Notices()
    told = [notices.news("s", text) for text in (None, "Off.", "Off.", "Away.", "Off.", None, "Off.")]
    assert told == [None, "Off.", None, "Away.", "Off.", None, "Off."]


def test_every_session_is_told() -> None:
    notices = Notices()
    assert [notices.news(session, "Off.") for session in ("a", "b", "a")] == ["Off.", "Off.", None]


def test_sessions_that_nobody_used_for_long_take_no_room() -> None:
    notices = Notices()
    for number in range(MAX_SESSIONS + 1):
        notices.news(str(number), "Off.")
    assert notices.news(str(MAX_SESSIONS), "Off.") is None
    assert notices.news("0", "Off.") == "Off."


async def test_a_second_message_is_not_told_again_why_the_assistant_answers() -> None:
    class Poor(FakeModels):
        async def choose(self, model: str | None = None) -> Choice:
            return Choice(provider, MODEL, "No model is there.")

    provider = FakeProvider([Token("One."), END], [Token("Two."), END])
    parts = orchestrator(provider, models=Poor(provider))
    told = [[event for event in await all_events(parts) if isinstance(event, Phase) and event.message] for _ in "12"]
    assert told == [[Phase("connecting", "No model is there.")], []]
