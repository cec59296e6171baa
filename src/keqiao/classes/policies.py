"""May A do B to a class."""

from __future__ import annotations

from django.db.models import Q

from keqiao.access.policies import Visitor
from keqiao.accounts.models import Person
from keqiao.classes.models import SchoolClass
from keqiao.organisations import policies as organisations
from keqiao.organisations.models import Organisation
from keqiao.organisations.types import Kind, Standing


def may_enter(person: Visitor, school: Organisation) -> bool:
    """Tell whether the person may enter classes of a school: a member of it, and it is verified."""
    is_school = school.kind == Kind.SCHOOL and school.standing == Standing.VERIFIED
    return is_school and organisations.is_member(person, school)


def schools_of(person: Visitor) -> Q:
    """Return ``may_enter`` as a condition on organisations."""
    mine = organisations.member_of(person)
    return Q(pk__in=mine, kind=Kind.SCHOOL, standing=Standing.VERIFIED, merged_into=None)


def teaches(person: Visitor, school_class: SchoolClass) -> bool:
    """Tell whether the class is the person's: nobody else sees the names, members of the school neither."""
    return isinstance(person, Person) and school_class.teacher_id == person.pk
