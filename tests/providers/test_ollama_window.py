import pytest

from chatls.chat.messages import ModelInfo
from chatls.errors import ContextOverflow
from chatls.providers.http import StreamingClient
from chatls.providers.ollama_window import Windows
from tests.support.fake_model_server import FakeModelServer, error


def model(length: int | None = None, name: str = "m") -> ModelInfo:
    return ModelInfo(f"ollama/{name}", "ollama", name, length)


def asked(server: FakeModelServer) -> int:
    return sum(request.path == "/api/ps" for request in server.received)


@pytest.mark.parametrize(
    ("length", "configured", "expected"), [(8192, 16384, 8192), (131072, 16384, 16384), (None, 16384, 16384)]
)
def test_the_window_is_the_smaller_of_the_model_s_and_the_configured(
    length: int | None, configured: int, expected: int
) -> None:
    windows = Windows(configured)
    assert windows.asked(model(length)) == windows.limit(model(length)) == expected


@pytest.mark.parametrize("listed", ["m", "m:latest"])
async def test_what_was_loaded_counts_where_the_model_s_own_length_is_not_known(
    client: StreamingClient, ollama: FakeModelServer, listed: str
) -> None:
    ollama.running = [{"name": "other", "context_length": 512}, {"name": listed, "context_length": 2048}]
    windows = Windows(16384)
    for _ in range(3):
        await windows.look(client, model())
    assert windows.limit(model()) == 2048
    assert windows.asked(model()) == 16384, "another one would have the model loaded anew"
    assert asked(ollama) == 1


async def test_a_model_whose_length_is_known_is_not_asked_about(
    client: StreamingClient, ollama: FakeModelServer
) -> None:
    await Windows(16384).look(client, model(8192))
    assert asked(ollama) == 0


@pytest.mark.parametrize("entry", [{}, {"context_length": None}, {"context_length": 0}, {"context_length": 99999}])
async def test_a_server_that_does_not_say_gives_what_was_asked_for(
    client: StreamingClient, ollama: FakeModelServer, entry: dict[str, object]
) -> None:
    ollama.running = [{"name": "m", **entry}]
    windows = Windows(16384)
    await windows.look(client, model())
    assert windows.limit(model()) == 16384


async def test_a_server_that_cannot_be_asked_is_asked_once(client: StreamingClient, ollama: FakeModelServer) -> None:
    ollama.on("/api/ps", error(500, "no"))
    windows = Windows(16384)
    for _ in range(3):
        await windows.look(client, model())
    assert (windows.limit(model()), asked(ollama)) == (16384, 1)


@pytest.mark.parametrize(
    ("tokens", "limit", "message"),
    [
        (6019, 512, "window of m: it has 6019 tokens, the window 512."),
        (None, None, "window of m: the window has 4096 tokens."),
        (4090, None, "window of m: it has 4090 tokens, the window 4096, which leaves no room for an answer."),
    ],
)
def test_an_overflow_is_told_with_its_numbers(tokens: int | None, limit: int | None, message: str) -> None:
    overflow = ContextOverflow("x", tokens=tokens, limit=limit)
    Windows(4096).explain(overflow, model(131072))
    assert overflow.message == f"The conversation does not fit the context {message}"
    assert overflow.limit == (limit or 4096)


@pytest.mark.parametrize(
    ("length", "hint"), [(131072, "Raise ollama.num_ctx."), (None, "Raise ollama.num_ctx."), (4096, "longer window")]
)
def test_a_larger_window_is_advised_where_the_model_has_one(length: int | None, hint: str) -> None:
    overflow = ContextOverflow("x")
    Windows(4096).explain(overflow, model(length))
    assert hint in overflow.hint
