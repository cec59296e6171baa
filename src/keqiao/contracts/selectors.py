"""Questions about drafts: what may be seen, by whom, and what a new one begins with."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from keqiao.access.policies import Visitor
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.base.errors import Missing
from keqiao.casework import policies as casework_policies
from keqiao.casework import selectors as casework
from keqiao.casework.models import Case, Concern, Party
from keqiao.casework.types import Side
from keqiao.contracts.models import Draft
from keqiao.contracts.types import Entered, form
from keqiao.needs.models import Need
from keqiao.organisations import selectors as organisations
from keqiao.paperwork import registration
from keqiao.paperwork.wording import BY_TARGETS, LIMITS
from keqiao.places import reference

FORM_OF = {
    "development": "commissioned",
    "transfer": "patent_assignment",
    "licence": "patent_licence",
    "consulting": "consulting",
    "service": "service",
}


def versions(case: Case, *, by: Visitor) -> list[Draft]:
    """Return the versions of a case, newest first; raise Missing for who may not see the case."""
    if not casework_policies.may_see(by, case):
        raise Missing
    return list(Draft.objects.filter(case=case).select_related("made_by").order_by("-version"))


def get(case: Case, version: int, *, by: Visitor) -> Draft:
    """Return one version; raise Missing."""
    found = next((one for one in versions(case, by=by) if one.version == version), None)
    if found is None:
        raise Missing
    return found


def begun(case: Case) -> dict[str, str]:
    """Return what the case already says, so that nobody types it again.

    Of its need that is public words only, until its owner has let everybody at the table, who all see the draft, read
    the private version: then its targets and limits too.
    """
    seated = casework.parties(case)
    concerns = casework.concerns(case)
    first = concerns[0].need if concerns else None
    kinds = first.cooperation if first is not None else []
    entered = {
        "form": FORM_OF.get(kinds[0], "commissioned") if kinds else "commissioned",
        "title": case.title,
        "subject": first.public_text if first is not None else "",
        "industry": first.industry_id or "" if first is not None else "",
        "confidentiality": "",
    }
    if concerns and all(_reads(party, concerns[0]) for party in seated):
        entered |= _private(concerns[0].need)
    for side, role in ((Side.ASKS, "buyer"), (Side.ANSWERS, "seller")):
        party = next((one for one in seated if one.side == side), None)
        if party is not None:
            entered |= {f"{role}_{name}": text for name, text in _facts(party).items()}
    return entered


def problems(entered: Entered) -> list[Any]:
    """Return what is wrong with the registration form, field by field; none means that it can be handed in."""
    return registration.problems(
        form(entered),
        regions={row.code for row in reference.regions()},
        industries={row.code for row in reference.industries()},
        today=timezone.localdate(),
    )


def _reads(party: Party, concern: Concern) -> bool:
    """Tell whether a party reads a need: it asks it, or answers and its owner lets it read."""
    need = concern.need
    if need.organisation_id is not None and party.organisation_id == need.organisation_id:
        return True
    if need.organisation_id is None and party.person_id == need.author_id:
        return True
    named = {one.party_id for one in concern.readers.all()}
    return party.side == Side.ANSWERS and party.pk in named


def _private(need: Need) -> dict[str, str]:
    limits = f"{LIMITS}{need.limits}" if need.limits else ""
    return {
        "targets": "\n".join(one for one in (need.targets, limits) if one),
        "acceptance": BY_TARGETS if need.targets else "",
    }


def _facts(party: Party) -> dict[str, str]:
    organisation = party.organisation
    if organisation is None and party.studio is not None:
        organisation = party.studio.organisation
    if organisation is not None:
        current = organisations.current(organisation)
        return {
            "name": current.name,
            "credit_code": current.credit_code or "",
            "region": current.region_id,
        }
    if party.association is not None:
        return {"name": party.association.name, "region": party.association.region_id}
    person = party.person or (party.studio.person if party.studio is not None else None)
    return {"name": person.name, "nature": "person"} if person is not None else {}


def held_about(person: Person) -> Held:
    """Return what is held about a person: versions of contracts that the person made."""
    rows = Draft.objects.filter(made_by=person).select_related("case").order_by("pk")
    return {
        "contract_drafts": [
            {
                "case_code": one.case.code,
                "version": one.version,
                "made_at": one.made_at,
                "entered": {name: text for name, text in one.entered.items() if text},
            }
            for one in rows
        ]
    }
