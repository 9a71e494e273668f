from dataclasses import fields
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from chatls.chat import agents
from chatls.chat.messages import ModelOptions
from chatls.config.settings import (
    AgentLimits,
    AgentSettings,
    Limits,
    Ollama,
    Options,
    Scripted,
    Settings,
    expand,
)

SECTIONS: list[type[BaseModel]] = [Settings, Options, Ollama, Scripted, Limits, AgentSettings, AgentLimits]


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("127.0.0.1:11434", "http://127.0.0.1:11434"),
        ("gpu-box", "http://gpu-box:11434"),
        (":11435", "http://127.0.0.1:11435"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("[::]:8080", "http://[::1]:8080"),
        ("[fe80::1]", "http://[fe80::1]:11434"),
        ("http://gpu-box:11434/", "http://gpu-box:11434"),
        ("http://gpu-box", "http://gpu-box:80"),
        ("https://models.example/ollama", "https://models.example:443/ollama"),
        (' "gpu-box:1" ', "http://gpu-box:1"),
    ],
)
def test_an_address_is_read_as_ollama_reads_it(given: str, address: str) -> None:
    assert Ollama(address=given).address == address


@pytest.mark.parametrize(
    "given",
    [
        "",
        "ftp://gpu-box",
        "gpu-box:99999",
        "gpu-box:port",
        "me:secret@gpu-box",
        "gpu-box?x=1",
        "gpu box",
        "http://bücher.example",
        "::1",
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(ValidationError):
        Ollama(address=given)


@pytest.mark.parametrize(("given", "kept"), [("5m", "5m"), ("1h30m", "1h30m"), ("-1", -1), ("300", 300), (0, 0)])
def test_keep_alive_is_a_duration_or_seconds(given: str | int, kept: str | int) -> None:
    assert Ollama(keep_alive=given).keep_alive == kept


@pytest.mark.parametrize("given", ["soon", "5 m", "m", ""])
def test_what_is_no_duration_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="a duration like"):
        Ollama(keep_alive=given)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().limits.model_calls = 7


def test_a_tilde_is_the_home_of_the_user() -> None:
    assert expand("~/scripts") == Path.home() / "scripts"


def test_a_tilde_that_names_nobody_stays() -> None:
    assert expand("~nobody-of-this-name/x") == Path("~nobody-of-this-name/x")


@pytest.mark.parametrize("section", SECTIONS)
def test_every_setting_has_a_default_and_says_what_it_is(section: type[BaseModel]) -> None:
    for name, field in section.model_fields.items():
        assert not field.is_required(), name
        assert field.description, name
        assert field.description.endswith("."), name


def test_the_options_are_those_that_a_provider_takes() -> None:
    assert set(Options.model_fields) == {field.name for field in fields(ModelOptions)}


def test_an_agents_limits_are_of_those_that_a_turn_has() -> None:
    assert AgentLimits.model_fields.keys() < Limits.model_fields.keys()


@pytest.mark.parametrize("name", ["", "my agent", "1st", "-x", "ä", "a" * 41])
def test_what_is_no_name_of_an_agent_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="letters, digits"):
        Settings.model_validate({"agents": {name: {}}})


def test_the_limits_are_those_that_the_heart_knows() -> None:
    assert Limits().model_dump() == {field.name: field.default for field in fields(agents.Limits)}
