"""Commands that only look: journal, doctor, config."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from config.report import json_schema, settings_table, shown_settings
from config.secrets import Secrets
from config.text import Text
from core.certificate.certificate import Verdict
from core.certificate.issue import make
from core.certificate.plain import plain
from core.commands.console import DONE, FAILED, say_object, say_result
from core.commands.examine import doctor_context
from core.commands.replayed import replay_session
from core.doctor import Level, run_doctor, worst
from core.domain.errors import JournalError
from core.journal import Verification, export_csv, verify
from core.journal.encoding import to_json
from core.program import Program


def journal(program: Program, args: Namespace) -> int:
    target = program.journal_target
    if isinstance(target, Path) and not target.exists():
        raise JournalError(f"{target}: there is no journal yet; it is made by the first run")
    if args.action == "replay":
        return replay_session(program, args)
    if args.action == "certificate":
        return _certificate(program, args)
    if args.action == "export":
        written = export_csv(target, args.out)
        if args.json:
            say_object({"files": [str(path) for path in written]}, as_json=True)
        else:
            say_result("\n".join(map(str, written)))
        return DONE
    found = verify(target)
    for problem in found.problems:
        program.say(Text(f"{problem.seq}: {problem.text.ko}", f"{problem.seq}: {problem.text.en}"))
    for note in found.notes:
        program.say(note)
    say_object(_verification(found), args.json)
    return DONE if found.is_good else FAILED


def _certificate(program: Program, args: Namespace) -> int:
    """Print the certificate of a day; nothing is written."""
    made = make(program.journal_target, program.clock.now(), args.day)
    if args.json:
        say_result(json.dumps(to_json(made)))
    else:
        say_result("\n".join(plain(made, program.language)))
    return DONE if made.verdict is Verdict.AGREES else FAILED


def _verification(found: Verification) -> dict[str, Any]:
    return {
        "is_good": found.is_good,
        "records": found.records,
        "sessions": found.sessions,
        "fills": found.fills,
        "trades": found.trades,
        "problems": len(found.problems),
        "last_hash": found.last_hash,
    }


def doctor(program: Program, args: Namespace) -> int:
    findings = run_doctor(doctor_context(program))
    if args.json:
        say_result(json.dumps({"findings": [found.as_json() for found in findings]}))
    else:
        for found in findings:
            say_result(found.line(program.language))
    return FAILED if worst(findings) is Level.FAIL else DONE


def config(program: Program, args: Namespace) -> int:
    if args.action == "schema":
        say_result(
            json.dumps(json_schema(), ensure_ascii=args.json, indent=None if args.json else 2)
        )
    elif args.action == "validate":
        say_object({"config": str(program.loaded.path), "valid": True}, args.json)
    else:
        secrets = Secrets.of_system()
        shown = shown_settings(program.loaded, secrets) if args.json else None
        say_result(json.dumps(shown) if shown else settings_table(program.loaded, secrets))
    return DONE
