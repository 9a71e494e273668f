"""A model server as a provider describes it: where it is, how long it may take, and what to say when it fails.

Pure values and texts, without an HTTP library, so that providers can be made before the heavy parts are imported.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from chatls.errors import ProviderError


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds."""

    connect: float = 5.0
    first_byte: float = 300.0
    """From the request to the whole of the response's headers, however slowly they drip in."""
    gap: float = 300.0
    """Without a byte, or without anything to show, while an answer is under way."""
    write: float = 30.0


@dataclass(frozen=True, slots=True)
class Server:
    """A model server, and what is said about it when it fails."""

    name: str
    address: str
    """`http://host:port` or `https://host:port`, maybe with a path; nothing that must not be shown."""
    start_hint: str = ""
    """What to do when nobody listens there."""
    stuck_hint: str = ""
    """What to do when it takes requests and answers none."""

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def local(self) -> bool:
        """Whether it is on this machine."""
        name = urlsplit(self.address).hostname or ""
        return name in ("localhost", "::1") or name.startswith("127.")

    def __str__(self) -> str:
        return f"{self.name} at {self.host}"

    def unreachable(self, why: str, *, hint: str = "", retryable: bool = True) -> ProviderError:
        """`hint` where starting the server would not help."""
        message = f"{self} cannot be reached: {why}."
        return ProviderError("provider_unreachable", message, hint=hint or self.start_hint, retryable=retryable)

    def insecure(self, why: str) -> ProviderError:
        return ProviderError(
            "provider_unreachable",
            f"{self} cannot be reached: no secure connection ({why}).",
            hint="Check its certificate, and whether the address should begin with http:// instead.",
        )

    def silent(self, seconds: float) -> ProviderError:
        return ProviderError("timeout", f"{self} did not answer within {seconds:g} s.", hint=self.stuck_hint)

    def stalled(self, seconds: float) -> ProviderError:
        return ProviderError(
            "timeout", f"{self} began to answer and then sent nothing for {seconds:g} s.", hint=self.stuck_hint
        )

    def deaf(self) -> ProviderError:
        return ProviderError("timeout", f"{self} does not read the request.", hint=self.stuck_hint, retryable=True)

    def broke_off(self) -> ProviderError:
        return ProviderError(
            "stream_interrupted",
            f"{self} closed the connection before its answer was complete.",
            hint="Send the message again; if it happens often, look into the model server's log.",
            retryable=True,
        )

    def unexpected(self, what: str) -> ProviderError:
        """It speaks, but something else than it should."""
        return ProviderError(
            "provider_protocol", f"{self} sent {what}.", hint="Check that the address is that of the model server."
        )
