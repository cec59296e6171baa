"""One person, one record: studio, offers, visits, hours, talks, outcomes, proofs, from the rooms; nobody else's."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from pypdf import PdfReader
from tests.attendance import camp
from tests.cast import browser
from tests.crew import Crew
from tests.visits.arranging import confirmed, held
from tests.volunteering import field as fields
from tests.web import tables

from keqiao.outcomes import services as outcomes
from keqiao.outcomes.models import Outcome
from keqiao.records import selectors

pytestmark = pytest.mark.django_db


def test_an_experts_record_has_studio_offer_visit_and_outcome(crew: Crew) -> None:
    cast = crew.cast
    visit, _unconfirmed = confirmed(cast), held(cast)
    offer = cast.open_offer()
    tables.laid(cast)
    outcome = Outcome.objects.get()
    for who in (cast.lin, cast.chen):
        outcomes.confirm(outcome, by=who)
    record = selectors.of(cast.chen)
    assert [one.code for one in record.studios] == [cast.chen_studio.code]
    assert offer.code in {one.code for one in record.offers}
    assert [one.code for one in record.visits] == [visit.code]
    assert [one.code for one in record.outcomes] == [outcome.code]
    assert (record.services, record.talks, record.minutes) == ((), (), 0)
    assert not selectors.of(cast.gu).visits


def test_a_leaders_record_has_the_sessions_that_are_over(crew: Crew) -> None:
    session = camp.over(camp.session(crew))
    camp.session(crew)
    assert [one.code for one in selectors.of(crew.qin).talks] == [session.code]
    assert selectors.of(crew.ma).talks == ()


def test_it_is_taken_away_as_json_and_as_paper(crew: Crew) -> None:
    field = fields.laid(crew)
    entry = field.checked(crew.cast.ji)
    client = browser(crew.cast.ji)
    said = client.get("/record/").content.decode()
    assert "3 小时" in said
    told = json.loads(client.get("/record/record.json").content)
    assert entry.code in json.dumps(told)
    assert crew.cast.gu.name not in json.dumps(told, ensure_ascii=False)
    paper = PdfReader(BytesIO(b"".join(client.get("/record/record.pdf"))))
    assert "惠民兴县示例项目" in "".join(page.extract_text() for page in paper.pages)
