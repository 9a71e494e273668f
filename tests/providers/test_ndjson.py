import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.errors import ProviderError
from chatls.providers.ndjson import MAX_LINE, LineSplitter
from tests.support.recordings import cut

SEPARATORS = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\rh"


def lines(pieces: list[bytes]) -> list[bytes]:
    splitter = LineSplitter()
    return [line for piece in pieces for line in splitter.feed(piece)] + [splitter.flush()]


def test_lines_come_whole_and_without_their_newline() -> None:
    splitter = LineSplitter()
    assert splitter.feed(b'{"a"') == []
    assert splitter.feed(b':1}\n{"b":2}\n{') == [b'{"a":1}', b'{"b":2}']
    assert splitter.feed(b"}\n") == [b"{}"]


def test_empty_lines_are_left_out() -> None:
    assert LineSplitter().feed(b"\n\r\n \t\na\n\n") == [b"a"]


def test_f44_a_line_ends_at_a_newline_and_nowhere_else() -> None:
    assert LineSplitter().feed(f"{SEPARATORS}\n".encode()) == [SEPARATORS.encode()]


def test_what_never_got_its_newline_is_left_at_the_end_and_only_once() -> None:
    splitter = LineSplitter()
    splitter.feed(b"whole\nhalf")
    assert splitter.flush() == b"half"
    assert splitter.flush() == b""


@given(st.data())
def test_f42_lines_do_not_depend_on_where_the_bytes_are_cut(data: st.DataObject) -> None:
    text = data.draw(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
    stream = "\n".join(text).encode()
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=20))
    assert lines(cut(stream, places)) == lines([stream])


def test_a_line_of_eight_megabytes_is_taken() -> None:
    splitter = LineSplitter()
    splitter.feed(b"x" * MAX_LINE)
    assert [len(line) for line in splitter.feed(b"\n")] == [MAX_LINE]


@pytest.mark.parametrize("feed_more", [True, False], ids=["while it comes", "at the end"])
def test_f53_a_line_without_end_is_refused_before_it_fills_the_memory(feed_more: bool) -> None:
    splitter = LineSplitter(max_line=100)
    assert splitter.feed(b"good\n" + b"x" * 101) == [b"good"]
    with pytest.raises(ProviderError) as caught:
        splitter.feed(b"x") if feed_more else splitter.flush()
    assert caught.value.reason == "provider_protocol"


def test_a_long_line_in_small_pieces_takes_time_that_grows_with_its_length_alone() -> None:
    def seconds(pieces: int) -> float:
        splitter, begin = LineSplitter(), time.process_time()
        for _ in range(pieces):
            splitter.feed(b"x" * 64)
        return time.process_time() - begin

    few, many = (min(seconds(pieces) for _ in range(3)) for pieces in (8_000, 64_000))
    # Quadratic growth would make this a factor of 64.
    assert many < 25 * max(few, 0.0005)
