"""Which folder is the workspace. Only looks for a name; what is in the workspace, the server alone reads."""

from pathlib import Path


def workspace_folder(asked: str | None, here: Path | None = None) -> Path:
    """The folder asked for, else the root of the git repository around `here` (the current folder), else that itself.

    Raises:
        ValueError: the folder asked for is none, or the current one is gone; the message says so.
    """
    if asked is None:
        here = (here or _current()).resolve()
        return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    folder = Path(asked).expanduser()
    if not folder.is_dir():
        raise ValueError(f"--workspace: {asked} is not a folder.")
    return folder.resolve()


def _current() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise ValueError("The folder that you are in is no longer there: change to another one.") from None
