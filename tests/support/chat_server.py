"""A real server process with a home, a workspace and models of its own: nothing of the user's gets into a test."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from tests.support.fake_model_server import FakeModelServer
from tests.support.lsp_client import LspClient, running_server, stream_params
from tests.support.turns import check_turn

NOWHERE = "127.0.0.1:9"
"""An address at which nothing listens."""
_tokens = count(1)


def new_token() -> str:
    """A work-done token that no other test has used."""
    return f"chatls:{next(_tokens)}"


def environment(home: Path) -> dict[str, str]:
    """Variables that keep a process inside `home`."""
    places = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
    return {**places, "HOME": str(home), "OLLAMA_HOST": "", "CHATLS_CONFIG": ""}


def write_scripts(home: Path, scripts: Mapping[str, str]) -> Path:
    """Write script files for the scripted provider; returns their folder."""
    folder = home / "scripts"
    folder.mkdir(exist_ok=True)
    for name, text in scripts.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


@asynccontextmanager
async def chat_server(
    home: Path,
    *arguments: str,
    model: FakeModelServer | None = None,
    scripts: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    **params: Any,
) -> AsyncGenerator[LspClient]:
    """A server that was initialized with the folder `home`/ws, with these models; `params` go into `initialize`.

    With `scripts` and no `model`, the first script is the default model.
    """
    workspace = home / "ws"
    workspace.mkdir(exist_ok=True)
    options: dict[str, Any] = {"ollama": {"address": model.host if model else NOWHERE}, **(settings or {})}
    if scripts:
        options["scripted"] = {"folder": str(write_scripts(home, scripts))}
        if model is None:
            options.setdefault("model", f"scripted/{next(iter(scripts))}")
    async with running_server(*arguments, env={**environment(home), **(env or {})}, cwd=home) as client:
        await client.initialize(workspace, initializationOptions=options, **params)
        yield client


@dataclass(frozen=True)
class Talk:
    """A client, the model server behind its server, and the workspace between them."""

    client: LspClient
    model: FakeModelServer
    workspace: Path

    async def turn(self, content: str = "Hi", **params: Any) -> dict[str, Any]:
        """One turn to its end, checked; its response, with its token as `token`."""
        token = new_token()
        request = self.client.begin("chat/stream", stream_params(content, token, **params))
        await self.client.response(request)
        return {**check_turn(self.client.received, token, request), "token": token}

    def asked(self) -> list[tuple[str, str]]:
        """What the model was given last, as (role, text); the instructions left out."""
        return [(said["role"], said["content"]) for said in self.model.chats[-1].json["messages"][1:]]
