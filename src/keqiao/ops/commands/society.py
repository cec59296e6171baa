"""``keqiao society``: put a society on the association tree, so that visits and plans can name it as an expert."""

from __future__ import annotations

import argparse
import sys

from keqiao.base.phrases import N_, Phrase

HELP = "Add a society (学会) under an association, and say who speaks for it."
NEEDS_DATABASE = True
NO_NODE = N_("没有地区 %(region)s 的科协，请核对六位地区代码。")
NO_PERSON = N_("没有登录邮箱是 %(email)s 的人，请先请对方注册。什么也没有登记。")
ADDED = N_("已登记：%(name)s（%(code)s），在%(under)s下面。")
SPEAKS = N_("%(name)s 代表它，可以写到访记录、确认和答复。")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", help="the society's whole name")
    parser.add_argument(
        "--region",
        default="",
        help="six-digit code of its association; by default the whole site's",
    )
    parser.add_argument("--speaker", default="", help="log-in address of who speaks for it")


def run(arguments: argparse.Namespace) -> int:
    """Add the society; 2 when there is no such association or person."""
    from django.conf import settings

    from keqiao.access import services as access
    from keqiao.access.types import Role
    from keqiao.accounts import selectors as accounts
    from keqiao.places import selectors, services

    region = arguments.region or settings.HOME_REGION
    under = selectors.association_for(region)
    if under is None or (arguments.region and under.region_id != arguments.region):
        print(Phrase(NO_NODE, {"region": region}), file=sys.stderr)
        return 2
    speaker = accounts.person_by_email(arguments.speaker) if arguments.speaker else None
    if arguments.speaker and speaker is None:
        print(Phrase(NO_PERSON, {"email": arguments.speaker}), file=sys.stderr)
        return 2
    society = services.add_society(arguments.name, under, by=None)
    print(Phrase(ADDED, {"name": society.name, "code": society.code, "under": under.name}))
    if speaker is not None:
        access.grant(speaker, Role.BROKER, society, by=None)
        print(Phrase(SPEAKS, {"name": speaker.name}))
    return 0
