"""A picture of a terminal: its cells, with their colours, as SVG.

`python -m tests.support.screenshot` takes the one in the README of the Neovim client anew: a session with scripted
models in a real Neovim in a real terminal.
"""

import re
import sys
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME, TerminalTheme
from rich.text import Text

from tests.support.chat_terminal import make_user
from tests.support.neovim import PLUGIN
from tests.support.neovim_install import VERSIONS, neovim
from tests.support.neovim_screen import Screen, screen

PICTURE = PLUGIN / "screenshot.svg"
WIDTH, HEIGHT = 120, 40
CODE = '''"""Orders and what they come to."""


def total(items):
    sum = 0
    for item in items:
        sum = sum + item.price * item.count
    return sum


def is_free(order):
    return total(order.items) > 100
'''
SCRIPT = '''
[[answer]]

[[answer.steps]]
thinking = "The loop adds up what each item costs; `sum` hides the builtin."

[[answer.steps]]
text = """
`total` adds up price times count. It names its result `sum`, which hides Python's own `sum`, and that would do:

```python
return sum(item.price * item.count for item in items)
```

I change it that way."""

[[answer.steps]]
tool = "edit_file"

[answer.steps.args]
path = "orders.py"

[[answer.steps.args.edits]]
old_text = """
    sum = 0
    for item in items:
        sum = sum + item.price * item.count
    return sum
"""
new_text = """
    return sum(item.price * item.count for item in items)
"""

[[answer]]
steps = [{ text = "Done." }]
'''
BACKGROUND = (20, 22, 27)
"""Of Neovim's own dark colours."""
FONTS = re.compile(r"@font-face \{.*?\}\s*", re.S)
"""Of the template of rich: they would be fetched from another host by whoever looks at the picture."""


def main() -> int:
    """Take the README's picture."""
    with tempfile.TemporaryDirectory() as folder:
        user = make_user(Path(folder))
        (user.workspace / "orders.py").write_text(CODE)
        (user.workspace.parent / "scripts" / "review.toml").write_text(SCRIPT)
        with screen(neovim(VERSIONS[-1]), user, "orders.py", width=WIDTH, height=HEIGHT) as nvim:
            pose(nvim)
            PICTURE.write_text(picture(nvim.term.coloured(), "chatls in Neovim"), encoding="utf-8")
    return 0


def pose(nvim: Screen) -> None:
    """A question about a file, its answer, and the change that waits for a yes."""
    nvim.use_server("scripted/review")
    nvim.lua("vim.o.termguicolors, vim.o.number = true, true")
    nvim.ex("Chat what is odd about total?")
    nvim.term.wait("Allow once", 30)
    nvim.wait("return vim.api.nvim_win_get_config(0).relative ~= ''")


def picture(coloured: str, title: str) -> str:
    """The SVG of a screen that was captured with its escape sequences."""
    text = Text.from_ansi(coloured.rstrip("\n"))
    width = max(line.cell_len for line in text.split())
    console = Console(record=True, width=width, file=StringIO(), color_system="truecolor", force_terminal=True)
    console.print(text, no_wrap=True, overflow="ignore", crop=False)
    colours: list[tuple[int, int, int]] = [SVG_EXPORT_THEME.ansi_colors[number] for number in range(16)]
    theme = TerminalTheme(BACKGROUND, SVG_EXPORT_THEME.foreground_color, colours[:8], colours[8:])
    return FONTS.sub("", console.export_svg(title=title, theme=theme, unique_id="screen"))


if __name__ == "__main__":
    sys.exit(main())
