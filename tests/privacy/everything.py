"""A person about whom every room holds something, for the tests of the copy and of erasure."""

from __future__ import annotations

from io import BytesIO

from tests.cast import GOOD, Cast, need_content
from tests.complaints.test_complaints import lodged
from tests.meetings.test_meetings import content as meeting_content
from tests.outcomes.test_outcomes import YES, confirmed

from keqiao.accounts import services as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import Purpose
from keqiao.base.phrases import Phrase
from keqiao.casework import services as casework
from keqiao.casework.models import Case
from keqiao.casework.types import NoteKind
from keqiao.contracts import selectors as drafts
from keqiao.contracts import services as contracts
from keqiao.meetings import services as meetings
from keqiao.messaging import services as messaging
from keqiao.messaging.types import Kind, Message
from keqiao.needs import services as needs
from keqiao.needs.models import Need
from keqiao.outcomes import services as outcomes
from keqiao.privacy import services
from keqiao.privacy.types import Plan
from keqiao.tokens import services as tokens
from keqiao.tokens.types import Content as TokenContent
from keqiao.tokens.types import Scope

MINE = "只有陈砚自己知道的配方"


def lived(cast: Cast) -> Case:
    """Have 陈砚 do a bit of everything: needs, offers, a case with a confirmed outcome, words, files, a complaint."""
    chen = cast.chen
    accounts.consent(chen, Purpose.CONTACT, by=chen)
    case = cast.table()
    confirmed(cast, case)
    outcomes.rate(case, YES, text="合作顺利。", by=chen)
    casework.note(case, "样品已寄出。", by=chen, kind=NoteKind.MAIL)
    casework.attach(case, BytesIO(b"a,b\n"), name="数据.csv", size=4, most_mib=1, by=chen)
    contracts.draft(case, drafts.begun(case), after=0, by=chen)
    meetings.call(case, meeting_content(case), by=cast.wu)
    needs.draft(need_content(wanted=MINE, title="草稿需求"), by=chen)
    own_need(cast)
    cast.offer(title="草稿所能")
    cast.open_offer()
    lodged(cast, by=chen, persons=frozenset())
    tokens.issue(TokenContent("周报脚本", 30, (Scope.CASES,)), by=chen)
    told = Phrase("所能“%(title)s”已公开。", {"title": "锂渣"})
    messaging.notify(
        chen, Message(kind=Kind.REVIEW, key="entry:0", phrase=told, path="/desk/"), by=None
    )
    messaging.prefer({Kind.FITTING: "off"}, language="zh-hans", rhythm="weekly", by=chen)
    return case


def own_need(cast: Cast) -> Need:
    """Return an open need that 陈砚 asks for nobody but himself, with a file."""
    need = needs.draft(need_content(wanted=f"{MINE}，想找人放大生产，请协助中试。"), by=cast.chen)
    needs.attach(need, BytesIO(b"c,d\n"), name="配方.csv", size=4, most_mib=1, by=cast.chen)
    return needs.approve(needs.submit(need, by=cast.chen), by=cast.zheng, scores=GOOD)


def leave(person: Person) -> Plan:
    """Erase an account, as its owner confirms it."""
    return services.erase(person, person.email, by=person)
