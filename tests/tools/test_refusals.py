import errno
import os

import pytest

from chatls.tools.beneath import OutsideError
from chatls.tools.refusals import outside, refusal


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (errno.ENOENT, "not_found"),
        (errno.EACCES, "permission_denied"),
        (errno.ENXIO, "not_regular_file"),
        (errno.EIO, "io_error"),
    ],
)
def test_an_error_of_the_system_is_one_sentence_without_its_path(code: int, word: str) -> None:
    refused = refusal(OSError(code, os.strerror(code), "/somewhere/else"), "src/a.py")
    assert refused.code == word
    assert refused.message.startswith("src/a.py ")
    assert "/somewhere" not in refused.message


def test_what_lies_outside_is_not_named() -> None:
    refused = refusal(OutsideError(errno.EXDEV, "x", "/secret"), "../secret")
    assert (refused.code, refused.message) == (outside().code, outside().message)
    assert "secret" not in refused.message
