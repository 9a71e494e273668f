"""`chatls models`: what can be reached, and which model answers when none is named. Called by `cli.py`."""

import sys

from chatls.terminal import exits
from chatls.terminal.args import ModelsArgs
from chatls.terminal.enquiry import Enquiry
from chatls.terminal.listings import model_lines, unreachable_lines
from chatls.terminal.spawn import default_command
from chatls.terminal.streams import stdout
from chatls.terminal.workspace import workspace_folder


def models(args: ModelsArgs) -> int:
    """List the models on stdout, and on stderr what cannot be reached and why; returns the exit code."""
    try:
        folder = workspace_folder(args.workspace)
        with Enquiry(args.server or default_command(), folder) as enquiry:
            failure = enquiry.begin()
            reply = enquiry.call("chat/listModels", {})
    except ValueError as error:
        return exits.fail(str(error), exits.USAGE)
    except OSError as error:
        return exits.fail(f"The server cannot be started: {error}.")
    if failure := failure or reply.error:
        return exits.fail(" ".join(filter(None, (failure.message, failure.hint))))
    stdout().write("".join(f"{line}\n" for line in model_lines(reply.values)))
    sys.stderr.write("".join(f"{line}\n" for line in (*unreachable_lines(reply.values), *enquiry.notices)))
    return exits.DONE
