"""Exceptions to JSON-RPC errors: the single place where one becomes the other.

Codes and `data` follow the wire contract, section 5. No traceback, no key and no path outside the workspace gets out
here: what chatls did not raise itself becomes "internal" and a number that the log knows too. Called by `lsp/`.
"""

from collections.abc import Mapping
from typing import Any

from chatls.errors import ChatError, FilesChanged, InvalidParams, ProviderError, internal

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
SERVER_NOT_INITIALIZED = -32002
REQUEST_FAILED = -32803
REQUEST_CANCELLED = -32800

RpcError = dict[str, Any]


class RpcFailure(Exception):
    """A request that is answered with this JSON-RPC error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class TurnFailed(Exception):
    """A turn that ended with an error; `extra` goes into its `data` (`sessionId`, `turnId`, `final`, ...)."""

    def __init__(self, error: ChatError, extra: Mapping[str, Any]) -> None:
        super().__init__(error.message)
        self.error = error
        self.extra = extra


def to_rpc_error(error: BaseException) -> RpcError:
    """The `error` member of a response."""
    match error:
        case TurnFailed():
            return _failed(error.error, error.extra)
        case RpcFailure():
            return {"code": error.code, "message": error.message}
        case InvalidParams():
            data = {"field": error.field, "expected": error.expected}
            return {"code": INVALID_PARAMS, "message": error.message, "data": data}
        case ChatError():
            return _failed(error, {})
        case _:
            return {"code": INTERNAL_ERROR, "message": internal(error).message}


def _failed(error: ChatError, extra: Mapping[str, Any]) -> RpcError:
    data: dict[str, Any] = {"reason": error.reason, "retryable": error.retryable, "hint": error.hint or None}
    if isinstance(error, ProviderError):
        data["status"] = error.status
    if isinstance(error, FilesChanged):
        data["files"] = list(error.files)
    data = {key: value for key, value in (data | dict(extra)).items() if value is not None}
    return {"code": REQUEST_FAILED, "message": error.message, "data": data}
