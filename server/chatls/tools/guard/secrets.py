"""The files of a workspace whose text no tool shows: a list, as data. Their names may be shown.

Nothing here touches the disk. `tools/guard/paths.py` asks before it opens a file for anybody, the sandbox masks them.
"""

from chatls.tools.base import ToolError
from chatls.tools.guard.beneath import Parts
from chatls.tools.guard.names import Names

SECRET_FOLDERS = (
    *(".ssh", ".gnupg", ".password-store"),  # keys and passwords of the user, where a home folder is the workspace
    *(".aws", ".azure", ".kube"),  # logins of command-line clients
    ".envs",  # environment files, one for each place
)
"""Folders with all that is in them. In lower case, as `SECRET_FILES`."""

SECRET_FILES = (
    *(".env*", "*.env"),  # environment files: passwords and keys, as a rule
    *("*.pem", "*.key", "*.p8", "*.ppk"),  # private keys
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*"),
    *("*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx"),  # stores of keys and passwords
    *(".netrc", "_netrc", ".git-credentials", ".htpasswd", ".pgpass", ".my.cnf", ".pypirc", ".vault-token"),
    *(".dockercfg", "service-account*.json", "service_account*.json", "serviceaccount*.json"),
    *("credentials.json", "client_secret*.json", "secrets.json", "secrets.toml", "secrets.y*ml"),
    *("credentials.toml", "application_default_credentials.json", ".s3cfg", ".boto", "rclone.conf", "kubeconfig"),
    *(".dev.vars", "*.tfvars", "*.tfstate", "*.tfstate.backup"),  # of clouds
    *(".bash_history", ".zsh_history", ".python_history", ".psql_history", ".mysql_history"),  # what was typed
)
"""Files, at any depth; some names with wildcards as in `fnmatch`."""

PUBLIC_FILES = ("[!.]*.pub",)
"""Of those, the ones that are no secret: the public half of a key."""

_FOLDERS, _FILES, _PUBLIC = Names(SECRET_FOLDERS), Names(SECRET_FILES), Names(PUBLIC_FILES)


def secret(parts: Parts) -> bool:
    """Whether the file with this path, or this name alone, holds secrets. A folder may be called like one (`.env`)."""
    if not parts or parts[-1] in _PUBLIC:
        return False
    return parts[-1] in _FILES or any(part in _FOLDERS for part in parts)


def refuse_secret(parts: Parts, shown: str) -> None:
    """Refuse to show a file that holds secrets; `shown` is how it is called for the reader.

    Raises:
        ToolError: `secret`.
    """
    if secret(parts):
        raise denied(shown)


def denied(shown: str) -> ToolError:
    """The refusal of such a file."""
    return ToolError(
        "secret", f"{shown} may hold passwords or keys, so no tool shows it: ask the user to paste what is needed."
    )
