"""Frames are found in any stream of bytes, however it is cut and whatever stands between them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.lsp.framing import MAX_HEADER, FrameDecoder, FrameError, encode

GOOD = b"Content-Length: 2\r\n\r\n{}"


def frame(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def bodies(data: bytes, decoder: FrameDecoder | None = None) -> list[bytes]:
    return [found for found in (decoder or FrameDecoder()).feed(data) if isinstance(found, bytes)]


def problems(data: bytes, decoder: FrameDecoder | None = None) -> list[str]:
    return [found.problem for found in (decoder or FrameDecoder()).feed(data) if isinstance(found, FrameError)]


@given(st.lists(st.binary(max_size=200), max_size=8), st.data())
def test_f01_any_cut_of_a_session_gives_the_same_messages(messages: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(frame(message) for message in messages)
    decoder = FrameDecoder()
    found: list[bytes | FrameError] = []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += decoder.feed(stream[:size])
        stream = stream[size:]
    assert found == messages
    assert not decoder.partial


def test_f01_a_session_cut_at_every_byte_gives_the_same_messages() -> None:
    decoder = FrameDecoder()
    stream = frame(b'{"a":1}') + frame("ü🦙".encode())
    found = [item for index in range(len(stream)) for item in decoder.feed(stream[index : index + 1])]
    assert found == [b'{"a":1}', "ü🦙".encode()]


@pytest.mark.parametrize(
    "header",
    [
        b"content-length: 2\r\n\r\n",
        b"CONTENT-LENGTH:2\r\n\r\n",
        b"Content-Length :2\r\n\r\n",
        b"Content-Length:\t  2  \r\n\r\n",
        b"Content-Length: 2\n\n",
        b"\r\n\r\nContent-Length: 2\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n",
        b'Content-Length: 2\r\nContent-Type: x; charset="utf8"\r\n\r\n',
        b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n",
        b"Content-Length: 2\r\nX-Other: 7\r\n\r\n",
    ],
)
def test_f02_headers_are_read_however_they_are_spelled(header: bytes) -> None:
    assert bodies(header + b"{}" + GOOD) == [b"{}", b"{}"]


def test_f04_another_charset_is_an_error_that_keeps_the_body() -> None:
    body = '{"id":1}'.encode("utf-16")
    data = b"Content-Length: %d\r\nContent-Type: x; charset=utf-16\r\n\r\n%b" % (len(body), body)
    assert FrameDecoder().feed(data + GOOD) == [
        FrameError("charset utf-16: only utf-8 is understood", body, "utf-16"),
        b"{}",
    ]


def test_f05_lengths_that_differ_are_refused_and_the_next_frame_is_read() -> None:
    assert bodies(b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}" + GOOD) == [b"{}"]


@pytest.mark.parametrize(
    "junk", [b"junk", b"junk\n", b"junk\r\n\r\n", b"\x00\xff\n\n", b"{}\n", b"HTTP/1.1 200 OK\r\n"]
)
def test_f06_junk_before_a_frame_costs_nothing_but_itself(junk: bytes) -> None:
    assert bodies(junk + GOOD) == [b"{}"]


def test_f08_a_body_of_eight_gigabytes_is_passed_over_without_being_kept() -> None:
    decoder = FrameDecoder()
    assert problems(b"Content-Length: 8000000000\r\n\r\n" + b"x" * 1000, decoder) == [
        "a body of 8000000000 bytes, more than 67108864"
    ]
    assert decoder.feed(b"x" * 1_000_000) == []
    assert decoder.partial


def test_a_body_that_is_too_large_is_skipped_and_the_next_frame_is_read() -> None:
    decoder = FrameDecoder(max_body=10)
    stream = frame(b"x" * 11) + GOOD
    found = [item for index in range(len(stream)) for item in decoder.feed(stream[index : index + 1])]
    assert found == [FrameError("a body of 11 bytes, more than 10"), b"{}"]


def test_f09_a_header_without_end_is_given_up_at_eight_kibibytes() -> None:
    decoder = FrameDecoder()
    found = [item for _ in range(300) for item in decoder.feed(b"x" * 4096)]
    assert FrameError(f"a header of more than {MAX_HEADER} bytes") in found
    assert bodies(b"\r\n" + GOOD, decoder) == [b"{}"]


def test_f10_a_body_shorter_than_its_length_costs_one_more_frame_at_most() -> None:
    short = b'Content-Length: 30\r\n\r\n{"id":1}'
    found = bodies(short + GOOD + frame(b"[1]") + frame(b"[2]"))
    assert found[-2:] == [b"[1]", b"[2]"] or found[-1:] == [b"[2]"]


def test_a_frame_is_written_with_its_length_in_bytes() -> None:
    assert encode({"a": "ü"}) == b'Content-Length: 10\r\n\r\n{"a":"\xc3\xbc"}'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), None),
        ([float("inf"), {"x": float("-inf")}, 1.5], [None, {"x": None}, 1.5]),
        ("a\ud800b", "a\ufffdb"),
        ("\u2028\u0085", "\u2028\u0085"),
    ],
)
def test_f13_what_is_written_is_always_valid_json_in_utf8(value: object, expected: object) -> None:
    [body] = bodies(encode({"v": value}))
    assert json.loads(body.decode()) == {"v": expected}
