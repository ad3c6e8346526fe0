"""Notes of orders: ours in both languages, the broker's as they came."""

from __future__ import annotations

from broker.kiwoom import order_words
from config.text import Text
from core.domain.errors import BrokerError
from core.domain.own_words import kept, own, told


def test_the_note_is_korean_and_is_told_in_both_languages() -> None:
    note = own("보내지 못했습니다!", "not sent!")
    assert note == "보내지 못했습니다!"
    assert told(note) == Text("보내지 못했습니다!", "not sent!")


def test_an_errors_text_can_stand_in_a_note() -> None:
    error = BrokerError(Text("멈췄습니다", "it has stopped"))
    assert told(kept(error.text)).en == "it has stopped"


def test_the_brokers_words_stay_as_they_came() -> None:
    assert told("[RC4058] 모의투자 장종료") == Text.of("[RC4058] 모의투자 장종료")


def test_the_adapters_own_words_are_known() -> None:
    assert told(order_words.NO_ANSWER).en.startswith("no answer")


def test_an_error_fills_a_brace_in_both_languages() -> None:
    text = Text("실패: {}", "failed: {}").format(BrokerError(Text("멈춤", "stopped")))
    assert text == Text("실패: 멈춤", "failed: stopped")
    assert Text.of("{}").format(ValueError("plain")).ko == "plain"
