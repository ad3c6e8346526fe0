from installer.console import INTERRUPTED
from installer.launch import wait_for


class FakeChild:
    """A process during which Ctrl+C is pressed some times."""

    def __init__(self, presses: int, exit_code: int) -> None:
        self._presses, self._exit_code = presses, exit_code

    def wait(self) -> int:
        if self._presses:
            self._presses -= 1
            raise KeyboardInterrupt
        return self._exit_code


def test_waiting_outlasts_ctrl_c() -> None:
    assert wait_for(FakeChild(presses=3, exit_code=130)) == 130


def test_the_code_of_windows_for_ctrl_c_becomes_130() -> None:
    assert wait_for(FakeChild(presses=1, exit_code=0xC000013A)) == INTERRUPTED
