"""The README's picture: what the plugin shows, and nothing that would be fetched from elsewhere."""

import html
import re
from pathlib import Path

from tests.support.chat_terminal import User
from tests.support.neovim_screen import screen
from tests.support.screenshot import CODE, PICTURE, SCRIPT, picture, pose


def words(svg: str) -> str:
    """The texts of a picture, one for each run of a colour."""
    texts = re.findall(r">([^<]+)</text>", svg)
    return html.unescape("\n".join(texts)).replace("\N{NO-BREAK SPACE}", " ")


def test_the_readmes_picture_shows_what_the_plugin_shows_now(newest: Path, user: User) -> None:
    (user.workspace / "orders.py").write_text(CODE)
    (user.workspace.parent / "scripts" / "review.toml").write_text(SCRIPT)
    with screen(newest, user, "orders.py", width=120, height=40) as nvim:
        pose(nvim)
        now = words(picture(nvim.term.coloured(), "now"))
    kept = words(PICTURE.read_text(encoding="utf-8"))
    for text in ("Edit orders.py", "Allow once", "-        sum = sum + item.price", "what is odd about total?"):
        assert text in now, now
        assert text in kept, "take it anew: python -m tests.support.screenshot"


def test_whoever_looks_at_the_picture_fetches_nothing() -> None:
    svg = PICTURE.read_text(encoding="utf-8")
    assert "@font-face" not in svg
    assert "url(http" not in svg
    assert "href" not in svg
