"""``keqiao create-administrator``: the first person who may give roles to others."""

from __future__ import annotations

import argparse
import getpass
import os
import sys

HELP = "Make a person the administrator of an association (the first one cannot be made in the browser)."
NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("email")
    parser.add_argument("--name", required=True)
    parser.add_argument(
        "--region", default="", help="six-digit code; by default that of the whole site"
    )


def run(arguments: argparse.Namespace) -> int:
    """Create the person if need be, and give the role."""
    from django.conf import settings
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from keqiao.access import services as access
    from keqiao.access.types import Role
    from keqiao.accounts import selectors as accounts
    from keqiao.accounts import services as account_services
    from keqiao.places import selectors as places
    from keqiao.places import services as place_services

    place_services.plant_associations(settings.HOME_REGION)
    association = places.association_for(arguments.region or settings.HOME_REGION)
    if association is None:
        print(
            "没有这个地区的科协，请核对地区代码。(no association for that region)", file=sys.stderr
        )
        return 2
    person = accounts.person_by_email(arguments.email)
    if person is None:
        password = os.environ.get("KEQIAO_PASSWORD") or getpass.getpass("password: ")
        try:
            validate_password(password)
        except ValidationError as error:
            print("\n".join(error.messages), file=sys.stderr)
            return 2
        person = account_services.create_person(
            email=arguments.email, name=arguments.name, password=password
        )
    access.grant(person, Role.ADMINISTRATOR, association, by=None)
    print(f"{person.email}: administrator of {association.name}")
    return 0
