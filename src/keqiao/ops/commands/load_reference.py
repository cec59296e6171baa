"""``keqiao load-reference``: the shipped regions, industries and subjects into the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "Load or update regions, industries and subjects; a second run changes nothing."
NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--associations",
        action="append",
        default=[],
        metavar="PROVINCE",
        help="also plant the association tree of this province (510000); may be repeated",
    )


def run(arguments: argparse.Namespace) -> int:
    """Load, plant, and print what changed in each table."""
    from keqiao.places import services

    for table, count in services.load_reference().items():
        print(
            f"{table:<12}{count.added:>6} added {count.changed:>6} changed"
            f" {count.unchanged:>6} unchanged {count.ended:>4} ended"
        )
    for province in arguments.associations:
        planted = services.plant_associations(province)
        print(f"associations of {province}: {planted.added} added, {planted.unchanged} unchanged")
    return 0
