"""The options of the AI."""

import pytest

from config.errors import ConfigError
from config.schema import Settings
from core.predict.options import AiOptions


def test_it_is_off_by_default() -> None:
    options = Settings()[AiOptions]
    assert (options.enabled, options.endpoint, options.timeout_ms, options.threshold) == (
        False,
        "",
        800,
        0.005,
    )


@pytest.mark.parametrize(
    "url", ["http://localhost:8000/predict", "https://ai.example.com", "http://[::1]:80/x?y=1"]
)
def test_web_addresses_are_taken(url: str) -> None:
    assert Settings({"ai.endpoint": url})[AiOptions].endpoint == url


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8000",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://",
        "http:///path",
        "http://host:port/",
        "http://host:99999/",
        "http://[::1/",
        "http://a b/\n",
    ],
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"ai.endpoint: needs a URL that begins with http://"):
        Settings({"ai.endpoint": url})
