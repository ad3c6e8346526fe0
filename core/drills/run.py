"""Runs drills one after another, each on surroundings of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from config.errors import ConfigError
from config.explain import nearest
from config.text import Text
from core.clock import monotonic
from core.domain.errors import TerminalError
from core.drills.bench import Bench
from core.drills.drill import Drill, DrillFailedError, Outcome, registered

MakeBench = Callable[[Path], Bench]


def all_drills() -> tuple[Drill, ...]:
    """Return every drill by family."""
    import_module("core.drills.cases")  # each file registers its own
    return registered()


def chosen(codes: Sequence[str]) -> tuple[Drill, ...]:
    """Return the drills of these codes, all of them where none is named.

    Raises:
        ConfigError: There is no drill of that name; the nearest one is told.
    """
    known = {drill.code: drill for drill in all_drills()}
    for code in codes:
        if code not in known:
            guess = nearest(code, known)
            ko, en = (f" {guess}인가요?", f" (did you mean {guess}?)") if guess else ("", "")
            raise ConfigError(
                Text(
                    f"--only {code}: 그런 훈련은 없습니다.{ko} 목록: app.py drill --list",
                    f"--only {code}: no such drill{en}; see app.py drill --list",
                )
            )
    return tuple(known[code] for code in codes) if codes else tuple(known.values())


def run_all(drills: Sequence[Drill], make_bench: MakeBench) -> Iterator[Outcome]:
    """Yield how each went, as soon as it is over."""
    for drill in drills:
        with TemporaryDirectory(prefix="drill-", ignore_cleanup_errors=True) as folder:
            yield run_one(drill, make_bench(Path(folder)))


def run_one(drill: Drill, bench: Bench) -> Outcome:
    """Do one drill; whatever it raises is its result."""
    began = monotonic()
    try:
        seen = drill.run(bench)
        return Outcome(drill, True, seen.text, monotonic() - began, seen.safe_s)
    except DrillFailedError as failed:
        return Outcome(drill, False, failed.text, monotonic() - began)
    except TerminalError as error:
        return Outcome(drill, False, error.text, monotonic() - began)
    except Exception as error:  # the drill's edge: a fault of the program is what it looks for
        text = Text(f"내부 오류: {error!r}", f"internal error: {error!r}")
        return Outcome(drill, False, text, monotonic() - began)
    finally:
        bench.close()
