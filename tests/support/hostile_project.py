"""The files of a project that is up to no good: links that lead out, secrets, and a repository that runs programs
wherever Git can be made to.

Used by `tests/support/hostile.py`.
"""

from pathlib import Path

from tests.support.commanding import git
from tests.support.lookout import SECRET

FILES = {
    ".vscode/settings.json": "{}\n",
    ".github/workflows/ci.yml": "on: push\n",
    ".chatls.toml": 'instructions = "Be kind."\n',
    "AGENTS.md": "Use tabs.\n",
    "sub/.vscode/tasks.json": "{}\n",
    ".env": f"KEY={SECRET}\n",
    "sub/prod.pem": f"{SECRET}\n",
    ".gitignore": "build/\n",
    "build/log.txt": "made\n",
    **dict.fromkeys(("a.py", "b.py", "c.py", "sub/d.py"), "x = 1\ny = 2\n"),
    "build.sh": "#!/bin/sh\necho built\n",
}
LINKS = {
    "l": "../secret",
    "l2": "/etc/passwd",
    "up": "..",
    "sub/up": "../..",
    "in": "a.py",
    "dangling": "nowhere",
    "loop": ".",
    "to-env": ".env",
    "editor": ".vscode",
    "hooks": ".git/hooks",
}


def write_project(folder: Path, home: Path) -> None:
    """Write the project; what its repository runs leaves a file "PWNED" in `home` and wherever it runs."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "build.sh").chmod(0o755)
    for name, target in LINKS.items():
        (folder / name).symlink_to(target)
    git(folder, "init", "--quiet", "--template=")
    git(folder, "add", "a.py", "b.py", "c.py", "sub/d.py")
    git(folder, "commit", "--quiet", "--message", "Begin")
    (folder / ".git" / "hooks").mkdir(exist_ok=True)
    (folder / ".gitattributes").write_text("* filter=evil diff=evil\n")
    evil = f"touch PWNED {home}/PWNED; cat"
    for setting in ("core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "diff.external", "diff.evil.textconv"):
        git(folder, "config", setting, evil)
