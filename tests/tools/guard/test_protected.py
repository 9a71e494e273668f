from itertools import chain

import pytest

from chatls.tools.guard.protected import GROUPS, PROTECTED_FILES, PROTECTED_FOLDERS, protected, reason


def parts(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(".git/config", id="T37 Git's settings"),
        pytest.param(".git/hooks", id="T37 hooks"),
        pytest.param(".git", id="T37 all of it, or a worktree's file"),
        pytest.param("modules/inner/.git/config", id="T37 further down"),
        pytest.param("bare.git/config", id="bare repository"),
        pytest.param("sub/HEAD", id="what makes a folder a bare repository"),
        pytest.param(".gitmodules", id="submodules"),
        pytest.param("docs/.gitattributes", id="filters"),
        pytest.param(".husky/pre-commit", id="hooks of a tool"),
        pytest.param(".vscode/settings.json", id="T34"),
        pytest.param("sub/.vscode/tasks.json", id="T36 not there yet, further down"),
        pytest.param("my.code-workspace", id="T84"),
        pytest.param(".nvim.lua", id="T85"),
        pytest.param(".idea/workspace.xml", id="JetBrains"),
        pytest.param(".chatls.toml", id="T81"),
        pytest.param("pkg/AGENTS.md", id="T86"),
        pytest.param(".claude/settings.json", id="another agent"),
        pytest.param(".mcp.json", id="servers that are started"),
        pytest.param(".github/workflows/ci.yml", id="GitHub"),
        pytest.param(".gitlab-ci.yml", id="GitLab"),
        pytest.param("Jenkinsfile", id="Jenkins"),
        pytest.param(".pre-commit-config.yaml", id="pre-commit"),
        pytest.param(".envrc", id="direnv"),
        pytest.param("web/.npmrc", id="npm"),
        pytest.param(".yarnrc.yml", id="yarn"),
        pytest.param("pip.conf", id="pip"),
        pytest.param(".cargo/config.toml", id="cargo"),
        pytest.param(".devcontainer/devcontainer.json", id="containers"),
        pytest.param(".GIT/config", id="T13 case"),
        pytest.param("GIT~1/config", id="T13 short"),
        pytest.param(".g\u200cit/config", id="T13 ignorable"),
        pytest.param(".vscode /settings.json", id="T13 space behind"),
        pytest.param("agents.MD.", id="T13 file"),
    ],
)
def test_what_makes_programs_run_is_protected(path: str) -> None:
    assert protected(parts(path))
    assert reason(parts(path))


@pytest.mark.parametrize(
    "path",
    [
        "src/a.py",
        ".gitignore",
        ".editorconfig",
        "README.md",
        "github/a",
        "docs/agents.txt",
        "agents.md/a",
        "conftest.py",
    ],
)
def test_ordinary_files_are_not(path: str) -> None:
    assert not protected(parts(path))


def test_the_workspace_itself_is_not() -> None:
    assert not protected(())


def test_the_list_is_in_the_form_it_is_compared_in() -> None:
    names = [*PROTECTED_FOLDERS, *PROTECTED_FILES]
    assert names == [name.casefold() for name in names]
    assert len(names) == len(set(names))
    assert set(names) == set(chain.from_iterable((*group.folders, *group.files) for group in GROUPS))
