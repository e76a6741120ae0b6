"""`monitor`: the root of the command line. A new sub-command is one line in COMMANDS."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, NamedTuple, NoReturn

import typer
from typer.exceptions import Abort, TyperException

from monitor import __version__
from monitor.cli.session import Session
from monitor.errors import UserError


class Lazy(NamedTuple):
    """Where a sub-command lives, `module:attribute` of a typer app or a function, and how it is described."""

    target: str
    help: str
    epilog: str | None = None


COMMANDS = {
    "kafka": Lazy("monitor.cli.kafka:app", "Run a real Apache Kafka on this machine."),
    "topics": Lazy("monitor.cli.topics:app", "See and create the topics."),
    "config": Lazy(
        "monitor.cli.config:config",
        "Print the settings in force and where each was set.",
        "Example: monitor --set kafka.partitions=12 config",
    ),
    "rules": Lazy("monitor.cli.rules:app", "See the rules; check and publish a rule set."),
    "worker": Lazy("monitor.cli.worker:worker", "Run one worker.", "Example: monitor worker --loglevel warning"),
    "control": Lazy("monitor.cli.control:app", "The kill switch, and going on after a flood."),
    "disposition": Lazy(
        "monitor.cli.disposition:disposition",
        "An analyst's verdict; may release a hold or a block.",
        "Example: monitor disposition alert 9f2c01 FP_EXPLAINED --customer c-17 --analyst 'Li Wei'",
    ),
    "loan": Lazy(
        "monitor.cli.loan:loan",
        "Follow one loan's money: ledger, ways, proof, picture.",
        "Example: monitor loan L-2041 --method all --from bank --svg loan.svg",
    ),
    "replay": Lazy(
        "monitor.cli.replay:replay",
        "Decide history again, from a file or the journal.",
        "Example: monitor replay bank/ --truth bank/ --rules my-rules.toml",
    ),
    "prove": Lazy(
        "monitor.cli.prove:prove",
        "Prove what tracing rules block, beside the workers.",
        "Example: monitor prove --out proofs",
    ),
    "verify-proof": Lazy(
        "monitor.cli.verify_proof:verify_proof",
        "Check proofs; needs no Kafka.",
        "Example: monitor verify-proof proofs/*.json",
    ),
    "watch": Lazy("monitor.cli.watch:watch", "Watch what a running system does.", "Example: monitor watch"),
    "demo": Lazy(
        "monitor.cli.demo:demo",
        "Play a bank with some fraud into the monitor, live; ends by itself.",
        "Example: monitor demo --seed 7",
    ),
    "simulate": Lazy(
        "monitor.cli.simulate:simulate",
        "Simulate a bank into files or Kafka, with the truth beside it.",
        "Example: monitor simulate --customers 1000 --days 30 --out bank",
    ),
}


def build(arguments: Sequence[str]) -> typer.Typer:
    """Build the command line for these arguments: only what they may name is imported, the rest is just listed."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.callback(epilog="Example: monitor --config bank.toml topics show")(_root)
    for name, command in COMMANDS.items():
        _add(app, name, command, wanted=name in arguments)
    return app


def _add(app: typer.Typer, name: str, command: Lazy, *, wanted: bool) -> None:
    module, attribute = command.target.split(":")
    found = getattr(import_module(module), attribute) if wanted else _listed
    if isinstance(found, typer.Typer):
        app.add_typer(found, name=name, help=command.help)
    else:
        app.command(name, help=command.help, epilog=command.epilog)(found)


def _listed() -> None:
    """Stand in the list of commands; a command that is called was imported."""


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


def _root(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="Settings, TOML. Also: MONITOR_CONFIG.")] = None,
    bootstrap: Annotated[str | None, typer.Option(help="Kafka's address; short for --set kafka.bootstrap=.")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="One setting: section.name=value.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error was raised.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """Watch loan money and payments on Kafka; stop fraud and cash-out while they happen."""
    del debug, version  # handled in `run` and by the callback
    flags = _flags(settings or [])
    context.obj = Session(config, flags | ({"kafka.bootstrap": bootstrap} if bootstrap else {}))


def _flags(pairs: list[str]) -> dict[str, object]:
    from monitor.settings_sources import parse_flags  # noqa: PLC0415 - keeps --help quick

    return parse_flags(pairs) if pairs else {}


def run(arguments: Sequence[str]) -> int:
    """Run one command line; its exit code. An error is one line on stderr that says what to do."""
    try:
        code = build(arguments)(list(arguments), prog_name="monitor", standalone_mode=False)
    except TyperException as error:
        return _say(error.format_message(), error.exit_code)
    except Abort:
        return _say("monitor: stopped", 130)
    except UserError as error:
        return _say(f"monitor: {error}", 1)
    return code if isinstance(code, int) else 0


def _say(line: str, code: int) -> int:
    typer.echo(
        line if "\n" in line or line.startswith("monitor:") else f"monitor: {line} See: monitor --help", err=True
    )
    return code


def main() -> NoReturn:
    """Run `monitor` with the arguments of this process."""
    arguments = sys.argv[1:] or ["--help"]
    try:
        code = run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as error:
        if "--debug" in arguments:
            raise
        code = _say(f"monitor: unexpected {type(error).__name__}; to see where, put --debug after `monitor`", 1)
    sys.exit(code)
