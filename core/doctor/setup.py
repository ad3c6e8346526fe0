"""What the user set: configuration and secrets."""

from __future__ import annotations

from config.errors import ConfigError
from config.text import Text
from core.doctor.check import DoctorContext, Judged, Level, check


@check("configuration")
def _configuration(context: DoctorContext) -> Judged:
    loaded = context.configuration
    if isinstance(loaded, ConfigError):
        return (
            Level.FAIL,
            loaded.text,
            Text("고친 뒤 'config validate'로 확인하세요", "mend it, then run 'config validate'"),
        )
    if loaded.notes:
        return (
            Level.WARN,
            Text("; ".join(n.ko for n in loaded.notes), "; ".join(n.en for n in loaded.notes)),
            Text(
                "설정 창에서 한 번 저장하면 정리됩니다", "saving in the settings dialog tidies it"
            ),
        )
    if not loaded.path.exists():
        return Level.OK, Text(
            f"{loaded.path} 파일이 없어 기본값을 씁니다",
            f"there is no {loaded.path}, so the defaults hold",
        )
    return Level.OK, Text.of(str(loaded.path))


@check("keyring")
def _keyring(context: DoctorContext) -> Judged:
    backend = context.keyring()
    if backend is not None:
        return Level.OK, Text.of(type(backend).__name__)
    return (
        Level.WARN,
        Text(
            "운영체제 키링이 없어 비밀번호를 저장할 수 없습니다",
            "the system has no keyring, so secrets can't be stored",
        ),
        Text(
            "필요한 비밀값은 환경 변수 TERMINAL_SECRET__이름으로 지정하세요",
            "give secrets by environment variables TERMINAL_SECRET__NAME",
        ),
    )
