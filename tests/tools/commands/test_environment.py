"""Which variables a program gets."""

import pytest

from chatls.tools.commands.environment import DEFAULT_PATH, FIXED, clean_environment

KEPT = {"PATH": "/bin", "HOME": "/h", "LANG": "C", "LC_ALL": "C", "TZ": "UTC", "SHELL": "/bin/sh", "LOGNAME": "u"}


@pytest.mark.parametrize(
    "name",
    [
        *(
            "OPENAI_API_KEY",
            "GITHUB_TOKEN",
            "AWS_PROFILE",
            "SSH_AUTH_SOCK",
            "CHATLS_MODEL",
            "HTTP_PROXY",
            "path",
            "LCX",
        ),
        *("BASH_ENV", "ENV", "LD_PRELOAD", "PYTHONPATH", "NODE_OPTIONS", "GIT_SSH_COMMAND", "XDG_RUNTIME_DIR", "LCX"),
    ],
)
def test_t88_what_is_not_listed_stays_away(name: str) -> None:
    assert clean_environment({**KEPT, name: "x"}) == {**KEPT, **FIXED}


def test_what_is_fixed_wins_over_what_was_there() -> None:
    found = clean_environment({"TERM": "xterm", "PAGER": "less", "CI": "", "GIT_PAGER": "./x"})
    assert {name: found[name] for name in ("TERM", "PAGER", "CI", "GIT_PAGER")} == {
        "TERM": "dumb",
        "PAGER": "cat",
        "CI": "1",
        "GIT_PAGER": "cat",
    }


def test_without_a_path_the_systems_own_is_searched() -> None:
    assert clean_environment({})["PATH"] == DEFAULT_PATH
