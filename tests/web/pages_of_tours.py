"""Who sees and does what on the pages of plans of visits: planners of the area, and once applied both sides."""

from __future__ import annotations

from tests.crew import Crew
from tests.tours.round import Tour, first_day, tour_of
from tests.web.whom import LOGIN, members, only

from keqiao.tours import services
from keqiao.tours.models import Expert, Firm

PLANNERS = ("wu", "he", "tang")  # broker, administrator above, organiser
READ: dict[str, dict[str, int]] = {
    "tour_list": members(),
    "tour_detail": only(*PLANNERS, stranger=LOGIN),
    "tour_detail applied": only(*PLANNERS, stranger=LOGIN),
    "tour_expert_add": only(*PLANNERS, stranger=LOGIN),
    "tour_firm_add": only(*PLANNERS, stranger=LOGIN),
    "tour_expert_edit": only(*PLANNERS, stranger=LOGIN),
    "tour_firm_edit": only(*PLANNERS, stranger=LOGIN),
    "tour_expert draft": only(*PLANNERS, stranger=LOGIN),
    "tour_firm draft": only(*PLANNERS, stranger=LOGIN),
    "tour_expert": only(*PLANNERS, "chen", stranger=LOGIN),
    "tour_firm": only(*PLANNERS, "lin", stranger=LOGIN),
    "tour_expert_paper": only(*PLANNERS, "chen", stranger=LOGIN),
    "tour_firm_paper": only(*PLANNERS, "lin", stranger=LOGIN),
}
POSTED = ("tour_do",)


def both(crew: Crew) -> tuple[Tour, Tour]:
    """Return an applied plan and a draft of the same firms."""
    applied = tour_of(crew.cast)
    draft = tour_again(applied)
    services.apply(applied.plan, by=crew.cast.wu, revision=applied.revision())
    return applied, draft


def tour_again(tour: Tour) -> Tour:
    """Return a second draft with the sides of a first one."""
    plan = services.draft(tour.plan.association, services.terms_of(tour.plan), by=tour.cast.wu)
    rows: list[Expert | Firm] = [*tour.plan.experts.all(), *tour.plan.firms.all()]
    for row in rows:
        row.pk, row.plan = None, plan
        row._state.adding = True
        row.save()
    services.rerun(plan, by=tour.cast.wu, revision=plan.revision)
    firms = {one.organisation_id: one for one in plan.firms.select_related("organisation")}
    again = Tour(
        tour.cast, plan, firms[tour.lithium.organisation_id], firms[tour.cement.organisation_id]
    )
    again.solve()
    return again


def paths(crew: Crew) -> dict[str, str]:
    """Return the addresses of an applied plan and of a draft."""
    applied, draft = both(crew)
    expert, firm = crew.cast.chen_studio.code, crew.cast.lithium.code
    old, new = f"/tours/{applied.plan.code}/", f"/tours/{draft.plan.code}/"
    return {
        "tour_list": "/tours/",
        "tour_detail": new,
        "tour_detail applied": old,
        "tour_expert_add": f"{new}experts/add/",
        "tour_firm_add": f"{new}firms/add/",
        "tour_expert_edit": f"{new}experts/{expert}/edit/",
        "tour_firm_edit": f"{new}firms/{firm}/edit/",
        "tour_expert draft": f"{new}experts/{expert}/",
        "tour_firm draft": f"{new}firms/{firm}/",
        "tour_expert": f"{old}experts/{expert}/",
        "tour_firm": f"{old}firms/{firm}/",
        "tour_expert_paper": f"{old}experts/{expert}/itinerary.ics",
        "tour_firm_paper": f"{old}firms/{firm}/itinerary.ics",
    }


def presses(crew: Crew) -> dict[str, tuple[str, dict[str, object], set[str]]]:
    """Return every press on a draft."""
    tour = tour_of(crew.cast)
    plan, planners = tour.plan, set(PLANNERS)
    seen: dict[str, object] = {"revision": plan.revision}
    expert, firm = crew.cast.chen_studio.code, crew.cast.lithium.code
    pair = {**seen, "firm": firm, "who": expert}
    day = first_day().isoformat()
    terms = {
        **seen, "title": "改名", "begins_on": day, "ends_on": day, "leaves": "08:00", "returns": "19:00",
        "threshold": 0, "hour_points": 5, "speed": 50, "detour": 140, "seconds": 5,
    }  # fmt: skip
    going = {**seen, "stops_a_day": 2, "stops_count": 3}
    receiving = {
        **seen, "industry": "C3011", "hours": "9:00-12:00", "stay": 60, "wanted": 1, "address": "新址",
    }  # fmt: skip
    deeds: dict[str, dict[str, object]] = {
        "rerun": seen,
        "terms": terms,
        "drop-expert": {**seen, "who": expert},
        "drop-firm": {**seen, "who": firm},
        "lock": {**pair, "day_on": day},
        "exclude": pair,
        "move": pair,
        "apply": seen,
        "discard": seen,
    }
    new = {"title": "新的", "begins_on": day, "ends_on": day}
    address = f"/tours/{plan.code}/"
    return {
        "tour_list": ("/tours/", {**new, "node": "A-511800"}, planners),
        "tour_expert_edit": (f"{address}experts/{expert}/edit/", going, planners),
        "tour_firm_edit": (f"{address}firms/{firm}/edit/", receiving, planners),
        "tour_firm_add": (
            f"{address}firms/add/",
            {**receiving, "firm": crew.school.code},
            planners,
        ),
        **{
            f"tour_do {deed}": (f"{address}do/{deed}/", entered, planners)
            for deed, entered in deeds.items()
        },
    }
