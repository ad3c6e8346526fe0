"""What Python's argparse and our own option types say of a wrong command line, in Korean too."""

from __future__ import annotations

import re

from config.text import Text

# What Python 3.11 says, and the Korean of it; a sentence that is not here stays as it is.
_SENTENCES = (
    (r"the following arguments are required: (.+)", "{}이(가) 필요합니다"),
    (
        r"argument (\S+): invalid choice: (.+) \(choose from (.+)\)",
        "{}: {}은(는) 없습니다({} 중에서)",
    ),
    (r"argument (\S+): expected one argument", "{}: 값이 필요합니다"),
    (r"argument (\S+): expected at least one argument", "{}: 값이 하나 이상 필요합니다"),
    (r"argument (\S+): ignored explicit argument (.+)", "{}: 값을 받지 않습니다({})"),
    (r"argument (\S+): not allowed with argument (\S+)", "{}: {}와(과) 함께 쓸 수 없습니다"),
    (r"argument (\S+): invalid \S+ value: (.+)", "{}: 쓸 수 없는 값입니다: {}"),
    (r"one of the arguments (.+) is required", "{} 중 하나가 필요합니다"),
    (
        r"argument (\S+): (.+) is neither a number above 0 nor 'max'",
        "{}: {}은(는) 0보다 큰 수나 max가 아닙니다",
    ),
    (r"argument (\S+): (.+) is no whole number from 0 up", "{}: {}은(는) 0 이상의 정수가 아닙니다"),
    (
        r"argument (\S+): (.+) is no number of minutes above 0",
        "{}: {}은(는) 0보다 큰 분이 아닙니다",
    ),
    (r"argument (\S+): (.+) is no day such as (\S+)", "{}: {}은(는) 날짜가 아닙니다({}처럼)"),
    (r"argument (\S+): (.+) is no symbol such as (.+)", "{}: {}은(는) 종목코드가 아닙니다({}처럼)"),
    (r"argument (\S+): (.+) stands there twice", "{}: {}이(가) 두 번 들어 있습니다"),
    (
        r"argument (\S+): (.+) is no number of kills from 1 up",
        "{}: {}은(는) 1 이상의 횟수가 아닙니다",
    ),
)


def in_both(message: str, help_command: str) -> Text:
    """Return the message with where to find help."""
    return Text(f"{_korean(message)}. 도움말: {help_command}", f"{message}; try: {help_command}")


def _korean(message: str) -> str:
    for pattern, korean in _SENTENCES:
        found = re.fullmatch(pattern, message)
        if found is not None:
            return korean.format(*found.groups())
    return message
