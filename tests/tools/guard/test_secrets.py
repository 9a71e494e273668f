"""T21: no tool shows the text of a file that holds secrets; each case with every way to its text."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chatls.chat.events import ToolFailure
from chatls.chat.ports import OpenDocument
from chatls.tools.base import ToolError
from chatls.tools.guard.secrets import refuse_secret, secret
from chatls.tools.reading.reader import AttachmentReader
from chatls.tools.reading.tools import reading_tools
from chatls.tools.reading.view import View
from chatls.tools.symbols.tools import symbol_tools
from tests.support.workspaces import SECRET, Workspace, workspace


@pytest.fixture
def all_tools(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with every tool that reads."""
    made = workspace(
        tmp_path, tools=lambda roots, editor: [*reading_tools(roots, editor), *symbol_tools(roots, editor)]
    )
    yield made
    made.roots.close()


@pytest.mark.parametrize(
    "path",
    [
        *(".env", ".env.local", "deep/er/.env.production", ".envrc", "app.env", ".envs/.local/.django"),
        *("key.pem", "tls/Server.KEY", "AuthKey.p8", "putty.ppk", "id_rsa", "id_ed25519_work", "keys/id_ecdsa"),
        *("a.p12", "a.pfx", "release.jks", "debug.keystore", "Passwords.kdbx"),
        *(".netrc", ".git-credentials", ".htpasswd", ".pgpass", ".pypirc", ".vault-token"),
        *(".aws/credentials", ".aws/config", ".ssh/config", ".kube/config", ".gnupg/secring.gpg"),
        *("infra/prod.tfvars", "terraform.tfstate", ".dev.vars", "rclone.conf", ".bash_history", "x/credentials.toml"),
        *("service-account-prod.json", "credentials.json", "client_secret_1.json", ".streamlit/secrets.toml"),
        *(".ENV", ".env.", ".env ", ".e\u200bnv", ".env::$DATA", "ENV~1.LOC", "\uff0eenv", "ID_RSA~1", "NETRC~1"),
    ],
)
def test_files_with_secrets_are_known_by_their_names(path: str) -> None:
    assert secret(tuple(path.split("/")))


@pytest.mark.parametrize(
    "path",
    [
        *("id_rsa.pub", ".ssh/id_ed25519.pub", "environment", "env", "src/keys.py", "key", "monkey.py", "pem.md"),
        *(".env/bin/activate", ".venv/a.py", "secrets.py", "credentials.md", "service.json", "package.json"),
    ],
)
def test_other_files_are_not(path: str) -> None:
    assert not secret(tuple(path.split("/")))


def test_the_workspace_itself_is_none() -> None:
    assert not secret(())


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(ToolError) as caught:
        refuse_secret((".env",), ".env")
    assert caught.value.code == "secret"
    assert "ask the user to paste" in caught.value.message


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        pytest.param("read_file", {"path": ".env.py"}, id="T21 read"),
        pytest.param("read_file", {"path": "link"}, id="T21 read through a link"),
        pytest.param("outline_file", {"path": ".env.py"}, id="T21 outline"),
        pytest.param("search_text", {"pattern": SECRET, "path": ".env.py"}, id="T21 search in it"),
        pytest.param("find_symbol", {"name": SECRET, "path": ".env.py"}, id="T21 symbols in it"),
    ],
)
@pytest.mark.parametrize("is_open", [False, True], ids=["on disk", "open"])
async def test_t21_no_tool_shows_a_secret(
    all_tools: Workspace, tool: str, arguments: dict[str, str], *, is_open: bool
) -> None:
    text = f"{SECRET} = 1\n"
    all_tools.write({".env.py": text})
    (all_tools.folder / "link").symlink_to(".env.py")
    if is_open:
        all_tools.open(".env.py", text)
        all_tools.open("link", text)
    assert (await all_tools.failure(tool, **arguments)).code == "secret"


@pytest.mark.parametrize("tool", ["read_file", "outline_file"])
async def test_t21_a_document_that_was_never_saved_is_a_secret_too(all_tools: Workspace, tool: str) -> None:
    all_tools.open(".env.py", SECRET)
    assert (await all_tools.failure(tool, path=".env.py")).code == "secret"
    assert await all_tools.text("search_text", pattern=SECRET) == "No matches."


async def test_t21_a_search_of_everything_passes_secrets_over(searched: Workspace) -> None:
    searched.write({".env": SECRET, "sub/id_rsa": SECRET, "a": f"not {SECRET}"})
    searched.open(".env", f"{SECRET} unsaved")
    (searched.folder / "link").symlink_to(".env")
    assert await searched.text("search_text", pattern=SECRET) == f"a:1: not {SECRET}"


async def test_t21_a_link_called_like_a_secret_is_one(all_tools: Workspace) -> None:
    all_tools.write({"settings": SECRET})
    (all_tools.folder / ".env").symlink_to("settings")
    assert (await all_tools.failure("read_file", path=".env")).code == "secret"


async def test_t21_symbols_in_secrets_are_not_found(all_tools: Workspace) -> None:
    all_tools.write({".env.py": f"def {SECRET}(): ..."})
    text = await all_tools.text("find_symbol", name=SECRET)
    assert text.startswith("No definition")
    assert "left out" not in text


async def test_t21_lists_show_the_name_alone(ws: Workspace) -> None:
    ws.write({".env": SECRET})
    assert await ws.text("list_directory") == ".env  (6 bytes)"
    assert await ws.text("find_files", pattern="env") == ".env"


async def test_a_folder_may_be_called_like_a_secret(ws: Workspace) -> None:
    ws.write({".env/bin/activate": "deactivate () {"})
    assert await ws.text("list_directory", path=".env", depth=2) == "bin/\n  activate  (15 bytes)"


@pytest.mark.parametrize(
    ("uri", "is_open"),
    [
        pytest.param("{folder}/.env", False, id="T21 on disk"),
        pytest.param("{folder}/link", False, id="T21 on disk by a link"),
        pytest.param("{folder}/open.env", True, id="T21 open"),
        pytest.param("{folder}/link", True, id="T21 open by a link"),
        pytest.param("{folder}/never%2Dsaved%2Eenv", True, id="T21 never saved"),
        pytest.param("vscode-remote://ssh/home/user/.env", True, id="T21 elsewhere"),
        pytest.param("untitled:.env", True, id="T21 no file"),
    ],
)
async def test_t21_no_secret_is_attached(ws: Workspace, *, uri: str, is_open: bool) -> None:
    ws.write({".env": SECRET, "open.env": SECRET})
    (ws.folder / "link").symlink_to("open.env")
    spelled = uri.format(folder=ws.folder.as_uri())
    if is_open:
        ws.editor.open.append(OpenDocument(spelled, 1, SECRET))
    result = await AttachmentReader(ws.roots, ws.editor).file(spelled)
    assert isinstance(result, ToolFailure)
    assert result.code == "secret"
    assert SECRET not in result.message


def test_t21_the_whole_text_for_an_edit_is_refused(guarded: Workspace) -> None:
    guarded.write({".env": SECRET})
    guarded.open("new.env", SECRET)
    view = View(guarded.roots, guarded.editor)
    for name in (".env", "new.env"):
        with pytest.raises(ToolError) as caught:
            view.text(guarded.roots.resolve(name), 100)
        assert caught.value.code == "secret"
