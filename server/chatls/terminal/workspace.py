"""Which folder is the workspace. Only looks for a name; what is in the workspace, the server alone reads."""

from pathlib import Path


def workspace_folder(asked: str | None, here: Path) -> Path:
    """The folder asked for, else the root of the git repository around `here`, else `here`.

    Raises:
        ValueError: the folder asked for is none; the message says so.
    """
    if asked is None:
        here = here.resolve()
        return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    folder = Path(asked).expanduser()
    if not folder.is_dir():
        raise ValueError(f"--workspace: {asked} is not a folder.")
    return folder.resolve()
