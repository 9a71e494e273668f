"""`chatls sessions`: list the sessions of a workspace, rename and delete them. Called by `cli.py`."""

import json
import sys

from chatls.terminal import exits
from chatls.terminal.args import SessionsArgs
from chatls.terminal.enquiry import Enquiry
from chatls.terminal.finding import PAGE, session_id
from chatls.terminal.listings import session_rows, title
from chatls.terminal.rpc import Failure, Json, as_list
from chatls.terminal.sanitize import one_line
from chatls.terminal.spawn import default_command
from chatls.terminal.streams import stdout
from chatls.terminal.workspace import workspace_folder


def sessions(args: SessionsArgs) -> int:
    """Do what the arguments say, with the result on stdout; returns the exit code."""
    if args.action and not args.session:
        return exits.fail("Say which session: its id, or the beginning of it.", exits.USAGE)
    try:
        folder = workspace_folder(args.workspace)
        with Enquiry(args.server or default_command(), folder) as enquiry:
            outcome = enquiry.begin() or _outcome(enquiry, args)
    except ValueError as error:
        return exits.fail(str(error), exits.USAGE)
    except OSError as error:
        return exits.fail(f"The server cannot be started: {error}.")
    if isinstance(outcome, Failure):
        return exits.fail(" ".join(filter(None, (outcome.message, outcome.hint))))
    stdout().write(outcome)
    sys.stderr.write("".join(f"{line}\n" for line in enquiry.notices))
    return exits.DONE


def _outcome(enquiry: Enquiry, args: SessionsArgs) -> str | Failure:
    if args.action:
        found = enquiry.find_session(args.session)
        return found if isinstance(found, Failure) else _change(enquiry, args, found)
    listed = _all(enquiry, args.query)
    if isinstance(listed, Failure):
        return listed
    if args.json:
        return json.dumps({"sessions": listed}, indent=2) + "\n"
    return "".join(f"{line}\n" for line in session_rows(listed))


def _all(enquiry: Enquiry, query: str | None) -> list[Json] | Failure:
    """The sessions that mention the query, the one used last first."""
    listed: list[Json] = []
    params: Json = {"limit": PAGE, **({"query": query} if query else {})}
    while True:
        reply = enquiry.call("chat/listSessions", params)
        if reply.error:
            return reply.error
        listed += as_list(reply.values.get("sessions"))
        if not (more := reply.values.get("nextCursor")):
            return listed
        params["cursor"] = more


def _change(enquiry: Enquiry, args: SessionsArgs, session: Json) -> str | Failure:
    which: Json = {"sessionId": session_id(session)}
    if args.action == "delete":
        reply, done = enquiry.call("chat/deleteSession", which), f"Deleted: {title(session)}\n"
    else:
        reply = enquiry.call("chat/renameSession", {**which, "title": args.title})
        done = f"Renamed: {title(session)} → {one_line(args.title, 60)}\n"
    return reply.error or done
