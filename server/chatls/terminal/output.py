"""A terminal's output that can be held back and let go at once, so that what is redrawn never flickers.

prompt_toolkit erases, prints and draws in three writes; a terminal may show what is between them. Here they become
one, marked as one for terminals that know synchronized updates (private mode 2026). Called by `screen.py`.
"""

import sys

from prompt_toolkit.output import Output, create_output
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.utils import get_term_environment_variable

BEGIN_UPDATE, END_UPDATE = "\x1b[?2026h", "\x1b[?2026l"


class HeldOutput(Vt100_Output):
    """Writes nothing between `hold` and `release`."""

    held = False

    def hold(self) -> None:
        if not self.held:
            self.held = True
            self.write_raw(BEGIN_UPDATE)

    def release(self) -> None:
        if self.held:
            self.held = False
            self.write_raw(END_UPDATE)
            self.flush()

    def flush(self) -> None:
        if not self.held:
            super().flush()


def terminal_output() -> Output:
    """The terminal that stdout is. On Windows nothing is held back: its console is not written to as a stream."""
    if sys.platform == "win32":
        return create_output()
    output = HeldOutput.from_pty(sys.stdout, term=get_term_environment_variable())
    # Nothing here needs to know where the cursor is; the answer to that question could end up in the user's shell.
    output.enable_cpr = False
    return output


def hold(output: Output) -> None:
    if isinstance(output, HeldOutput):
        output.hold()


def release(output: Output) -> None:
    if isinstance(output, HeldOutput):
        output.release()
