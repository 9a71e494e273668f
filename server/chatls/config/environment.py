"""The environment this process was started in, for those who start programs.

What of it a program may see is decided where programs are started (`tools/commands/environment.py`). Called by
`rooms.py`.
"""

import os
from collections.abc import Mapping


def inherited() -> Mapping[str, str]:
    """All variables, as they are now."""
    return dict(os.environ)
