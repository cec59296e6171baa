"""``keqiao <command>``: one small table of commands, each a module in ``ops/commands``.

A command module has HELP, NEEDS_DATABASE, ``add_arguments(parser)`` and ``run(arguments) -> exit status``. A word
that is not in the table goes to Django's own management commands (``keqiao migrate``).
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from typing import Protocol, cast

from keqiao.base.errors import Refused
from keqiao.ops import commands


class Command(Protocol):
    """What a command module offers."""

    HELP: str
    NEEDS_DATABASE: bool

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; return the exit status."""


def command_names() -> list[str]:
    """Return the names of all commands as typed."""
    found = pkgutil.iter_modules(commands.__path__)
    return sorted(module.name.replace("_", "-") for module in found)


def load(name: str) -> Command:
    """Return the module behind a command's name."""
    module = importlib.import_module(f"{commands.__name__}.{name.replace('-', '_')}")
    return cast("Command", module)


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit status."""
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] in {"-h", "--help", "help"}:
        return overview()
    if words[0] not in command_names():
        return django(words)
    command = load(words[0])
    parser = argparse.ArgumentParser(prog=f"keqiao {words[0]}", description=command.HELP)
    command.add_arguments(parser)
    arguments = parser.parse_args(words[1:])
    if command.NEEDS_DATABASE:
        start_django()
    try:
        return command.run(arguments)
    except Refused as refusal:
        print(f"keqiao: {refusal}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def overview() -> int:
    """Print every command with its sentence."""
    print("keqiao <command> [--help]\n")
    for name in command_names():
        print(f"  {name:<22}{load(name).HELP}")
    print("\nOther words go to Django's management commands, for example: keqiao migrate")
    return 0


def start_django() -> None:
    """Make the rooms importable."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqiao.config.settings")
    import django as framework

    framework.setup()


def django(words: list[str]) -> int:
    """Hand ``words`` to Django's management."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqiao.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["keqiao", *words])
    return 0


if __name__ == "__main__":
    sys.exit(main())
