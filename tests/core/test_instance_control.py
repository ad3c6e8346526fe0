from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from multiprocessing.connection import Client, answer_challenge, deliver_challenge
from pathlib import Path

import pytest

from core.domain.errors import BrokerError, InstanceError
from core.instance import ControlServer, ask

ROOT = Path(__file__).resolve().parents[2]

TERMINAL = """
import os, sys
from pathlib import Path
from core.instance import ControlServer

def handler(command):
    yield {"command": command, "pid": os.getpid()}
    if command == "stop":
        os._exit(1)  # dies in the middle of an answer
    yield {"is_done": True}

server = ControlServer(Path(sys.argv[1]), handler)
server.start()
print("ready", flush=True)
sys.stdin.read()
server.close()
"""


@pytest.fixture
def terminal(tmp_path):
    """Another process that answers on tmp_path."""
    process = subprocess.Popen(
        [sys.executable, "-c", TERMINAL, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate()
    ControlServer(tmp_path, answer()).close()  # sweeps up behind a process that was killed


@pytest.fixture
def serve(tmp_path):
    """Start a server in this process with the handler that is given."""
    servers = []

    def start(handler, home=tmp_path):
        servers.append(ControlServer(home, handler))
        servers[-1].start()
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def answer(*answers):
    return lambda _command: iter(answers)


# --- two processes


def test_another_process_answers_with_its_progress(tmp_path, terminal):
    assert list(ask(tmp_path, "flatten")) == [
        {"command": "flatten", "pid": terminal.pid},
        {"is_done": True},
    ]


def test_a_process_that_ends_takes_its_traces_away(tmp_path, terminal):
    address = json.loads((tmp_path / "control.json").read_text("utf-8"))["address"]
    terminal.communicate("")
    assert list(tmp_path.iterdir()) == []
    assert not Path(address).parent.exists()
    with pytest.raises(InstanceError, match="no terminal is running"):
        ask(tmp_path, "status")


def test_a_process_that_dies_while_it_answers_is_not_taken_for_done(tmp_path, terminal):
    answers = ask(tmp_path, "stop")
    assert next(answers)["command"] == "stop"
    with pytest.raises(InstanceError, match="broke off"):
        next(answers)


def test_what_a_killed_process_left_is_no_obstacle(tmp_path, terminal, serve):
    address = json.loads((tmp_path / "control.json").read_text("utf-8"))["address"]
    terminal.kill()
    terminal.wait()
    with pytest.raises(InstanceError, match="broke off"):
        list(ask(tmp_path, "status"))
    serve(answer({"is_new": True}))
    assert list(ask(tmp_path, "status")) == [{"is_new": True}]
    assert not Path(address).parent.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows can't stop a process like this")
def test_a_process_that_hangs_is_given_up(tmp_path, terminal):
    terminal.send_signal(signal.SIGSTOP)
    with pytest.raises(InstanceError, match=r"did not answer 'flatten' for 0\.2 s; it hangs"):
        list(ask(tmp_path, "flatten", timeout_s=0.2))
    terminal.send_signal(signal.SIGCONT)
    assert len(list(ask(tmp_path, "flatten"))) == 2


# --- within one


def test_a_handler_that_hangs_is_given_up_and_others_are_still_answered(tmp_path, serve):
    release = threading.Event()

    def handler(command):
        if command == "flatten":
            release.wait()
        yield {"command": command}

    serve(handler)
    with pytest.raises(InstanceError, match="hangs"):
        list(ask(tmp_path, "flatten", timeout_s=0.2))
    assert list(ask(tmp_path, "status")) == [{"command": "status"}]
    release.set()


def test_answers_arrive_while_the_work_goes_on(tmp_path, serve):
    seen = threading.Event()

    def handler(_command):
        yield {"step": 1}
        assert seen.wait(10)
        yield {"step": 2}

    serve(handler)
    answers = ask(tmp_path, "flatten", timeout_s=10)
    assert next(answers) == {"step": 1}
    seen.set()
    assert list(answers) == [{"step": 2}]


def test_what_the_terminal_cannot_do_reaches_the_caller(tmp_path, serve):
    def handler(_command):
        yield {"step": 1}
        raise BrokerError("the broker is not connected")

    serve(handler)
    answers = ask(tmp_path, "flatten")
    assert next(answers) == {"step": 1}
    with pytest.raises(InstanceError, match="the broker is not connected"):
        next(answers)


def test_a_broken_handler_is_logged_and_reaches_the_caller(tmp_path, serve, caplog):
    serve(lambda _command: iter([1 / 0]))
    with pytest.raises(InstanceError, match="the command status failed: division by zero"):
        list(ask(tmp_path, "status"))
    assert "the command status failed" in caplog.text


def test_an_unknown_command_is_refused_without_the_handler(tmp_path, serve):
    serve(lambda command: pytest.fail(f"was asked to {command}"))
    with pytest.raises(InstanceError, match="no command 'buy'; there are flatten, status, stop"):
        list(ask(tmp_path, "buy"))


def test_text_beyond_ascii_travels(tmp_path, serve):
    serve(answer({"종목": "삼성전자", "left": None, "pct": 1.5}))
    assert list(ask(tmp_path, "status")) == [{"종목": "삼성전자", "left": None, "pct": 1.5}]


@pytest.mark.parametrize("message", [b"not json", b"[1]", b"\xff", b"x" * 70_000])
def test_a_message_that_is_none_does_no_harm(tmp_path, serve, message):
    serve(answer({"is_alive": True}))
    record = json.loads((tmp_path / "control.json").read_text("utf-8"))
    with Client(record["address"]) as line:
        key = bytes.fromhex(record["key"])
        answer_challenge(line, key)
        deliver_challenge(line, key)
        with suppress(BrokenPipeError):  # too long a message is not read to its end
            line.send_bytes(message)
        assert line.poll(10)  # an error, or the end of the line
    assert list(ask(tmp_path, "status")) == [{"is_alive": True}]


def test_a_caller_without_the_key_gets_nothing_and_blocks_nobody(tmp_path, serve):
    serve(answer({"is_alive": True}))
    record = json.loads((tmp_path / "control.json").read_text("utf-8"))
    with Client(record["address"]) as silent:  # never answers the challenge
        assert list(ask(tmp_path, "status")) == [{"is_alive": True}]
        record["key"] = "00" * 32
        (tmp_path / "control.json").write_text(json.dumps(record), "utf-8")
        with pytest.raises(InstanceError, match="broke off"):
            list(ask(tmp_path, "status"))
        assert not silent.closed


@pytest.mark.skipif(sys.platform == "win32", reason="rights work differently on Windows")
def test_the_key_is_for_the_user_alone(tmp_path, serve):
    serve(answer())
    assert (tmp_path / "control.json").stat().st_mode & 0o777 == 0o600
    address = json.loads((tmp_path / "control.json").read_text("utf-8"))["address"]
    assert Path(address).parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no such limit")
def test_long_paths_are_no_obstacle(tmp_path, serve, monkeypatch):
    home = tmp_path / ("h" * 120)
    temporary = tmp_path / ("t" * 120)
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    serve(answer({"is_alive": True}), home)
    assert list(ask(home, "status")) == [{"is_alive": True}]
    assert list(temporary.iterdir()) == []


def test_a_closed_server_leaves_a_successors_record(tmp_path, serve):
    old = ControlServer(tmp_path, answer({"is_old": True}))
    record = json.loads((tmp_path / "control.json").read_text("utf-8"))
    (tmp_path / "control.json").write_text(json.dumps(record | {"address": "/x/y"}), "utf-8")
    old.close()
    assert "/x/y" in (tmp_path / "control.json").read_text("utf-8")


def test_a_home_that_cannot_be_written_is_named_and_leaves_nothing(tmp_path, monkeypatch):
    made = []
    make = tempfile.mkdtemp
    monkeypatch.setattr(tempfile, "mkdtemp", lambda **how: made.append(make(**how)) or made[-1])
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(InstanceError, match="commands from other processes can't be taken"):
        ControlServer(tmp_path / "file" / "home", answer())
    assert made and not any(Path(folder).exists() for folder in made)
