"""Where chatls keeps what belongs to the user: its configuration and its log.

Needed before `initialize` is answered, hence apart from `config/`, whose import costs pydantic. Nothing here reads
`os.environ`: platformdirs obeys `XDG_CONFIG_HOME` and the like by itself. Called by `assembly.py` and `config/`.
"""

from pathlib import Path

import platformdirs

NAME = "chatls"


def config_dir() -> Path:
    """The folder of `config.toml`; it may not exist."""
    return platformdirs.user_config_path(NAME, appauthor=False)


def state_dir() -> Path:
    """The folder of what chatls writes for itself: log and sessions; it may not exist."""
    return platformdirs.user_state_path(NAME, appauthor=False)


def default_log_file() -> Path:
    """The log file of a server that was started without `--log-file`."""
    return state_dir() / "chatls.log"
