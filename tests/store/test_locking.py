import subprocess
import sys
from pathlib import Path

import pytest

from chatls.store.locking import locked

HOLDER = """
import sys, time
from pathlib import Path
from chatls.store.locking import locked
with locked(Path(sys.argv[1]), 1):
    print("held", flush=True)
    time.sleep(600)
"""


def test_one_at_a_time_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    with locked(path, 0), pytest.raises(OSError, match="another process"), locked(path, 0):
        pytest.fail("held twice")
    with locked(path, 0):
        assert path.stat().st_mode & 0o777 == 0o600


def test_it_is_free_when_its_holder_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, path], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(OSError, match="another process"), locked(path, 0):
            pytest.fail("held twice")
        holder.kill()
    with locked(path, 5):
        assert path.exists()


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "x.lock").symlink_to("elsewhere")
    with pytest.raises(OSError, match=r"x\.lock"), locked(tmp_path / "x.lock", 0):
        pytest.fail("held")
    assert not (tmp_path / "elsewhere").exists()
