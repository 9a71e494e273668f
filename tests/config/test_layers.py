import os
from collections.abc import Callable
from pathlib import Path

import pytest

from chatls.config import Loaded, Settings, env_name, load

WriteFile = Callable[[str], Path]


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("CHATLS_", "OLLAMA_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setattr("chatls.config.layers.config_dir", lambda: tmp_path / ".config" / "chatls")


@pytest.fixture
def write_file(tmp_path: Path) -> WriteFile:
    def write(text: str) -> Path:
        path = tmp_path / ".config" / "chatls" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def told(loaded: Loaded) -> list[str]:
    return [problem.message for problem in loaded.problems]


def test_without_any_layer_the_defaults_count() -> None:
    loaded = load()
    assert loaded.settings == Settings()
    assert loaded.problems == ()
    assert set(loaded.origins.values()) == {"default"}


def test_each_layer_covers_the_one_below(write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file('model = "ollama/file"\nagent = "file"\n[ollama]\nnum_ctx = 1111\ngap_timeout = 11\n')
    monkeypatch.setenv("CHATLS_MODEL", "ollama/environment")
    monkeypatch.setenv("CHATLS_OLLAMA_NUM_CTX", "2222")
    loaded = load({"model": "ollama/client"})
    assert loaded.settings.model == "ollama/client"
    assert loaded.settings.ollama.num_ctx == 2222
    assert loaded.settings.ollama.gap_timeout == 11.0
    assert loaded.settings.agent == "file"
    assert loaded.settings.limits.tool_calls == 32
    assert loaded.problems == ()
    assert loaded.origins["model"] == "client"
    assert loaded.origins["ollama.num_ctx"] == "CHATLS_OLLAMA_NUM_CTX"
    assert loaded.origins["agent"] == "~/.config/chatls/config.toml"
    assert loaded.origins["limits.tool_calls"] == "default"


def test_the_environment_is_read_in_the_type_of_each_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {
        "CHATLS_OPTIONS_THINK": "true",
        "CHATLS_OPTIONS_SEED": "7",
        "CHATLS_OPTIONS_TEMPERATURE": "0.5",
        "CHATLS_OLLAMA_PROBE_TIMEOUT": "1",
        "CHATLS_OLLAMA_KEEP_ALIVE": "-1",
        "CHATLS_SCRIPTED_FOLDER": "~/scripts",
        "CHATLS_AGENT": "7",
        "CHATLS_MODEL": "",
    }
    for name, text in given.items():
        monkeypatch.setenv(name, text)
    loaded = load()
    assert loaded.problems == ()
    settings = loaded.settings
    assert (settings.options.think, settings.options.seed, settings.options.temperature) == (True, 7, 0.5)
    assert (settings.ollama.probe_timeout, settings.ollama.keep_alive) == (1.0, -1)
    assert settings.scripted.folder == tmp_path / "scripts"
    assert (settings.agent, settings.model) == ("7", None)


def test_every_setting_has_a_variable_of_its_own() -> None:
    names = [env_name(key) for key in load().origins]
    assert len(set(names)) == len(names)
    assert {"CHATLS_MODEL", "CHATLS_OLLAMA_NUM_CTX", "CHATLS_LIMITS_IDENTICAL_CALLS"} <= set(names)


def test_ollama_host_counts_below_our_own_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "0.0.0.0:1")
    assert load().settings.ollama.address == "http://127.0.0.1:1"
    assert load().origins["ollama.address"] == "OLLAMA_HOST"
    monkeypatch.setenv("CHATLS_OLLAMA_ADDRESS", "gpu-box:2")
    assert load().settings.ollama.address == "http://gpu-box:2"


def test_a_client_may_spell_keys_in_either_way() -> None:
    loaded = load({"ollama": {"numCtx": 4096, "keep_alive": "1m"}})
    assert (loaded.settings.ollama.num_ctx, loaded.settings.ollama.keep_alive) == (4096, "1m")
    assert loaded.problems == ()


def test_what_a_client_leaves_empty_says_nothing() -> None:
    loaded = load({"model": None, "ollama": [], "options": {}, "limits": None})
    assert loaded.settings == Settings()
    assert loaded.problems == ()


def test_agents_are_put_together_key_by_key(write_file: WriteFile) -> None:
    write_file(
        '[agents.reviewer]\ndescription = "Reviews."\ninstructions = "Review."\n'
        '[agents.explore]\nmodel = "ollama/small"\n'
    )
    loaded = load({"agents": {"reviewer": {"instructions": "Look.", "limits": {"modelCalls": 5}}, "edit": []}})
    assert loaded.problems == ()
    reviewer = loaded.settings.agents["reviewer"]
    assert (reviewer.description, reviewer.instructions, reviewer.limits.model_calls) == ("Reviews.", "Look.", 5)
    assert loaded.settings.agents["explore"].model == "ollama/small"
    assert loaded.origins["agents.reviewer.instructions"] == "client"
    assert loaded.origins["agents.reviewer.description"] == "~/.config/chatls/config.toml"


def test_a_bad_value_of_an_agent_spoils_no_other(write_file: WriteFile) -> None:
    write_file('[agents.reviewer]\ndescription = "Reviews."\ninstructions = "Review."\n')
    given = {
        "reviewer": {"tools": "all", "limits": {"modelCalls": 0}, "prompt": "x"},
        "my own": {"model": "a/b"},
        "x": 3,
    }
    loaded = load({"agents": given})
    assert told(loaded) == [
        "agents.reviewer.tools (client): expected a list; it is ignored",
        "agents.reviewer.limits.model_calls (client): expected a number of at least 1; it is ignored",
        "agents.reviewer.prompt (client): there is no such setting; it is ignored",
        "agents.my own.model (client): expected a name of letters, digits, - and _; it is ignored",
        "agents.x (client): expected an object; it is ignored",
    ]
    assert list(loaded.settings.agents) == ["reviewer"]
    assert told(load({"agents": "reviewer"})) == ["agents (client): expected an object; it is ignored"]


def test_the_client_layer_replaces_the_one_before_whole() -> None:
    before = load({"agent": "explore", "model": "ollama/a"}).settings
    after = load({"agent": "edit"}).settings
    assert (after.agent, after.model) == ("edit", None)
    assert (before.agent, before.model) == ("explore", "ollama/a")


def test_a_bad_value_falls_back_to_the_layer_below(write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file("[ollama]\nnum_ctx = 8192\n")
    monkeypatch.setenv("CHATLS_OLLAMA_NUM_CTX", "many")
    loaded = load({"ollama": {"numCtx": True}, "agent": "explore"})
    assert loaded.settings.ollama.num_ctx == 8192
    assert loaded.settings.agent == "explore"
    used = "expected an integer; that of ~/.config/chatls/config.toml is used: 8192"
    assert told(loaded) == [
        f"ollama.num_ctx (CHATLS_OLLAMA_NUM_CTX): {used}",
        f"ollama.num_ctx (client): {used}",
    ]
    assert [problem.key for problem in loaded.problems] == ["ollama.num_ctx", "ollama.num_ctx"]


@pytest.mark.parametrize(
    ("client", "problem"),
    [
        ({"model": 3}, "model (client): expected a string; it stays unset"),
        ({"model": ""}, "model (client): expected a string that is not empty; it stays unset"),
        ({"agent": ["chat"]}, 'agent (client): expected a string; the default is used: "chat"'),
        (
            {"limits": {"toolCalls": 0}},
            "limits.tool_calls (client): expected a number of at least 1; the default is used: 32",
        ),
        (
            {"ollama": {"gapTimeout": float("nan")}},
            "ollama.gap_timeout (client): expected a finite number; the default is used: 300.0",
        ),
        ({"options": {"topP": 1.5}}, "options.top_p (client): expected a number of at most 1; it stays unset"),
        ({"scripted": {"folder": 1}}, "scripted.folder (client): expected a path; it stays unset"),
        ({"ollama": "gpu-box"}, "ollama (client): expected an object; it is ignored"),
        ({"agnet": "chat"}, "agnet (client): there is no such setting (did you mean agent?); it is ignored"),
        ({"colour": "red"}, "colour (client): there is no such setting; it is ignored"),
        ({"ollama": {"x": {"y": 1}}}, "ollama.x (client): there is no such setting; it is ignored"),
    ],
)
def test_a_bad_value_is_told_by_its_key(client: dict[str, object], problem: str) -> None:
    loaded = load(client)
    (message,) = told(loaded)
    assert message == problem
    assert loaded.settings == Settings()


def test_a_client_layer_that_is_no_object_is_told() -> None:
    assert told(load("fast")) == ["settings (client): expected an object; nothing of it is used"]


def test_a_variable_that_means_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATLS_AGNET", "chat")
    (message,) = told(load())
    assert message == (
        "CHATLS_AGNET (environment): there is no such setting (did you mean CHATLS_AGENT?); it is ignored"
    )


def test_no_problem_repeats_what_was_given(write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "sk-0123456789"
    write_file(f'agent = 3\n[ollama]\nnum_ctx = "{secret}"\naddress = "http://me:{secret}@gpu-box"\n')
    monkeypatch.setenv("CHATLS_LIMITS_TOOL_CALLS", secret)
    monkeypatch.setenv("CHATLS_KEY", secret)
    loaded = load({"ollama": {"keepAlive": secret}, "options": {"think": secret}, "key": secret})
    assert len(loaded.problems) == 8
    assert all(secret not in problem.message + problem.hint for problem in loaded.problems)


@pytest.mark.parametrize(
    ("content", "told_as"),
    [
        (b"model = \n", "is not TOML: Invalid value (at line 1, column 9); nothing of it is used"),
        (b"model = '\xff'\n", "is not TOML: 'utf-8' codec can't decode byte 0xff"),
        (b"a = " + b"[" * 100_000, "is not TOML: "),
    ],
)
def test_a_file_that_is_not_toml_is_one_problem(write_file: WriteFile, content: bytes, told_as: str) -> None:
    write_file("").write_bytes(content)
    loaded = load()
    (message,) = told(loaded)
    assert message.startswith(f"~/.config/chatls/config.toml: {told_as}")
    assert loaded.settings == Settings()


def test_a_file_that_begins_with_a_byte_order_mark_is_read(write_file: WriteFile) -> None:
    write_file("").write_bytes(b'\xef\xbb\xbfagent = "explore"\n')
    assert load().settings.agent == "explore"


def test_chatls_config_names_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.toml").write_text('agent = "explore"\n', encoding="utf-8")
    monkeypatch.setenv("CHATLS_CONFIG", "~/other.toml")
    loaded = load()
    assert loaded.settings.agent == "explore"
    assert loaded.origins["agent"] == "~/other.toml"


def test_a_named_file_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATLS_CONFIG", "~/gone.toml")
    assert told(load()) == ["~/gone.toml: there is no such file; CHATLS_CONFIG names it"]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATLS_CONFIG", str(tmp_path))
    (message,) = told(load())
    assert message.startswith("~/.: cannot be read: ")


def test_a_project_stands_above_the_users_file_and_below_environment_and_client(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file('model = "ollama/file"\n')
    project = 'model = "ollama/project"\nagent = "explore"\n'
    loaded = load(None, project)
    assert (loaded.project.model, loaded.project.agent) == ("ollama/project", "explore")
    assert loaded.settings.model == "ollama/file"
    monkeypatch.setenv("CHATLS_MODEL", "ollama/environment")
    loaded = load({"agent": "chat"}, project)
    assert loaded.project.model is loaded.project.agent is None
    assert loaded.settings.model == "ollama/environment"


def test_a_projects_instructions_add_to_the_users_and_replace_nothing(write_file: WriteFile) -> None:
    write_file('instructions = "Be brief."\n')
    loaded = load(None, 'instructions = "Use tabs."\n')
    assert loaded.settings.instructions == "Be brief."
    assert loaded.project.instructions == "Use tabs."


def test_what_a_project_must_not_set_is_one_problem_and_changes_nothing() -> None:
    loaded = load(None, '[ollama]\naddress = "evil:80"\n[limits]\nmodel_calls = 9999\n')
    assert loaded.settings == Settings()
    assert len(loaded.problems) == 1
