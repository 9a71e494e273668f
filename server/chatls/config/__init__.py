"""What a user may set (`settings.py`) and where it comes from (`layers.py`, `project.py`).

Importing this costs pydantic, so it happens late, in one place; `folders.py` has what is needed earlier. `rooms.py` and
`lsp/` read settings; the other rooms are handed the values they need.
"""

from chatls.config.layers import Loaded, env_name, load
from chatls.config.project import Suggested
from chatls.config.settings import Settings

__all__ = ["Loaded", "Settings", "Suggested", "env_name", "load"]
