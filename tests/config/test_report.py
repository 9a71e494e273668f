"""The settings that count, as a person or a program reads them."""

import os
import tomllib
from pathlib import Path

import pytest

from chatls.config import load
from chatls.config.layers import Loaded
from chatls.config.report import MASK, Value, as_json, as_toml, values


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith(("CHATLS_", "OLLAMA_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("chatls.config.layers.config_dir", lambda: tmp_path)
    return tmp_path / "config.toml"


@pytest.fixture
def loaded(no_settings_of_this_machine: Path, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    """Settings of every layer."""
    no_settings_of_this_machine.write_text('instructions = "Say \\"please\\".\\nÜbe."\n[options]\nseed = 7\n')
    monkeypatch.setenv("CHATLS_OLLAMA_NUM_CTX", "4096")
    client = {"limits": {"seconds": 60}, "options": {"think": "low"}}
    return load(client, 'model = "ollama/theirs"\ninstructions = "Use tabs."\nother = 1\n')


def origins(loaded: Loaded) -> dict[str, str]:
    return {f"{each.section}.{each.name}".strip("."): each.origin for each in values(loaded)}


def test_every_setting_says_where_it_comes_from(loaded: Loaded, no_settings_of_this_machine: Path) -> None:
    found = origins(loaded)
    assert found["ollama.num_ctx"] == "CHATLS_OLLAMA_NUM_CTX"
    assert found["options.seed"] == found["instructions"] == no_settings_of_this_machine.as_posix()
    assert found["limits.seconds"] == found["options.think"] == "client"
    assert found["model"] == "suggested by .chatls.toml"
    assert found["agent"] == "default"
    assert found.keys() == loaded.origins.keys()


def test_the_lines_are_toml_that_means_the_same(loaded: Loaded) -> None:
    lines = list(as_toml(loaded))
    table = tomllib.loads("\n".join(lines))
    assert table["model"] == "ollama/theirs"
    assert table["instructions"] == 'Say "please".\nÜbe.'
    assert table["options"] == {"seed": 7, "think": "low"}
    assert table["limits"]["seconds"] == 60
    assert "# temperature is unset  # default" in lines
    assert lines[-1] == '# .chatls.toml adds instructions: "Use tabs."'


def test_comments_stand_below_each_other(loaded: Loaded) -> None:
    lines = list(as_toml(loaded))
    section = lines[lines.index("[ollama]") + 1 :]
    columns = {line.index("  # ") for line in section[: section.index("")]}
    assert len(columns) == 1


def test_programs_get_json(loaded: Loaded) -> None:
    found = as_json(loaded)
    assert found["settings"]["ollama.num_ctx"] == {"value": 4096, "origin": "CHATLS_OLLAMA_NUM_CTX"}
    assert found["settings"]["scripted.folder"] == {"value": None, "origin": "default"}
    assert found["project"] == {"instructions": "Use tabs."}
    assert len(found["problems"]) == 1
    assert as_json(load())["project"] == {}


@pytest.mark.parametrize("name", ["key", "api_key", "token", "Secret", "db_password"])
def test_what_may_be_a_key_is_masked(loaded: Loaded, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dump = {"hosted": {name: "S3CRET", "max_tokens": 5}}
    monkeypatch.setattr(type(loaded.settings), "model_dump", lambda *_, **__: dump)  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType]
    given = Loaded(loaded.settings, (), {f"hosted.{name}": "client", "hosted.max_tokens": "client"}, load().project)
    assert values(given) == [Value("hosted", name, MASK, "client"), Value("hosted", "max_tokens", 5, "client")]
    assert "S3CRET" not in "\n".join(as_toml(given)) + str(as_json(given))
