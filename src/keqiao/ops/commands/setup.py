"""``keqiao setup``: make the database, the reference tables and the static files ready; twice changes nothing."""

from __future__ import annotations

import argparse

HELP = "Make or renew the database, the reference tables and the static files."
NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--quiet", action="store_true", help="print nothing when all goes well")


def run(arguments: argparse.Namespace) -> int:
    """Run the steps in their order."""
    from pathlib import Path

    from django.conf import settings
    from django.core.management import call_command

    from keqiao.places import services as places

    def tell(line: str) -> None:
        if not arguments.quiet:
            print(line, flush=True)

    Path(settings.KEQIAO_HOME).mkdir(parents=True, exist_ok=True)
    tell("数据库 (database) …")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    tell("地区、行业、学科 (reference tables) …")
    for table, count in places.load_reference().items():
        tell(f"  {table}: +{count.added} ~{count.changed} -{count.ended} ={count.unchanged}")
    if not settings.DEBUG:
        tell("静态文件 (static files) …")
        call_command("collectstatic", interactive=False, verbosity=0)
    return 0
