import pytest

from chatls.tools.guard.names import Names, plain

LISTED = Names([".git", ".vscode", "agents.md", "azure-pipelines*.y*ml", ".env*", "*.pem", "service-account*.json"])


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(".GIT", id="T13 case"),
        pytest.param(".VsCode", id="T13 mixed case"),
        pytest.param(".git.", id="T13 dot behind"),
        pytest.param(".git . .", id="T13 dots and spaces behind"),
        pytest.param(".g\u200cit", id="T13 joiner"),
        pytest.param("\u2060.git\ufeff", id="T13 around"),
        pytest.param(".gi\u034ft", id="T13 combining joiner"),
        pytest.param(".gi\U000e0074t", id="T13 tag"),
        pytest.param("\uff0e\uff47\uff49\uff54", id="T13 full width"),
        pytest.param(".v\u017fcode", id="T13 long s"),
        pytest.param("\u212a.PEM", id="T13 Kelvin sign"),
        pytest.param(".git::$INDEX_ALLOCATION", id="T13 stream"),
        pytest.param("GIT~1", id="T13 short"),
        pytest.param("vscode~12", id="T13 short, many"),
        pytest.param("AZURE-~1.YML", id="T13 short with an ending"),
        pytest.param("AGENTS.MD", id="T13 short by nature"),
        pytest.param("ENV~1.LOC", id="T13 short of a wildcard"),
        pytest.param("SERVIC~3.JSO", id="T13 short of a long name"),
        pytest.param("SE12AB~1.JSO", id="T13 short by hash"),
        pytest.param("azure-pipelines.release.yaml", id="wildcards"),
        pytest.param(".env", id="nothing for a wildcard"),
    ],
)
def test_a_listed_name_is_known_however_it_is_spelled(name: str) -> None:
    assert name in LISTED


@pytest.mark.parametrize(
    "name",
    ["git", ".gitx", ".git~", "legit", ".g\u00edt", "vscode", "env", "~1", "main~1.py", "a.pem.txt", "azure.yml", ""],
)
def test_other_names_are_not(name: str) -> None:
    assert name not in LISTED


def test_an_empty_list_holds_nothing() -> None:
    assert "" not in Names([])
    assert "~1" not in Names([])


def test_what_a_file_system_tells_apart_stays_apart() -> None:
    assert plain("Straße Ünï.TXT") == "strasse ünï.txt"
    assert plain("a\ud800b") == "a\ud800b"
