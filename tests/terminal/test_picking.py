"""Parts of a change, judged one after the other."""

import pytest

from chatls.terminal.approval import Part
from chatls.terminal.picking import Picking


@pytest.fixture
def picking() -> Picking:
    return Picking([Part("a", ()), Part("b", ()), Part("c", ())])


def test_what_is_taken_is_known_at_the_end(picking: Picking) -> None:
    for takes in (True, False, True):
        assert not picking.is_complete
        picking.judge(takes=takes)
    assert picking.is_complete
    assert picking.taken == ("a", "c")


def test_a_part_can_be_judged_again(picking: Picking) -> None:
    for takes in (True, True, True, False):  # the last one has nothing left to judge
        picking.judge(takes=takes)
    picking.go_back()
    picking.judge(takes=False)
    assert picking.taken == ("a", "b")


def test_nobody_gets_past_a_part_that_was_not_judged(picking: Picking) -> None:
    picking.go_back()
    picking.go_on()
    assert picking.index == 0
    picking.judge(takes=True)
    picking.go_back()
    picking.go_on()
    picking.go_on()
    assert picking.index == 1
