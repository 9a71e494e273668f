from typing import get_args

import pytest

from chatls.errors import Reason
from chatls.lsp.methods import ERRORS, METHODS, Method
from chatls.lsp.schemas import slug
from chatls.lsp.validate import validate
from tests.support.schemas import check_value

EACH = pytest.mark.parametrize("method", METHODS, ids=[method.name for method in METHODS])


@EACH
def test_the_example_of_a_method_fits_models_and_schemas(method: Method) -> None:
    params, result = method.example
    assert validate(method.params, params).to_wire().items() >= params.items()
    check_value(f"{slug(method.name)}.params", params)
    if method.result is not None:
        assert validate(method.result, result).to_wire() == result
        check_value(f"{slug(method.name)}.result", result)


@EACH
def test_a_notification_has_neither_result_nor_errors(method: Method) -> None:
    if method.result is None:
        assert method.example[1] == {}
        assert method.errors == ()


def test_every_method_is_there_once() -> None:
    names = [method.name for method in METHODS]
    assert len(set(names)) == len(names)


def test_every_reason_is_explained() -> None:
    assert ERRORS.keys() == {*get_args(Reason), "invalid_params"}
