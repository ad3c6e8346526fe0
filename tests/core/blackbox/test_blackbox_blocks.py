from __future__ import annotations

from pathlib import Path

import pytest

from core.blackbox.blocks import BlockReader, BlockWriter
from core.blackbox.errors import RecordingError

CONTENTS = [{"format": 1}, [["open"], ["events"]], [["close"], ["end"]], [["삼성전자", 1.5, None]]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "session-000001-20261123T090000.box"
    writer = BlockWriter(path)
    for content in CONTENTS:
        writer.write(content)
    assert writer.size == path.stat().st_size
    writer.close()
    return path


def test_blocks_come_back_in_their_order(path):
    reader = BlockReader(path)
    assert list(reader) == CONTENTS
    assert not reader.is_torn


def test_a_file_cut_anywhere_is_read_up_to_its_last_whole_block(path):
    data = path.read_bytes()
    for length in range(20, len(data)):
        path.write_bytes(data[:length])
        reader = BlockReader(path)
        found = list(reader)
        assert found == CONTENTS[: len(found)]
        assert len(found) < len(CONTENTS)


def test_a_torn_tail_is_said(path):
    path.write_bytes(path.read_bytes()[:-1])
    reader = BlockReader(path)
    assert list(reader) == CONTENTS[:-1]
    assert reader.is_torn


def test_no_byte_can_be_changed_unseen(path):
    data = path.read_bytes()
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1
        path.write_bytes(changed)
        reader = BlockReader(path)
        try:
            found = list(reader)
        except RecordingError as error:
            assert str(path) in str(error)
        else:  # a longer length is a torn tail
            assert reader.is_torn and len(found) < len(CONTENTS)


def test_the_changed_block_is_named(path):
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(RecordingError, match="block 4 was changed"):
        list(BlockReader(path))


def test_a_block_taken_out_is_missed(tmp_path):
    lengths, path = [], tmp_path / "a.box"
    writer = BlockWriter(path)
    for content in CONTENTS:
        lengths.append(writer.size)
        writer.write(content)
    writer.close()
    data = path.read_bytes()
    path.write_bytes(data[: lengths[1]] + data[lengths[2] :])
    with pytest.raises(RecordingError, match="block 2 was changed, or one before it is missing"):
        list(BlockReader(path))


@pytest.mark.parametrize("content", [b"", b"something else"])
def test_another_file_is_no_recording(tmp_path, content):
    path = tmp_path / "a.box"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match="is not a recording"):
        list(BlockReader(path))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RecordingError, match=r"a\.box"):
        list(BlockReader(tmp_path / "a.box"))


def test_nothing_is_overwritten(path):
    with pytest.raises(FileExistsError):
        BlockWriter(path)
