"""What the program returns."""

import pytest

from chatls.terminal import exits


def test_a_failure_is_told_on_stderr_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert exits.fail("No.") == 1
    assert exits.fail("Wrong.", exits.USAGE) == 2
    assert capsys.readouterr() == ("", "chatls: No.\nchatls: Wrong.\n")
