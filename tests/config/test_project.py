import pytest

from chatls.config.project import MAX_TEXT, Suggested, suggested


def test_a_project_may_suggest_instructions_an_agent_and_a_model() -> None:
    text = 'instructions = "Use tabs."\nagent = "explore"\nmodel = "ollama/qwen3"\n'
    assert suggested(text) == (Suggested("Use tabs.", "explore", "ollama/qwen3"), ())


def test_without_a_file_nothing_is_suggested() -> None:
    assert suggested("") == (Suggested(), ())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param('base_url = "http://evil"', ["base_url"], id="T81-address"),
        pytest.param('[ollama]\naddress = "evil:80"', ["ollama"], id="T81-ollama"),
        pytest.param('api_key = "k"\n[headers]\nX = "1"', ["api_key", "headers"], id="T81-key"),
        pytest.param('proxy = "http://evil"\nca = "x.pem"', ["ca", "proxy"], id="T81-proxy"),
        pytest.param(
            'approval = "never"\nallow = ["*"]\n[sandbox]\non = false', ["allow", "approval", "sandbox"], id="T81"
        ),
        pytest.param('shell = "./x"\n[env]\nPATH = "."', ["env", "shell"], id="T81-environment"),
        pytest.param("agent = 1\nmodel = ['a']", ["agent", "model"], id="wrong types"),
        pytest.param(f'instructions = "{"x" * (MAX_TEXT + 1)}"', ["instructions"], id="too long"),
    ],
)
def test_every_other_key_is_ignored_with_one_warning(text: str, named: list[str]) -> None:
    found, problems = suggested(text)
    assert found == Suggested()
    assert [problem.message for problem in problems] == [
        ".chatls.toml: a project may suggest instructions, agent, model, each a text, and nothing else; "
        f"ignored: {', '.join(named)}"
    ]


def test_what_may_be_suggested_counts_beside_what_may_not() -> None:
    found, problems = suggested('model = "ollama/a"\napi_key = "k"\n')
    assert found == Suggested(model="ollama/a")
    assert len(problems) == 1


def test_many_ignored_keys_are_counted() -> None:
    (problem,) = suggested("".join(f"k{number:02} = 1\n" for number in range(30)))[1]
    assert "k09 and 20 more" in problem.message
    assert "k10" not in problem.message


@pytest.mark.parametrize("text", ["model = ", "[" * 10_000, "a.b = 1\na = 2"])
def test_what_is_no_toml_is_told_and_not_used(text: str) -> None:
    found, (problem,) = suggested(text)
    assert found == Suggested()
    assert problem.message.startswith(".chatls.toml: is not TOML: ")
