"""What lies in the folder runs only when trusted, exactly as it was trusted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.schema import Settings, declared
from core import indicators, rules
from core.predict import own as predictors
from core.user_code import State, refuse_trust
from core.user_code.running import forget_all
from tests.core.user_code.conftest import OwnCode
from tests.core.user_code.samples import INDICATOR, PREDICTOR, RULE

STAMP = "from pathlib import Path\nPath(__file__).with_suffix('.ran').write_text('ran')\n"


def keys() -> set[str]:
    return {item.key for item in declared()}


def test_without_a_folder_there_is_nothing(own: OwnCode) -> None:
    code = own.begin()
    assert (code.files, code.notes(), dict(code.hashes())) == ((), (), {})


def test_what_is_not_trusted_does_not_run_and_that_is_said(own: OwnCode) -> None:
    path = own.write("rise.py", STAMP + RULE)
    code = own.begin()
    (file,) = code.files
    assert file.state is State.NEW
    assert not path.with_suffix(".ran").exists()
    assert "rise" not in rules.registered()
    (note,) = code.notes()
    assert "--trust" in note.ko
    assert f"--trust {path}" in note.en


def test_what_is_trusted_registers_its_rule_and_its_settings(own: OwnCode) -> None:
    own.write("rise.py", RULE)
    code = own.begin("rise.py")
    (file,) = code.files
    assert file.state is State.LOADED
    assert [(r.kind, r.code, r.title.en) for r in file.registered] == [("rule", "rise", "My rise")]
    assert Settings({"strategy.weight_rise": 2}).value("strategy.weight_rise") == 2
    assert code.notes() == ()
    assert code.hashes() == {"rise.py": file.described.sha256}


def test_trust_is_kept_for_the_next_start(own: OwnCode) -> None:
    own.write("rise.py", RULE)
    own.begin("rise.py")
    assert own.begin().files[0].state is State.LOADED


def test_a_changed_file_is_asked_about_again(own: OwnCode) -> None:
    path = own.write("rise.py", RULE)
    own.begin("rise.py")
    path.write_text(STAMP + RULE, "utf-8")
    code = own.begin()
    assert code.files[0].state is State.CHANGED
    assert code.asked_about() == code.files
    assert not path.with_suffix(".ran").exists()
    assert "rise" not in rules.registered()


def test_trust_in_one_file_is_no_trust_in_a_copy_under_another_name(own: OwnCode) -> None:
    own.write("rise.py", RULE)
    own.begin("rise.py")
    own.write("copy.py", RULE)
    assert [file.state for file in own.begin().files] == [State.NEW, State.LOADED]


def test_what_runs_is_what_was_looked_at_whatever_happens_to_the_file_after(own: OwnCode) -> None:
    path = own.write("rise.py", RULE)
    own.begin("rise.py")
    code = own.begin()
    forget_all()
    code.look()
    path.write_text(STAMP, "utf-8")
    fresh = type(code)(own.home)
    path.write_text(RULE, "utf-8")
    fresh.look()
    path.write_text(STAMP, "utf-8")
    fresh.load_only()
    assert not path.with_suffix(".ran").exists()
    assert "rise" in rules.registered()


def test_an_ignored_file_is_not_asked_about_until_it_changes(own: OwnCode) -> None:
    path = own.write("rise.py", RULE)
    code = own.begin()
    code.ignore(code.files[0])
    again = own.begin()
    assert (again.files[0].state, again.notes()) == (State.IGNORED, ())
    path.write_text(RULE + "\n", "utf-8")
    assert own.begin().files[0].state is State.NEW


def test_trust_can_be_taken_back(own: OwnCode) -> None:
    own.write("rise.py", RULE)
    code = own.begin("rise.py")
    code.distrust(code.files[0])
    assert own.begin().files[0].state is State.NEW


@pytest.mark.parametrize("kept", ["", "[]", '{"files": 3}', '{"files": {"rise.py": 1}}', "{"])
def test_a_book_of_trust_that_cannot_be_read_trusts_nothing(own: OwnCode, kept: str) -> None:
    own.write("rise.py", RULE)
    (own.home / "trusted_code.json").write_text(kept, "utf-8")
    assert own.begin().files[0].state is State.NEW


def test_all_kinds_load_together_in_order_of_their_names(own: OwnCode) -> None:
    for name, text in (("c.py", RULE), ("a.py", INDICATOR), ("b.py", PREDICTOR)):
        own.write(name, text)
    code = own.begin("a.py", "b.py", "c.py")
    assert [file.registered[0].kind for file in code.files] == ["indicator", "predictor", "rule"]
    assert list(indicators.registered())[-1] == "twice"
    assert "half" in predictors.registered()


def test_everything_can_be_forgotten(own: OwnCode) -> None:
    before = keys(), set(rules.registered()), set(indicators.registered())
    for name, text in (("c.py", RULE), ("a.py", INDICATOR), ("b.py", PREDICTOR)):
        own.write(name, text)
    own.begin("a.py", "b.py", "c.py")
    forget_all()
    assert (keys(), set(rules.registered()), set(indicators.registered())) == before
    assert predictors.registered() == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def broken(:\n", "line 1"),
        (RULE + "\nraise RuntimeError('later')\n", "RuntimeError: later"),
        (RULE + "\nimport sys\nsys.exit(3)\n", "SystemExit"),
        ("import no_such_module_anywhere\n", "bad.py:1: ModuleNotFoundError"),
        ("x = 1\n", "registers no indicator"),
        (RULE.replace('"rise"', '"rsi"'), "rule rsi is already taken"),
        (RULE.replace("weight_rise", "weight_rsi"), "weight_rsi is declared twice"),
        (RULE.replace("title = TITLE", "title = 'Rise'"), "needs title"),
        (RULE.replace("title = TITLE", ""), "title"),
        (INDICATOR.replace('("twice",)', '("close",)'), "taken"),
        (INDICATOR.replace('("twice",)', "()"), "names"),
        (INDICATOR.replace("self.warmup = 3", "1 / 0"), "ZeroDivisionError"),
        (INDICATOR.replace("def plots", "def plot"), "plots"),
        ("\0", "null"),
    ],
)
def test_a_file_that_fails_is_left_out_with_a_reason_and_leaves_nothing_behind(
    own: OwnCode, text: str, said: str
) -> None:
    own.write("bad.py", text)
    own.write("rise_2.py", RULE.replace("rise", "rise_2"))
    before = keys()
    code = own.begin("bad.py", "rise_2.py")
    bad, good = code.files
    assert (bad.state, good.state) == (State.FAILED, State.LOADED)
    assert bad.why is not None
    assert said in bad.why.en
    assert bad.why.ko
    assert keys() - before == {"strategy.weight_rise_2"}
    (note,) = code.notes()
    assert str(bad.described.path) in note.en


def test_a_file_that_is_no_utf_8_or_too_large_is_refused_unread(own: OwnCode) -> None:
    own.write("a.py", "")
    (own.home / "user_code" / "a.py").write_bytes(b"# \xff\n")
    own.write("b.py", "#" * ((1 << 20) + 1))
    assert [file.state for file in own.begin().files] == [State.FAILED, State.FAILED]


def test_trust_names_a_file_of_the_folder_or_says_where_to_copy_it(
    own: OwnCode, tmp_path: Path
) -> None:
    path = own.write("rise.py", RULE)
    elsewhere = tmp_path / "rise.py"
    elsewhere.write_text(RULE, "utf-8")
    with pytest.raises(ConfigError, match="copy it into"):
        own.begin(str(elsewhere))
    assert own.begin(str(path)).files[0].state is State.LOADED


def test_live_trading_takes_no_trust_on_the_way() -> None:
    refuse_trust([])
    with pytest.raises(ConfigError, match="demo first"):
        refuse_trust([Path("rise.py")])


def test_the_settings_of_every_file_ever_trusted_are_known(own: OwnCode) -> None:
    path = own.write("rise.py", RULE)
    own.write("twice.py", RULE.replace("rise", "twice"))
    own.begin("rise.py")
    path.unlink()
    wanted = {"strategy.weight_rise", "strategy.weight_twice"}
    assert own.begin().settings_left_out() == wanted


def test_a_book_holds_no_more_than_names_hashes_and_keys(own: OwnCode) -> None:
    own.write("rise.py", RULE)
    code = own.begin("rise.py")
    kept = json.loads((own.home / "trusted_code.json").read_text("utf-8"))
    digest = code.files[0].described.sha256
    entry = {"sha256": digest, "settings": ["strategy.weight_rise"]}
    assert kept == {"files": {"rise.py": entry}}


def test_a_file_is_described_without_running_it(own: OwnCode) -> None:
    path = own.write("rise.py", STAMP + RULE)
    own.write("doc.py", RULE.lstrip())
    doc, rise = own.begin().files
    assert doc.described.summary == "Buys above the last close. Second sentence."
    assert rise.described.imports == (
        "config.schema", "config.text", "core.domain.signal", "core.rules",
        "core.rules.registry", "pathlib",
    )  # fmt: skip
    assert rise.described.settings == ("strategy.weight_rise",)
    assert not path.with_suffix(".ran").exists()
