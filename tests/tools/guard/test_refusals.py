import errno
import os

import pytest

from chatls.tools.guard.beneath import ChangedError, OutsideError
from chatls.tools.guard.refusals import outside, refusal


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


@pytest.mark.parametrize(
    ("code", "word", "told"),
    [
        (errno.ENOSPC, "disk_full", "nothing has changed"),
        (errno.EDQUOT, "disk_full", "nothing has changed"),
        (errno.EACCES, "permission_denied", "may not be changed"),
        (errno.EROFS, "permission_denied", "nothing can be changed"),
        (errno.EEXIST, "already_there", "nothing is written over it"),
        (errno.ELOOP, "is_a_link", "symbolic link"),
        (errno.EXDEV, "other_disk", "another disk"),
        (errno.ENOENT, "not_found", "does not exist"),
        (errno.EIO, "io_error", "cannot be changed"),
    ],
)
def test_what_cannot_be_changed_is_told_as_such(code: int, word: str, told: str) -> None:
    refused = refusal(OSError(code, os.strerror(code), "/somewhere/else"), "src/a.py", writing=True)
    assert refused.code == word
    assert told in refused.message
    assert "/somewhere" not in refused.message


def test_a_file_that_has_changed_is_to_be_read_again() -> None:
    refused = refusal(ChangedError(errno.ESTALE, "x"), "a", writing=True)
    assert (refused.code, refused.message) == ("files_changed", "a has changed since it was read: read it again first.")


def test_what_lies_outside_is_not_named() -> None:
    refused = refusal(OutsideError(errno.EXDEV, "x", "/secret"), "../secret")
    assert (refused.code, refused.message) == (outside().code, outside().message)
    assert "secret" not in refused.message
