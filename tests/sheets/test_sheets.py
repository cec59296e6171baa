"""From a sheet to drafts: nothing before somebody confirms, exactly what was shown, once."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.utils import timezone
from tests.cast import SECRET, Cast

from keqiao.accounts.models import Person
from keqiao.base.errors import Missing, NotAllowed, Refused
from keqiao.base.states import WrongState
from keqiao.journal import services as journal
from keqiao.journal.models import Entry
from keqiao.needs.models import Need
from keqiao.ops.commands import tend
from keqiao.organisations import services as organisations
from keqiao.organisations.models import Membership, Organisation
from keqiao.organisations.types import Standing
from keqiao.sheets import selectors, services
from keqiao.sheets.models import Sheet
from keqiao.sheets.types import Verdict

pytestmark = pytest.mark.django_db
TABLE = (
    "名称,内容,地区,截止日期\n"
    f"锂渣,{SECRET}每天都在出渣，想找到稳定的消纳途径。,雅安市,2030-12-31\n"
    "焊缝,焊缝气孔多，返修率高，想用机器视觉在线检测。,,\n"
    "坏行,这一行的日期看不懂。,,明年\n"
)


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def held(cast: Cast, *, by: Person | None = None, text: str = TABLE) -> Sheet:
    stream = io.BytesIO(text.encode())
    who = by or cast.lin
    return services.hold(stream, name="需求.csv", size=1, organisation=cast.lithium, by=who)


def test_holding_shows_everything_and_makes_nothing(cast: Cast) -> None:
    sheet = held(cast)
    verdicts = [line.verdict for line in selectors.lines(sheet)]
    assert verdicts == [Verdict.NEW, Verdict.NEW, Verdict.WRONG]
    assert not Need.objects.exists()
    entry = Entry.objects.latest("position")
    assert (entry.action, entry.subject_key, entry.actor_id) == (
        "sheet.held",
        sheet.code,
        cast.lin.pk,
    )
    assert entry.data == {"sha256": sheet.sha256, "lines": 3}
    assert SECRET not in str(entry.data)


def test_confirming_makes_exactly_the_drafts_that_were_shown(cast: Cast) -> None:
    sheet = held(cast)
    shown = selectors.lines(sheet)
    before = Entry.objects.count()
    made = services.apply(sheet, by=cast.lin)
    drafts = list(Need.objects.filter(code__in=made).order_by("pk"))
    assert [need.title for need in drafts] == ["锂渣", "焊缝"]
    for need, line in zip(drafts, shown, strict=False):
        assert (need.state, need.author, need.organisation) == ("draft", cast.lin, cast.lithium)
        assert need.proposed == list(line.proposed)
        assert (need.wanted, need.region_id or "") == (line.content.wanted, line.content.region_id)
    assert drafts[0].deadline_on == dt.date(2030, 12, 31)
    assert (sheet.state, sheet.made) == ("applied", made)
    assert selectors.lines(sheet) == shown[2:]  # what is still to be put right
    entries = list(Entry.objects.order_by("position")[before:])
    assert [entry.action for entry in entries] == ["need.drafted", "need.drafted", "sheet.applied"]
    assert entries[-1].data == {"sha256": sheet.sha256, "needs": made, "left_out": 0}
    assert journal.verify().holds


def test_a_second_confirmation_changes_nothing(cast: Cast) -> None:
    sheet = held(cast)
    twin = Sheet.objects.get(pk=sheet.pk)
    services.apply(sheet, by=cast.lin)
    before = Entry.objects.count()
    for again in (sheet, twin):
        with pytest.raises(WrongState):
            services.apply(again, by=cast.lin)
        with pytest.raises(WrongState):
            services.drop(again, by=cast.lin)
    assert (Need.objects.count(), Entry.objects.count()) == (2, before)


def test_rows_are_left_out_by_whoever_confirms(cast: Cast) -> None:
    sheet = held(cast)
    with pytest.raises(services.NothingChosen):
        services.apply(sheet, by=cast.lin, left_out={2, 3})
    services.apply(sheet, by=cast.lin, left_out={2, 4, 99})
    assert [need.title for need in Need.objects.all()] == ["焊缝"]
    assert Entry.objects.latest("position").data["left_out"] == 1


def test_the_same_sheet_again_is_known(cast: Cast) -> None:
    services.apply(held(cast), by=cast.lin)
    verdicts = [line.verdict for line in selectors.lines(held(cast))]
    assert verdicts == [Verdict.SAME, Verdict.SAME, Verdict.WRONG]


def test_members_of_any_standing_and_brokers_of_the_area_bring_sheets_in(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.lithium.pk).update(standing=Standing.WAITING)
    cast.lithium.refresh_from_db()
    for who in (cast.lin, cast.wu, cast.he):
        assert held(cast, by=who).held_by == who
    for who in (cast.zhou, cast.chen, cast.zheng, cast.sun, cast.ji):
        before = Entry.objects.count()
        with pytest.raises(NotAllowed):
            held(cast, by=who)
        assert Entry.objects.count() == before


def test_a_sheet_is_known_to_who_brought_it_in_and_nobody_else(cast: Cast) -> None:
    organisations.add_member(cast.lithium, cast.ji, by=cast.lin)
    sheet = held(cast)
    assert selectors.get(sheet.code, by=cast.lin) == sheet
    for who in (cast.ji, cast.zhou, cast.wu, cast.zheng, cast.he):
        with pytest.raises(Missing):
            selectors.get(sheet.code, by=fresh(who))
        for act in (services.apply, services.drop):
            with pytest.raises(NotAllowed):
                act(sheet, by=fresh(who))
    assert not Need.objects.exists()


def test_who_left_the_organisation_confirms_no_more(cast: Cast) -> None:
    organisations.add_member(cast.lithium, cast.ji, by=cast.lin)
    sheet = held(cast, by=fresh(cast.ji))
    organisations.remove_member(Membership.objects.get(person=cast.ji), by=cast.lin)
    former = fresh(cast.ji)
    with pytest.raises(Missing):
        selectors.get(sheet.code, by=former)
    with pytest.raises(NotAllowed):
        services.apply(sheet, by=former)


def test_a_row_that_cannot_be_kept_any_more_stops_the_whole_sheet(cast: Cast) -> None:
    sheet = held(cast)
    kept = list(sheet.lines)
    kept[1]["content"]["region_id"] = "000000"
    Sheet.objects.filter(pk=sheet.pk).update(lines=kept)
    sheet.refresh_from_db()
    before = Entry.objects.count()
    with pytest.raises(Refused):
        services.apply(sheet, by=cast.lin)
    sheet.refresh_from_db()
    assert (sheet.state, Need.objects.count(), Entry.objects.count()) == ("held", 0, before)


def test_what_nobody_confirmed_is_gone_after_a_week(cast: Cast) -> None:
    sheet, applied = held(cast), held(cast, text=TABLE.replace("锂渣", "磷渣"))
    services.apply(applied, by=cast.lin)
    today = timezone.localdate()
    assert tend.drop_sheets(today + dt.timedelta(days=7)) == 0
    assert tend.drop_sheets(today + dt.timedelta(days=8)) == 1
    assert list(Sheet.objects.all()) == [applied]
    entry = Entry.objects.latest("position")
    assert (entry.action, entry.subject_key, entry.actor_id) == ("sheet.dropped", sheet.code, None)


def test_who_leaves_ten_sheets_waiting_looks_at_them_first(cast: Cast) -> None:
    sheets = [held(cast) for _number in range(services.MOST_WAITING)]
    with pytest.raises(services.TooManyWaiting):
        held(cast)
    assert held(cast, by=cast.wu).held_by == cast.wu
    services.drop(sheets[0], by=cast.lin)
    held(cast)


def test_a_sheet_is_put_away_by_hand(cast: Cast) -> None:
    sheet = held(cast)
    services.drop(sheet, by=cast.lin)
    assert not Sheet.objects.exists()
    assert Entry.objects.latest("position").actor_id == cast.lin.pk
    with pytest.raises(Missing):
        services.drop(sheet, by=cast.lin)
