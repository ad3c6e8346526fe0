import subprocess
import sys
from pathlib import Path

import pytest

from installer.console import SetUpError
from installer.exclusive import exclusive
from installer.layout import HERE

SECOND = "import sys; from pathlib import Path; from installer.exclusive import exclusive\n"
SECOND += "with exclusive(Path(sys.argv[1])): print('mine')"


def test_a_second_set_up_waits_for_the_first(tmp_path: Path) -> None:
    path = tmp_path / "busy"
    with exclusive(path):
        second = subprocess.Popen(
            [sys.executable, "-c", SECOND, str(path)],
            cwd=HERE.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert second.stderr is not None
        assert "waiting" in second.stderr.readline()
        assert second.poll() is None
    assert second.communicate(timeout=60)[0] == "mine\n"


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusive(tmp_path / "busy"):
        raise ZeroDivisionError
    with exclusive(tmp_path / "busy"):
        pass


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetUpError, match="Cannot write"), exclusive(tmp_path / "none" / "busy"):
        pass
