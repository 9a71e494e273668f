"""`chatls config`: the settings that count here, and where each comes from. Called by `cli.py`."""

import json
import sys

from chatls.config import load
from chatls.config.report import as_json, as_toml
from chatls.terminal import exits
from chatls.terminal.args import ConfigArgs
from chatls.terminal.sanitize import clean
from chatls.terminal.streams import stdout
from chatls.terminal.workspace import workspace_folder
from chatls.tools.project import settings_text_of

HEAD = "# What a server started here uses; an editor's own settings (initializationOptions) come on top of it."


def config(args: ConfigArgs) -> int:
    """Print the settings on stdout, and on stderr what is wrong with them; returns the exit code."""
    try:
        folder = workspace_folder(args.workspace)
    except ValueError as error:
        return exits.fail(str(error), exits.USAGE)
    loaded = load(project=settings_text_of(folder))
    if args.json:
        stdout().write(json.dumps(as_json(loaded), indent=2) + "\n")
        return exits.DONE
    stdout().write("".join(f"{clean(line)}\n" for line in (HEAD, "", *as_toml(loaded))))
    sys.stderr.write("".join(f"chatls: {clean(problem.message)}\n" for problem in loaded.problems))
    return exits.DONE
