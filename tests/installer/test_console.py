import os
import signal
from collections.abc import Iterator

import pytest

from installer.console import TERMINATED, WRONG_USAGE, SetUpError, guarded


@pytest.fixture(autouse=True)
def _restore_the_signal_handler() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_an_expected_failure_is_one_text_and_its_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_arguments: list[str]) -> int:
        raise SetUpError("what to do", WRONG_USAGE)

    assert guarded(fail, []) == WRONG_USAGE
    assert capsys.readouterr() == ("", "what to do\n")


def test_ctrl_c_during_the_set_up_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(_arguments: list[str]) -> int:
        raise KeyboardInterrupt

    assert guarded(interrupt, []) == 130
    assert "next start" in capsys.readouterr().err


def test_a_request_to_end_unwinds_the_set_up() -> None:
    def ask_to_end(_arguments: list[str]) -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        return 0

    with pytest.raises(SystemExit) as caught:
        guarded(ask_to_end, [])
    assert caught.value.code == TERMINATED
