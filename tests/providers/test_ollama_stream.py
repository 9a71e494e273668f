import itertools
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatls.chat.events import Finish, ModelEvent, Thinking, Timings, Token, ToolCall, Usage
from chatls.errors import ContextOverflow, ProviderError
from chatls.providers.ollama_stream import OllamaStreamParser
from tests.support.recordings import cut, done, line, message, name_of, pieces, recordings, tool_call

Outcome = tuple[list[ModelEvent], str | None]
"""The events, and the error after them: its reason and message."""


def outcome(stream: Iterable[bytes], parser: OllamaStreamParser | None = None) -> Outcome:
    ids = (f"made_{number}" for number in itertools.count(1))
    parser = parser or OllamaStreamParser("m", 1000, new_id=lambda: next(ids))
    events: list[ModelEvent] = []
    try:
        for piece in stream:
            events.extend(parser.feed(piece))
        events.extend(parser.finish())
    except ProviderError as error:
        return events, f"{error.reason}: {error.message}"
    return events, None


def parsed(*stream: bytes) -> list[ModelEvent]:
    """The events of a stream that is well."""
    events, error = outcome(stream)
    assert error is None
    return events


def failure(*stream: bytes) -> ProviderError:
    parser = OllamaStreamParser("m")
    try:
        for piece in stream:
            list(parser.feed(piece))
        list(parser.finish())
    except ProviderError as error:
        return error
    pytest.fail("the stream is well")


def calls(events: Iterable[ModelEvent]) -> list[ToolCall]:
    return [event for event in events if isinstance(event, ToolCall)]


def text(events: Iterable[ModelEvent], kind: type[Token | Thinking] = Token) -> str:
    return "".join(event.data for event in events if isinstance(event, kind))


def finish(events: list[ModelEvent]) -> Finish:
    assert isinstance(events[-1], Finish)
    return events[-1]


def raw_text(recording: Path, field: str) -> str:
    """The joined text as plain JSON has it, without a parser of ours."""
    records = [json.loads(record) for record in recording.read_bytes().split(b"\n") if record]
    return "".join(record["message"].get(field, "") for record in records)


class TestRecordings:
    """What real servers sent."""

    @pytest.mark.parametrize("recording", recordings(), ids=name_of)
    @pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
    def test_f42_events_do_not_depend_on_the_size_of_the_pieces(self, recording: Path, size: int) -> None:
        data = recording.read_bytes()
        assert outcome(pieces(data, size)) == outcome([data])

    @settings(max_examples=200, deadline=None)
    @given(st.data())
    def test_f42_events_do_not_depend_on_where_the_bytes_are_cut(self, data: st.DataObject) -> None:
        stream = data.draw(st.sampled_from(recordings())).read_bytes()
        places = data.draw(st.lists(st.integers(0, len(stream)), max_size=30))
        assert outcome(cut(stream, places)) == outcome([stream])

    @pytest.mark.parametrize("recording", recordings(), ids=name_of)
    def test_the_joined_text_is_exact(self, recording: Path) -> None:
        events, _ = outcome([recording.read_bytes()])
        assert text(events) == raw_text(recording, "content")
        assert text(events, Thinking) == raw_text(recording, "thinking")

    @pytest.mark.parametrize("recording", recordings(), ids=name_of)
    def test_every_whole_answer_ends_with_its_finish_and_only_cut_ones_fail(self, recording: Path) -> None:
        events, error = outcome([recording.read_bytes()])
        if recording.stem == "chat_rep_no_done":
            assert error is not None
            assert error.startswith("stream_interrupted")
        else:
            assert error is None
            assert [event for event in events if isinstance(event, Finish)] == events[-1:]

    @pytest.mark.parametrize("recording", recordings("chat_tool.ndjson"), ids=name_of)
    def test_a_call_is_found_in_its_own_record_and_in_the_last(self, recording: Path) -> None:
        [call] = calls(parsed(recording.read_bytes()))
        assert (call.name, call.arguments) == ("get_weather", {"city": "Paris"})
        assert len(call.id) > 8

    @pytest.mark.parametrize("recording", recordings("chat_tool2.ndjson"), ids=name_of)
    def test_text_and_two_calls_come_in_order(self, recording: Path) -> None:
        events = parsed(recording.read_bytes())
        assert text(events) == "Let me look.\n"
        found = calls(events)
        assert [call.arguments for call in found] == [{"path": "a.py"}, {"path": "b.py", "limit": 3}]
        assert found[0].id != found[1].id

    @pytest.mark.parametrize("recording", recordings("chat_length.ndjson"), ids=name_of)
    def test_f52_an_answer_that_met_its_limit_says_so(self, recording: Path) -> None:
        end = finish(parsed(recording.read_bytes()))
        assert end.stop_reason == "max_tokens"
        assert end.stop_message == "The answer reached the highest number of tokens it may have."

    @pytest.mark.parametrize("recording", recordings("chat_empty.ndjson"), ids=name_of)
    def test_an_empty_answer_has_an_end_without_a_rate(self, recording: Path) -> None:
        [end] = parsed(recording.read_bytes())
        assert isinstance(end, Finish)
        assert end.timings.tokens_per_second is None
        assert end.timings.total_ms > 0

    def test_the_last_record_gives_usage_and_timings(self) -> None:
        recording = next(path for path in recordings("chat_tool.ndjson") if "0.24" in str(path))
        end = finish(parsed(recording.read_bytes()))
        assert end.usage == Usage(165, 17, context_tokens=182, context_limit=1000)
        assert end.timings == Timings(total_ms=353, load_ms=301, prompt_ms=40, tokens_per_second=2449.89)


class TestText:
    def test_thinking_comes_before_the_text_of_the_same_record(self) -> None:
        assert parsed(message("b", thinking="a"), done())[:2] == [Thinking("a"), Token("b")]

    def test_the_last_record_may_carry_text(self) -> None:
        assert text(parsed(message("a"), done(content="b"))) == "ab"

    def test_f44_separators_inside_text_stay_text(self) -> None:
        odd = "\u2028\u2029\x85\x0b\x0c\x1c\r\n"
        assert text(parsed(message(odd), done())) == odd

    def test_f13_a_lone_surrogate_becomes_the_replacement_character(self) -> None:
        stream = b'{"message":{"content":"a\\ud83e b\\uDD99 c\\ud83e\\udd99"},"done":false}\n'
        assert text(parsed(stream, done())) == "a\ufffd b\ufffd c\U0001f999"

    def test_a_lone_surrogate_in_arguments_is_replaced_too(self) -> None:
        stream = b'{"message":{"tool_calls":[{"function":{"name":"f","arguments":{"a":"\\ud800"}}}]}}\n'
        assert calls(parsed(stream, done()))[0].arguments == {"a": "\ufffd"}

    def test_bytes_that_are_no_utf_8_cost_no_more_than_themselves(self) -> None:
        assert text(parsed(b'{"message":{"content":"a\xffb"}}\n', done())) == "a\ufffdb"

    @pytest.mark.parametrize("content", [None, 7, ["a"], {}, ""], ids=repr)
    def test_f49_content_that_is_no_text_is_no_event(self, content: Any) -> None:
        record = line({"message": {"content": content, "thinking": content}})
        assert len(parsed(record, done())) == 1

    @pytest.mark.parametrize("value", [None, "a", [], 7], ids=repr)
    def test_f49_a_message_that_is_none_is_passed_over(self, value: Any) -> None:
        assert text(parsed(line({"message": value, "new_field": {}}), message("a"), done())) == "a"


class TestToolCalls:
    def test_a_call_without_id_gets_one(self) -> None:
        first, second = calls(parsed(done(tool_calls=[tool_call("f", {}), tool_call("f", {}, id="")])))
        assert (first.id, second.id) == ("made_1", "made_2")

    def test_ids_that_are_made_differ_from_stream_to_stream(self) -> None:
        made = {calls(OllamaStreamParser("m").feed(done(tool_calls=[tool_call("f", {})])))[0].id for _ in range(20)}
        assert len(made) == 20

    def test_equal_calls_are_all_kept(self) -> None:
        same = tool_call("read_file", {"path": "a"}, index=0)
        assert len(calls(parsed(message(tool_calls=[same, same]), message(tool_calls=[same]), done()))) == 3

    def test_f50_an_id_that_comes_twice_is_made_unique(self) -> None:
        twice = [tool_call("f", {}, id="x"), tool_call("g", {}, id="x")]
        assert [call.id for call in calls(parsed(message(tool_calls=twice), done()))] == ["x", "made_1"]

    @pytest.mark.parametrize(
        ("given", "arguments"),
        [
            ('{"path": "a"}', {"path": "a"}),
            ("", {}),
            (None, {}),
            ({}, {}),
            ('{"path": "a', '{"path": "a'),
            ("[1]", "[1]"),
            ('{"n": NaN}', '{"n": NaN}'),
            ([1, 2], "[1, 2]"),
            (7, "7"),
        ],
        ids=repr,
    )
    def test_f50_arguments_are_an_object_or_stay_text(self, given: Any, arguments: Any) -> None:
        [call] = calls(parsed(message(tool_calls=[tool_call("f", given)]), done()))
        assert call.arguments == arguments

    @pytest.mark.parametrize("call", [None, {}, {"function": None}, {"function": {"name": None}}, "f"], ids=repr)
    def test_f49_a_call_without_a_name_is_still_a_call(self, call: Any) -> None:
        assert calls(parsed(message(tool_calls=[call]), done())) == [ToolCall("made_1", "", {})]

    @pytest.mark.parametrize("value", [None, {}, "f"], ids=repr)
    def test_f49_calls_that_are_no_list_are_none(self, value: Any) -> None:
        assert calls(parsed(message(tool_calls=value), done())) == []


class TestEnd:
    @pytest.mark.parametrize("size", [1, 50, 10_000])
    def test_f46_what_follows_the_last_record_is_ignored(self, size: int) -> None:
        stream = message("a") + done() + message("b") + done() + b"junk\n" * 9 + line({"error": "late"})
        assert len(parsed(*pieces(stream, size))) == 2

    def test_a_last_record_without_newline_counts(self) -> None:
        assert parsed(message("a") + done().rstrip())[0] == Token("a")

    @pytest.mark.parametrize("end", [b"", b'{"message":{"content":"b"},"do'], ids=["between records", "inside one"])
    def test_f37_an_end_without_the_last_record_is_an_interruption(self, end: bytes) -> None:
        events, error = outcome([message("a") + end])
        assert events == [Token("a")]
        assert error is not None
        assert error.startswith("stream_interrupted")
        assert failure(message("a") + end).retryable

    def test_f37_nothing_at_all_is_an_interruption(self) -> None:
        assert failure().reason == "stream_interrupted"

    @pytest.mark.parametrize("reason", ["stop", "", None, "something new"], ids=repr)
    def test_f52_any_other_reason_is_a_plain_end(self, reason: str | None) -> None:
        end = finish(parsed(done(reason)))
        assert (end.stop_reason, end.stop_message) == ("end_turn", None)

    @pytest.mark.parametrize("reason", ["load", "unload"])
    def test_an_answer_to_nothing_says_so(self, reason: str) -> None:
        assert finish(parsed(done(reason))).stop_message == f"Ollama only did a model {reason}: nothing was asked."

    def test_a_window_that_is_full_before_anything_is_said_is_an_overflow(self) -> None:
        parser = OllamaStreamParser("m", 1000)
        with pytest.raises(ContextOverflow) as caught:
            list(parser.feed(done("length", prompt_eval_count=999, eval_count=1)))
        assert (caught.value.tokens, caught.value.limit) == (999, 1000)

    def test_an_answer_of_no_length_in_a_window_with_room_is_none(self) -> None:
        assert finish(parsed(done("length", prompt_eval_count=400, eval_count=1))).stop_reason == "max_tokens"

    def test_a_full_window_is_told(self) -> None:
        end = finish(parsed(message("a"), done("length", prompt_eval_count=400, eval_count=600)))
        assert end.stop_message == "The model's window of 1000 tokens is full."

    def test_a_prompt_that_was_cut_is_told(self) -> None:
        end = finish(parsed(done(prompt_eval_count=1000, eval_count=5)))
        assert end.stop_message is not None
        assert "its beginning was left out" in end.stop_message

    @pytest.mark.parametrize("value", [None, "5", True, -1, [], 1e308], ids=repr)
    def test_odd_metrics_are_read_as_far_as_they_go(self, value: Any) -> None:
        metrics = dict.fromkeys(("total_duration", "eval_duration", "eval_count", "load_duration"), value)
        assert isinstance(parsed(done(**metrics))[-1], Finish)

    def test_missing_metrics_are_left_out(self) -> None:
        end = finish(parsed(done()))
        assert (end.usage, end.timings) == (None, Timings())


class TestMalformed:
    JUNK = (b"{broken}\n", b"[1]\n", b'"text"\n', b"null\n", b"\xff\xfe\n", b'{"n":1e400}\n', b'{"n":NaN}\n')

    @pytest.mark.parametrize("junk", [*JUNK, b"[" * 100_000 + b"\n"], ids=lambda junk: repr(junk[:12]))
    def test_f48_a_malformed_line_is_skipped_and_counted(self, junk: bytes) -> None:
        parser = OllamaStreamParser("m")
        events, error = outcome([message("a"), junk, message("b"), done()], parser)
        assert (text(events), error, parser.malformed) == ("ab", None, 1)

    def test_f48_three_in_a_row_are_borne_and_a_good_one_begins_anew(self) -> None:
        assert text(parsed(*[b"x\n" * 3 + message("a")] * 4, done())) == "aaaa"

    def test_f48_more_than_three_in_a_row_end_it_after_what_came_before(self) -> None:
        events, error = outcome([message("a") + b"x\n" * 4 + message("b")])
        assert events == [Token("a")]
        assert error is not None
        assert error.startswith("provider_protocol: Ollama sent 4 lines in a row")

    def test_f53_a_line_of_more_than_eight_megabytes_ends_it(self) -> None:
        error = failure(message("a") + b'{"message":{"content":"' + b"x" * 9_000_000, b"x")
        assert error.reason == "provider_protocol"

    def test_arguments_of_a_megabyte_are_taken(self) -> None:
        [call] = calls(parsed(message(tool_calls=[tool_call("f", {"text": "x" * 1_000_000})]), done()))
        assert isinstance(call.arguments, dict)


class TestErrorRecords:
    @pytest.mark.parametrize("glue", [b"", b" ", b"\n"], ids=["glued", "glued with a space", "on its own line"])
    @pytest.mark.parametrize("end", [b"", b"\n"], ids=["at the end", "with a newline"])
    def test_an_error_is_raised_after_the_text_before_it(self, glue: bytes, end: bytes) -> None:
        stream = message("a").rstrip() + glue + line({"error": "unexpected EOF"}).rstrip() + end
        for size in (1, 5, len(stream)):
            events, error = outcome(pieces(stream, size))
            assert events == [Token("a")]
            assert error == "provider_error: Ollama broke off with an error: unexpected EOF"

    def test_an_error_beside_a_message_is_an_error(self) -> None:
        assert failure(line({"error": "oops", "message": {"content": "a"}, "done": True})).reason == "provider_error"

    def test_an_error_that_is_null_is_none(self) -> None:
        assert text(parsed(line({"error": None, "message": {"content": "a"}}), done())) == "a"

    def test_a_glued_status_counts(self) -> None:
        glued = {"StatusCode": 429, "Status": "429 Too Many Requests", "error": "slow down"}
        error = failure(message("a").rstrip() + line(glued))
        assert (error.reason, error.retryable) == ("rate_limited", True)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.sampled_from([message("ä\u2028"), message("b", thinking="t"), done(), line({"error": {"code": 503}})]),
            st.recursive(
                st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
            ).map(lambda value: line({"message": {"content": value, "tool_calls": value}, "error": None})),
        ),
        max_size=12,
    ),
    st.data(),
)
def test_f42_f48_whatever_comes_its_events_and_its_error_do_not_depend_on_the_cuts(
    parts: list[bytes], data: st.DataObject
) -> None:
    stream = b"".join(parts)
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=10))
    assert outcome(cut(stream, places)) == outcome([stream])
