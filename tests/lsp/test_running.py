"""Requests on their way, and the tokens that belong to them."""

import asyncio

import pytest

from chatls.errors import InvalidParams
from chatls.lsp.running import ProgressTokens, RunningRequest, is_id, token_of


def test_a_cancel_is_done_once_and_as_the_handler_asked() -> None:
    calls: list[str] = []
    request = RunningRequest(1)
    request.cancel_with(lambda: calls.append("a"))
    request.cancel()
    request.cancel()
    assert calls == ["a"]


def test_a_cancel_that_came_before_the_handler_could_ask_is_not_lost() -> None:
    calls: list[str] = []
    request = RunningRequest(1)
    request.cancel()
    request.cancel_with(lambda: calls.append("late"))
    assert calls == ["late"]


async def test_without_a_word_from_the_handler_its_task_is_cancelled() -> None:
    request = RunningRequest(1)
    request.future = asyncio.get_running_loop().create_future()
    request.cancel()
    assert request.future.cancelled()


def test_a_token_belongs_to_its_first_request_until_that_is_answered() -> None:
    tokens = ProgressTokens()
    first, second = RunningRequest(1, "t"), RunningRequest(2, "t")
    tokens.take(first)
    tokens.take(second)
    tokens.check(first)
    with pytest.raises(InvalidParams, match="workDoneToken"):
        tokens.check(second)
    tokens.give_back(second)
    with pytest.raises(InvalidParams, match="workDoneToken"):
        tokens.check(second)
    tokens.give_back(first)
    tokens.take(second)
    tokens.check(second)


def test_a_request_without_a_token_needs_none() -> None:
    tokens = ProgressTokens()
    request = RunningRequest(1)
    tokens.take(request)
    tokens.check(request)
    tokens.give_back(request)


def test_cancelling_a_token_cancels_its_request_alone() -> None:
    tokens = ProgressTokens()
    requests = {token: RunningRequest(1, token) for token in (1, "1", "t")}
    for request in requests.values():
        tokens.take(request)
    cancelled: list[object] = ["1", True, None, [], "unknown"]
    for token in cancelled:
        tokens.cancel(token)
    assert [token for token, request in requests.items() if request.cancelled] == ["1"]


@pytest.mark.parametrize(("value", "usable"), [(0, True), ("", True), (True, False), (None, False), (1.0, False)])
def test_ids_and_tokens_are_integers_or_text_and_nothing_else(value: object, usable: bool) -> None:
    assert is_id(value) is usable


def test_a_token_is_found_in_params_of_any_shape() -> None:
    assert token_of({"workDoneToken": 5}) == 5
    odd: list[object] = [{}, None, [], 5, {"workDoneToken": [1]}, {"workDoneToken": False}]
    assert [token_of(params) for params in odd] == [None] * 6
