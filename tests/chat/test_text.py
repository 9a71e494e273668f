"""Text that grows by pieces is their sum, and does not keep them."""

import pytest

from chatls.chat.text import JOINED, GrowingText


@pytest.mark.parametrize("count", [0, 1, JOINED - 1, JOINED, JOINED + 1, 3 * JOINED])
def test_the_text_is_all_its_pieces_in_order(count: int) -> None:
    text = GrowingText()
    for number in range(count):
        text.append(f"{number},")
    assert str(text) == "".join(f"{number}," for number in range(count))
    assert bool(text) == (count > 0)


def test_nothing_added_is_nothing() -> None:
    text = GrowingText()
    text.append("")
    assert not text
    assert str(text) == ""
