from __future__ import annotations

import pytest

from config.errors import ConfigError
from config.masking import masked_text
from config.secrets import Secrets, declare_secret, masked_url, printable
from config.text import Text


class FakeKeyring:
    def __init__(self):
        self.kept = {}

    def get_password(self, service, name):
        return self.kept.get((service, name))

    def set_password(self, service, name, value):
        self.kept[service, name] = value

    def delete_password(self, service, name):
        del self.kept[service, name]


@pytest.fixture
def token(registry):
    return declare_secret("ai_token", Text("AI 토큰", "AI token"))


def test_the_environment_wins_over_the_keyring(token):
    keyring = FakeKeyring()
    Secrets({}, keyring).set(token, "kept")
    assert Secrets({}, keyring).get(token) == "kept"
    assert Secrets({"TERMINAL_SECRET__AI_TOKEN": "given"}, keyring).get(token) == "given"
    assert Secrets({"TERMINAL_SECRET__AI_TOKEN": ""}, keyring).get(token) == "kept"


def test_an_empty_value_removes_what_is_kept(token):
    keyring = FakeKeyring()
    secrets = Secrets({}, keyring)
    secrets.set(token, "kept")
    secrets.set(token, "")
    secrets.set(token, "")
    assert secrets.get(token) is None
    assert secrets.shown(token) == ("", "not set")


def test_without_a_keyring_nothing_is_stored_and_the_variable_is_named(token):
    secrets = Secrets({}, None)
    with pytest.raises(ConfigError, match="TERMINAL_SECRET__AI_TOKEN") as caught:
        secrets.set(token, "hunter2")
    assert "hunter2" not in str(caught.value)
    assert secrets.get(token) is None


@pytest.mark.parametrize(
    ("url", "edited", "printed"),
    [
        ("postgresql://me:pw@db/x", "postgresql://me:********@db/x", None),
        ("http://host/?key=1&a=2", "http://host/?key=********&a=2", "http://host/?********"),
        ("sqlite:///a.db", "sqlite:///a.db", None),
        ("what? no url", "what? no url", None),
    ],
)
def test_passwords_and_queries_of_urls_are_starred(url, edited, printed):
    assert masked_url(url) == edited
    assert printable(url) == (printed or edited)


def test_a_keyring_is_not_looked_for_where_the_environment_has_the_secret(token, monkeypatch):
    monkeypatch.setattr("config.secrets.system_keyring", lambda: pytest.fail("looked for"))
    monkeypatch.setenv("TERMINAL_SECRET__AI_TOKEN", "given-in-the-environment")
    assert Secrets.of_system().get(token) == "given-in-the-environment"


class Locked(FakeKeyring):
    def get_password(self, service, name):
        raise RuntimeError("locked; hunter2")


def test_a_keyring_that_refuses_is_named_with_what_to_do(token):
    for use in (lambda it: it.get(token), lambda it: it.set(token, "")):
        with pytest.raises(ConfigError, match=r"unlock it.*TERMINAL_SECRET__AI_TOKEN") as caught:
            use(Secrets({}, Locked()))
        assert "hunter2" not in str(caught.value)


def test_a_secret_that_was_looked_up_is_starred_from_then_on(token):
    Secrets({"TERMINAL_SECRET__AI_TOKEN": "a-rather-long-token"}, None).get(token)
    assert masked_text("sent a-rather-long-token") == "sent ***"
