"""Programs of the cast, and what they ask about."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.test import Client
from django.utils import timezone
from tests.activities.made import content as activity_content
from tests.activities.made import session_content
from tests.cast import SECRET, YAAN, Cast
from tests.outcomes.test_outcomes import content as outcome_content

from keqiao.accounts.models import Person
from keqiao.activities import services as activities
from keqiao.activities.models import Activity
from keqiao.casework import services as casework
from keqiao.casework.types import NoteKind
from keqiao.needs import services as needs
from keqiao.outcomes import services as outcomes
from keqiao.places.models import Association
from keqiao.tokens import services
from keqiao.tokens.types import Content, Scope

PROBLEM = "application/problem+json"
ALL = tuple(Scope.values)
QUESTION = {
    "title": "锂渣的规模化消纳利用",
    "text": "提锂产生的酸法锂渣需要稳定的消纳途径，希望用于水泥、混凝土等建材，掺量不低于 10%。",
    "keywords": ["锂渣", "固废利用"],
}


def program(who: Person, *scopes: str, **headers: str) -> Client:
    """Return a program that has a token of ``who``."""
    _token, secret = services.issue(Content("程序", 90, scopes), by=who)
    return Client(headers={"Authorization": f"Bearer {secret}", **headers})


def ask(client: Client, asked: Any = QUESTION) -> Any:
    """Ask the engine."""
    return client.post("/api/v1/match", asked, content_type="application/json")


def activities_of(cast: Cast) -> tuple[Activity, Activity]:
    """Return an activity that 何岚 has published, and a draft of hers."""
    node = Association.objects.get(code=f"A-{YAAN}")
    shown, kept_back = (activities.draft(node, activity_content(), by=cast.he) for _ in range(2))
    activities.add_sessions(shown, session_content(), by=cast.he)
    return activities.publish(shown, by=cast.he), kept_back


def laid(cast: Cast) -> dict[str, str]:
    """Return the addresses of everything that can be asked for, by the rows of the permission table."""
    case = cast.table()
    need = case.concerns.get().need
    draft, waiting = cast.need(), cast.need()
    needs.submit(waiting, by=cast.lin)
    kept = BytesIO(SECRET.encode())
    needs.attach(need, kept, name="表.csv", size=len(SECRET.encode()), most_mib=1, by=cast.lin)
    offer, offer_draft = cast.open_offer(), cast.offer()
    activity, activity_draft = activities_of(cast)
    outcome = outcomes.enter(case, outcome_content(), by=cast.wu)
    outcomes.add_milestone(case, "千吨级试验", by=cast.wu)
    casework.add_task(case, "寄样品", by=cast.wu, due_on=timezone.localdate())
    casework.note(case, "只给经办人看的话", by=cast.wu, kind=NoteKind.PHONE)
    casework.note(case, "大家都看的话", by=cast.wu, kind=NoteKind.NOTE, is_shared=True)
    paths = {
        "list_regions": "regions?q=雅安",
        "list_industries": "industries?parent=C",
        "list_subjects": "subjects",
        "list_needs": "needs?region=510000&industry=C26&subject=E02&stage=6&cooperation=service",
        "get_need open": f"needs/{need.code}",
        "get_need draft": f"needs/{draft.code}",
        "get_need review": f"needs/{waiting.code}",
        "list_offers": "offers?q=水泥&kind=result&stage=7",
        "get_offer open": f"offers/{offer.code}",
        "get_offer draft": f"offers/{offer_draft.code}",
        "get_studio open": f"studios/{cast.chen_studio.code}",
        "get_studio hidden": f"studios/{cast.gu_studio.code}",
        "list_activities": "activities?region=510000&kind=camp&age=10&theme=机器人&from_on=2026-01-01",
        "get_activity open": f"activities/{activity.code}",
        "get_activity draft": f"activities/{activity_draft.code}",
        "match": "match",
        "get_me": "me",
        "list_cases": "cases",
        "get_case table": f"cases/{case.code}",
        "list_outcomes": "outcomes",
        "get_outcome table": f"outcomes/{outcome.code}",
        "list_deeds": "journal",
        "read_feed": "feed?after=0&limit=100",
        "read_feed_key": "feed/key",
    }
    return {row: f"/api/v1/{path}" for row, path in paths.items()}
