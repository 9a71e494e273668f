"""The files of a workspace that make programs run, or say what programs and agents may do: a list, as data.

Changing one always asks, whatever was granted, also where it is not there yet and at any depth of the workspace: a
folder further down can be opened or entered like the workspace itself. Nothing here touches the disk. Asked by the
tools that change files, and by the sandbox, which keeps them read-only.
"""

from dataclasses import dataclass

from chatls.tools.guard.beneath import Parts
from chatls.tools.guard.names import Names


@dataclass(frozen=True, slots=True)
class Group:
    """Names that are protected for one `reason`: folders with all that is in them, and files. In lower case, some
    with wildcards as in `fnmatch`.
    """

    reason: str
    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


GROUPS = (
    Group(
        "Git runs programs that its settings and hooks name",
        # "*.git" and HEAD: where there is a HEAD, a folder can be a bare repository with settings of its own.
        folders=(".git", "*.git", ".githooks", ".husky", ".lefthook"),
        files=(
            *(".gitmodules", ".gitattributes", ".gitconfig", "head"),
            *(".pre-commit-config.yaml", ".pre-commit-hooks.yaml"),
            *("lefthook.y*ml", ".lefthook.y*ml", "lefthook-local.y*ml"),
        ),
    ),
    Group(
        "an editor reads it as settings, tasks or a script when the folder is opened",
        # .editorconfig is not among them: it is about white space alone.
        folders=(".vscode", ".vscode-server", ".idea", ".zed", ".fleet", ".vs", ".vim", ".nvim", ".helix", ".settings"),
        files=(
            *("*.code-workspace", "*.sublime-project", "*.sublime-workspace", "*.iml", ".project", ".classpath"),
            *(".nvim.lua", ".lazy.lua", ".nvimrc", ".exrc", "_exrc", ".vimrc", "_vimrc", ".gvimrc", ".lvimrc"),
            *(".neoconf.json", ".luarc.json", ".luarc.jsonc", ".dir-locals*.el", ".projectile"),
        ),
    ),
    Group(
        "it tells agents and chat servers what to do and what they may do",
        folders=(
            *(".chatls", ".agents", ".claude", ".cursor", ".codex", ".gemini", ".continue", ".windsurf", ".roo"),
            *(".clinerules", ".opencode", ".kiro", ".amazonq", ".junie", ".augment", ".trae", ".goose"),
        ),
        files=(
            *(".chatls.toml", "agents.md", "agents.*.md", "agent.md", "claude.md", "claude.*.md", "gemini.md"),
            *(".mcp.json", "mcp.json", ".cursorrules", ".windsurfrules", ".rules", ".roomodes", ".goosehints"),
            *(".aider*", "opencode.json*", "copilot-instructions.md"),
        ),
    ),
    Group(
        "a build service runs what it says, often with keys",
        folders=(
            *(".github", ".gitlab", ".gitea", ".forgejo", ".circleci", ".buildkite", ".woodpecker", ".teamcity"),
            *(".semaphore", ".tekton", ".azure-pipelines"),
        ),
        files=(
            *(".gitlab-ci*.y*ml", "jenkinsfile*", "azure-pipelines*.y*ml", ".azure-pipelines*.y*ml", ".travis.y*ml"),
            *(".drone.y*ml", ".woodpecker.y*ml", ".cirrus.*", "bitbucket-pipelines.y*ml", "appveyor.y*ml"),
            *(".appveyor.y*ml", "codemagic.yaml", "cloudbuild.y*ml", "buildspec.y*ml", ".readthedocs.y*ml"),
        ),
    ),
    Group(
        "shells, debuggers and package managers run it, or are sent elsewhere by it",
        # Not sitecustomize.py: like every source of the project it runs only where the project itself is run.
        folders=(".cargo", ".config", ".devcontainer", ".direnv", ".yarn", ".mvn", ".bundle"),
        files=(
            *(".envrc", ".npmrc", ".pnpmfile.*", ".yarnrc*", ".pypirc", "pip.conf", "pip.ini", ".condarc", ".gemrc"),
            *(".devcontainer.json", ".tool-versions", "mise*.toml", ".mise*.toml", ".inputrc", ".curlrc", ".wgetrc"),
            *(".profile", ".bashrc", ".bash_*", ".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout"),
            *(".gdbinit", ".lldbinit"),
        ),
    ),
    Group("it holds keys, or says which are trusted", folders=(".ssh", ".gnupg")),
)

PROTECTED_FOLDERS = tuple(name for group in GROUPS for name in group.folders)
PROTECTED_FILES = tuple(name for group in GROUPS for name in group.files)

_FOLDERS, _FILES = Names(PROTECTED_FOLDERS), Names(PROTECTED_FILES)


REPOSITORY = frozenset({"HEAD", "objects", "refs"})
"""What a folder that is a Git repository holds, whatever it is called (gitrepository-layout(5))."""
GIT = (".git",)
"""How one is called as a rule."""


def protected(parts: Parts) -> bool:
    """Whether a path is protected: itself, or by a folder above it.

    What is listed as a folder counts as a file too: `.git` is one in a worktree.
    """
    return any(part in _FOLDERS for part in parts) or any(part in _FILES for part in parts[-1:])


def reason(parts: Parts) -> str:
    """Why a protected path is: the end of a sentence."""
    return next(group.reason for group in GROUPS if _holds(group, parts))


def _holds(group: Group, parts: Parts) -> bool:
    folders, files = Names(group.folders), Names(group.files)
    return any(part in folders for part in parts) or any(part in files for part in parts[-1:])
