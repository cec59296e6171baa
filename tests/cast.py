"""The fixed cast, plainly invented: nine persons, their organisations, their associations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

import pytest
from django.test import Client
from django.utils import timezone
from tests.kept import Kept

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.accounts import services as accounts
from keqiao.base.codes import credit_check
from keqiao.casework import services as casework
from keqiao.invitations import services as invitations
from keqiao.needs import services as needs
from keqiao.needs.types import Content as NeedContent
from keqiao.offers import services as offers
from keqiao.offers.types import Content as OfferContent
from keqiao.offers.types import StudioContent
from keqiao.organisations import services as organisations
from keqiao.organisations.types import Kind, Particulars
from keqiao.places import services as places
from keqiao.places.models import Association, Region
from keqiao.reviews.types import Comment, Scores

if TYPE_CHECKING:
    from keqiao.accounts.models import Person
    from keqiao.casework.models import Case
    from keqiao.needs.models import Need
    from keqiao.offers.models import Offer, Studio
    from keqiao.organisations.models import Organisation

PASSWORD = "kexue-qiaoliang-2026"
YAAN, DEYANG, SICHUAN = "511800", "510600", "510000"
SECRET = "雅安七号回转窑"  # stands in private versions only
GOOD, POOR = Scores(4, 4, 3, 5), Scores(2, 1, 2, 4)  # of a reviewer: the first opens an entry


class Grounds(TypedDict):
    """Why a reviewer sends an entry back."""

    scores: Scores
    comments: list[Comment]


@dataclass(slots=True)
class Cast:
    """Everybody, by family name."""

    lin: Person  # 林小满, writes for 雅安示例锂业
    zhou: Person  # 周禾, of a rival enterprise
    chen: Person  # 陈砚, expert with a studio
    gu: Person  # 古力·阿依, second expert
    wu: Person  # 吴桥, broker in 雅安
    zheng: Person  # 郑立, reviewer in 雅安
    sun: Person  # 孙远, broker in 德阳
    he: Person  # 何岚, administrator of the province
    ji: Person  # 𠮷田㐂, a visitor with an account
    lithium: Organisation  # 雅安示例锂业
    rival: Organisation  # 成都示例锂电材料
    chen_studio: Studio
    gu_studio: Studio

    def need(self, **changes: object) -> Need:
        """Return a complete draft of 林小满 for 雅安示例锂业."""
        return needs.draft(need_content(**changes), by=self.lin, organisation=self.lithium)

    def open_need(self, **changes: object) -> Need:
        """Return a need that 郑立 has opened."""
        return needs.approve(
            needs.submit(self.need(**changes), by=self.lin), by=self.zheng, scores=GOOD
        )

    def offer(self, **changes: object) -> Offer:
        """Return a complete draft of 陈砚."""
        return offers.draft(offer_content(**changes), studio=self.chen_studio, by=self.chen)

    def open_offer(self, **changes: object) -> Offer:
        """Return an offer that 郑立 has opened."""
        return offers.approve(
            offers.submit(self.offer(**changes), by=self.chen), by=self.zheng, scores=GOOD
        )

    def case(self, *wanted: Need) -> Case:
        """Return a case that 吴桥 has opened."""
        return casework.open_case(wanted or (self.open_need(),), by=self.wu)

    def table(self) -> Case:
        """Return a case at which 林小满 asks and 陈砚 has accepted to answer."""
        case = self.case()
        wanted = case.concerns.get().need
        due_on = timezone.localdate() + timedelta(days=10)
        sent = invitations.invite(case, wanted, self.chen_studio, due_on=due_on, by=self.wu)
        invitations.accept(sent, by=self.chen)
        return case


def need_content(**changes: object) -> NeedContent:
    """Return what a complete need says, with ``changes``."""
    values: dict[str, object] = {
        "title": "锂渣的规模化消纳利用",
        "wanted": f"提锂后的酸法锂渣堆存压力大，{SECRET}每天都在出渣，想找到稳定的消纳途径。",
        "tried": "试过直接填埋，渗滤液不达标。",
        "targets": "水泥混合材掺量不低于 10%，28 天活性指数≥65%。",
        "limits": "厂区不能新建窑炉。",
        "stage": 6,
        "cooperation": ("development", "service"),
        "deadline_on": timezone.localdate() + timedelta(days=200),
        "region_id": YAAN,
        "industry_id": "C2613",
        "subject_id": "E0205",
        "keywords": ("锂渣", "固废利用"),
        "public_title": "锂渣的规模化消纳利用",
        "public_text": "提锂产生的酸法锂渣需要稳定的消纳途径，希望用于水泥、混凝土等建材。",
    }
    return NeedContent(**{**values, **changes})  # type: ignore[arg-type]


def offer_content(**changes: object) -> OfferContent:
    """Return what a complete offer says, with ``changes``."""
    values: dict[str, object] = {
        "title": "锂渣微粉作水泥混合材",
        "kind": "result",
        "description": "把酸法锂渣烘干磨细后作水泥混合材，掺量 10%–15%，28 天活性指数 72%，做过千吨级试验。",
        "stage": 7,
        "region_id": YAAN,
        "subject_id": "E0205",
        "industry_ids": ("C3011",),
        "keywords": ("锂渣", "水泥混合材"),
        "capacity": 2,
    }
    return OfferContent(**{**values, **changes})  # type: ignore[arg-type]


def told(text: str, field: str = "") -> Grounds:
    """Return the grounds on which a reviewer sends an entry back."""
    return {"scores": POOR, "comments": [Comment(text, field)]}


def credit_code(body: str) -> str:
    """Return an invented credit code with its right check character."""
    return body + credit_check(body)


@pytest.fixture
def reference(db: None) -> None:  # noqa: ARG001 - asks for the database
    """Regions, industries and subjects: loaded once a session, and again only where a test took them away."""
    if not Region.objects.exists():
        places.load_reference()


def plant() -> dict[str, Association]:
    """Plant the three associations that the cast serves."""
    root = Association.objects.add_root(
        {"code": "A-510000", "name": "四川省科协", "kind": "association", "region_id": SICHUAN}
    )
    nodes = {SICHUAN: root}
    for code, name in ((YAAN, "雅安市科协"), (DEYANG, "德阳市科协")):
        parent = Association.objects.get(pk=root.pk)
        values = {"code": f"A-{code}", "name": name, "kind": "association", "region_id": code}
        nodes[code] = Association.objects.add_child(parent, values)
    return nodes


def person(email: str, name: str) -> Person:
    """Return one of the cast; the password is unusable until a test sets it."""
    return accounts.create_person(email=f"{email}@keqiao.example", name=name)


def browser(who: Person) -> Client:
    """Return a browser in which somebody is logged in."""
    client = Client()
    client.force_login(who)
    return client


def firm(name: str, region: str, body: str, *, by: Person) -> Organisation:
    """Return an enterprise that waits to be verified."""
    entered = Particulars(
        name=name, kind=Kind.ENTERPRISE, region_id=region, credit_code=credit_code(body)
    )
    return organisations.register(entered, by=by)


def _built() -> Cast:
    nodes = plant()
    wu, zheng = person("wuqiao", "吴桥"), person("zhengli", "郑立")
    sun, he = person("sunyuan", "孙远"), person("helan", "何岚")
    access.grant(he, Role.ADMINISTRATOR, nodes[SICHUAN], by=None)
    access.grant(wu, Role.BROKER, nodes[YAAN], by=he)
    access.grant(zheng, Role.REVIEWER, nodes[YAAN], by=he)
    access.grant(zheng, Role.EDITOR, nodes[YAAN], by=he)
    access.grant(sun, Role.BROKER, nodes[DEYANG], by=he)
    lin, zhou = person("linxiaoman", "林小满"), person("zhouhe", "周禾")
    chen, gu = person("chenyan", "陈砚"), person("guliayi", "古力·阿依")
    lithium = firm("雅安示例锂业有限公司", YAAN, "91511800MAKQ00001", by=lin)
    rival = firm("成都示例锂电材料有限公司", "510100", "91510100MAKQ00002", by=zhou)
    organisations.verify(lithium, by=zheng)
    organisations.verify(rival, by=he)
    own = StudioContent(name="陈砚固废利用工作室", about="大宗固废与胶凝材料。", region_id=YAAN)
    other = StudioContent(name="古力·阿依视觉工作室", about="焊接机器视觉。", region_id="510100")
    return Cast(
        lin=lin,
        zhou=zhou,
        chen=chen,
        gu=gu,
        wu=wu,
        zheng=zheng,
        sun=sun,
        he=he,
        ji=person("jitianxi", "𠮷田㐂"),
        lithium=lithium,
        rival=rival,
        chen_studio=offers.found_studio(own, by=chen),
        gu_studio=offers.found_studio(other, by=gu),
    )


KEPT = Kept(_built)


@pytest.fixture
def cast(reference: None) -> Cast:  # noqa: ARG001 - asks for the tables
    """Everybody, ready to act."""
    return KEPT.lay()
