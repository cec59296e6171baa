"""The only writer of drafts."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from keqiao.accounts.models import Person
from keqiao.base.errors import NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.base.text import refuse_unsafe_values
from keqiao.casework import services as casework
from keqiao.casework.models import Case
from keqiao.casework.states import LIVE
from keqiao.contracts import policies
from keqiao.contracts.models import Draft
from keqiao.contracts.types import FIELDS, Entered, contract
from keqiao.journal import services as journal
from keqiao.paperwork import contracts as papers


class ChangedMeanwhile(Refused):
    """Somebody kept a newer version after this page was opened."""

    text = N_("有人刚存了新的一版。您填写的内容还在下面，请和新版核对后再存。")


@transaction.atomic
def draft(case: Case, entered: Entered, *, after: int, by: Person) -> Draft:
    """Keep a new version; ``after`` is the number of the version that the page showed, 0 for none.

    Blanks are no problem; raise Invalid for wrong values, ChangedMeanwhile.
    """
    if not policies.may_draft(by, case):
        raise NotAllowed
    if case.state not in LIVE:
        raise WrongState
    kept = {name: entered.get(name, "").strip() for name in FIELDS}
    refuse_unsafe_values(kept)
    papers.checked(contract(kept))
    newest = Draft.objects.filter(case=case).order_by("-version").first()
    if (newest.version if newest is not None else 0) != after:
        raise ChangedMeanwhile
    made = Draft(case=case, version=after + 1, entered=kept, made_by=by)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise ChangedMeanwhile from None
    data = {"version": made.version, "form": kept["form"]}
    journal.record("case.contract_drafted", casework.subject_of(case), by=by, data=data)
    return made
