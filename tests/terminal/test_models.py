"""`chatls models`."""

import sys

import pytest

from chatls.terminal.args import ModelsArgs
from chatls.terminal.models import models
from tests.terminal.test_enquiry import FAKE


def test_models_go_to_stdout_and_the_rest_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert models(ModelsArgs(server=(sys.executable, FAKE))) == 0
    assert capsys.readouterr() == (
        "* fake/model  8k context, tools\n",
        "✗ other: It is away. Start it.\n✗ ollama: Ollama is away. Start Ollama.\nMind the gap.\n",
    )


def test_a_server_that_cannot_be_used_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert models(ModelsArgs(server=(sys.executable, FAKE, "--protocol", "2"))) == 1
    assert "update this client" in capsys.readouterr().err
    assert models(ModelsArgs(server=("no-such-command",))) == 1
    assert "no-such-command" in capsys.readouterr().err


def test_a_folder_that_is_none_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert models(ModelsArgs(workspace="nowhere")) == 2
    assert "nowhere is not a folder" in capsys.readouterr().err
