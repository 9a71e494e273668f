import pytest

from chatls.errors import ProviderError, Reason
from chatls.providers.server import Server

SERVER = Server("Ollama", "http://127.0.0.1:11434/base", start_hint="Start it.", stuck_hint="Restart it.")


def test_a_server_is_named_with_its_address() -> None:
    assert str(SERVER) == "Ollama at 127.0.0.1:11434"


@pytest.mark.parametrize(
    ("error", "reason", "retryable", "hint"),
    [
        (SERVER.unreachable("Connection refused"), "provider_unreachable", True, "Start it."),
        (SERVER.insecure("CERTIFICATE_VERIFY_FAILED"), "provider_unreachable", False, "certificate"),
        (SERVER.silent(300), "timeout", False, "Restart it."),
        (SERVER.stalled(300), "timeout", False, "Restart it."),
        (SERVER.deaf(), "timeout", True, "Restart it."),
        (SERVER.broke_off(), "stream_interrupted", True, "log"),
        (SERVER.unexpected("text/html"), "provider_protocol", False, "address"),
    ],
    ids=["unreachable", "insecure", "silent", "stalled", "deaf", "broke off", "unexpected"],
)
def test_every_failure_is_a_sentence_with_what_to_do(
    error: ProviderError, reason: Reason, retryable: bool, hint: str
) -> None:
    assert (error.reason, error.retryable) == (reason, retryable)
    assert error.message.startswith("Ollama at 127.0.0.1:11434 ")
    assert error.message.endswith(".")
    assert hint in error.hint
