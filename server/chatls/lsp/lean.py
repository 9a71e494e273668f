"""How lsprotocol and pydantic are imported without work of theirs that no server needs.

Both prepare at import for what happens nowhere here: a fifth of the time until `initialize` is answered, and 4 MB.
Each is kept from it in a way that changes nothing else, and that does nothing should a later version have lost the
habit. Called by `cli.py` before the server imports anything else, and by `assembly.py` before it imports pydantic.
"""

import importlib
import linecache
import sys
from functools import partial
from types import ModuleType

import attrs


def import_lsprotocol() -> None:
    """Import `lsprotocol.types`, unless it is imported already, with classes that have no `repr` of their own."""
    define, names = attrs.define, attrs.__dict__
    # attrs compiles a __repr__ for each of its 550 classes, which takes half as long as all the rest.
    names["define"] = partial(define, repr=False)
    try:
        importlib.import_module("lsprotocol.types")
    finally:
        names["define"] = define
    # The source that was compiled is kept for debuggers. Given up now, its memory serves the next imports.
    linecache.clearcache()


def leave_out_plugins() -> None:
    """Have pydantic take no plugins. To be called before it is imported; later it does nothing."""
    # Even to find none, it imports a mail parser and more, and reads about each package that is installed. Its variable
    # PYDANTIC_DISABLE_PLUGINS saves only the second, and the processes that we start would inherit it.
    loader = ModuleType("pydantic.plugin._loader")
    loader.__dict__["get_plugins"] = tuple
    sys.modules.setdefault(loader.__name__, loader)
