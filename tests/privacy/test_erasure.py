"""Erasure takes out what was only the person's, keeps what is others' too, and first says what stands in its way."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, connection
from tests.cast import GOOD, SICHUAN, YAAN, Cast, browser, need_content, person
from tests.complaints.test_complaints import node
from tests.outcomes.test_outcomes import confirmed, entered
from tests.privacy.everything import MINE, leave, lived, own_need

from keqiao.access import policies as access_policies
from keqiao.access import services as access
from keqiao.access.models import Grant
from keqiao.access.types import Role
from keqiao.accounts import selectors as accounts
from keqiao.accounts import services as account_services
from keqiao.accounts.models import Consent, Person
from keqiao.accounts.types import ERASED_DOMAIN, ERASED_NAME
from keqiao.base.errors import NotAllowed, Refused
from keqiao.base.phrases import Phrase
from keqiao.casework import selectors as casework
from keqiao.casework import services as case_services
from keqiao.casework.models import Party
from keqiao.casework.types import EndReason, Side, StepContent
from keqiao.journal import services as journal
from keqiao.journal.models import Entry
from keqiao.messaging.models import Mail, Notice, Preference, Reader
from keqiao.messaging.services import notify
from keqiao.messaging.types import Kind, Message
from keqiao.needs import services as needs
from keqiao.needs.models import Attachment, Need
from keqiao.needs.types import Resolution
from keqiao.offers.models import Offer, Studio
from keqiao.organisations import policies as organisation_policies
from keqiao.organisations import services as organisations
from keqiao.organisations.models import Membership
from keqiao.outcomes import selectors as outcomes
from keqiao.outcomes import services as outcome_services
from keqiao.outcomes.models import Outcome
from keqiao.privacy import selectors, services
from keqiao.reviews.models import Review
from keqiao.reviews.types import Comment
from keqiao.tokens.models import Token
from keqiao.tokens.selectors import bearer
from keqiao.tokens.services import issue
from keqiao.tokens.types import Content as TokenContent

pytestmark = pytest.mark.django_db


def again(one: Person) -> Person:
    """Return the row as the database has it, without what a request remembers."""
    return Person.objects.get(pk=one.pk)


def reasons(one: Person) -> list[str]:
    return [block.phrase.text for block in selectors.blocks(again(one))]


def test_the_person_is_gone_and_nobody_can_log_in(cast: Cast) -> None:
    name, email, number = cast.ji.name, cast.ji.email, cast.ji.pk
    EmailAddress.objects.create(user=cast.ji, email=email, verified=True, primary=True)
    Authenticator.objects.create(user=cast.ji, type="totp", data={"secret": "x"})
    client = browser(cast.ji)
    leave(cast.ji)
    row = Person.objects.get(pk=number)
    assert (row.name, row.is_active, row.has_usable_password()) == (ERASED_NAME, False, False)
    assert row.email.endswith(f"@{ERASED_DOMAIN}")
    assert accounts.is_erased(row)
    assert not EmailAddress.objects.exists()
    assert not Authenticator.objects.exists()
    assert client.get("/desk/").status_code == 302
    assert not Consent.objects.filter(person=row, withdrawn_at=None).exists()
    assert Consent.objects.filter(person=row).exists()
    fresh = account_services.create_person(email=email, name=name)
    assert fresh.pk != number


def test_the_journal_stays_whole_and_never_held_the_name(cast: Cast) -> None:
    name, email = cast.chen.name, cast.chen.email
    case = lived(cast)
    before = Entry.objects.count()
    case_services.end(case, EndReason.TERMS, StepContent(reason="不做了"), by=cast.wu)
    leave(cast.chen)
    assert journal.verify().holds
    assert Entry.objects.count() > before
    told = " ".join(str(entry.data) + entry.subject_key for entry in Entry.objects.all())
    assert name not in told
    assert email not in told
    entry = Entry.objects.get(action="person.erased")
    assert entry.data["needs_unpublished"] == 1
    assert entry.data["confirmations"] == 1


def test_what_was_only_the_persons_is_deleted_or_emptied(cast: Cast) -> None:
    lived(cast)
    kept_files = [one.content.name for one in Attachment.objects.all()]
    leave(cast.chen)
    assert not Need.objects.filter(title="草稿需求").exists()
    assert not Offer.objects.filter(title="草稿所能").exists()
    assert not Attachment.objects.filter(added_by=cast.chen).exists()
    assert len(kept_files) == 1
    need = Need.objects.get(author=cast.chen)
    assert (need.state, need.resolution, need.public_text, need.title) == (
        "closed",
        "withdrawn",
        "",
        needs.ERASED_TITLE,
    )
    offer = Offer.objects.get(studio=cast.chen_studio)
    assert (offer.state, offer.description, offer.keywords) == ("closed", "", [])
    studio = Studio.objects.get(pk=cast.chen_studio.pk)
    assert "陈砚" not in studio.name
    assert studio.about == ""
    everything = " ".join(str(row) for row in [*Need.objects.values(), *Offer.objects.values()])
    assert MINE not in everything
    done = set(Entry.objects.filter(actor_id=cast.chen.pk).values_list("action", flat=True))
    assert {"need.closed", "need.erased", "offer.closed", "offer.erased"} <= done


def test_tokens_notices_and_mails_go_with_the_person(cast: Cast) -> None:
    lived(cast)
    secret = issue(TokenContent("另一个", 30, ()), by=cast.chen)[1]
    assert bearer(secret).person == cast.chen
    leave(cast.chen)
    for table in (Token, Notice, Mail, Preference, Reader):
        assert not table.objects.exists(), table
    with pytest.raises(Refused):
        bearer(secret)
    message = Message(kind=Kind.REVIEW, key="entry:1", phrase=Phrase("已公开。"), path="/desk/")
    assert not notify(again(cast.chen), message, by=None)
    assert Entry.objects.filter(action="token.revoked", actor_id=cast.chen.pk).count() == 2


def test_a_review_keeps_no_words_of_what_is_gone(cast: Cast) -> None:
    draft = needs.submit(
        needs.draft(need_content(wanted=f"{MINE}，想找人。"), by=cast.chen), by=cast.chen
    )
    comments = (Comment("请写清产量", "wanted"),)
    needs.send_back(draft, by=cast.zheng, scores=GOOD, comments=comments)
    assert MINE in str(Review.objects.values())
    leave(cast.chen)
    assert not Need.objects.filter(pk=draft.pk).exists()
    assert MINE not in str(Review.objects.values())


def test_what_both_sides_confirmed_still_counts(cast: Cast) -> None:
    case = lived(cast)
    leave(cast.chen)
    outcome = outcomes.counted().get()
    assert outcome.confirmations.count() == 2
    case_services.advance(case, "contact", StepContent(), by=cast.wu)
    outcome_services.conclude(case, StepContent(reason="合同已签"), by=cast.wu)
    case.refresh_from_db()
    assert case.state == "confirmed"
    page = browser(cast.lin).get(f"/outcomes/{outcome.code}/").content.decode()
    assert ERASED_NAME in page
    assert "陈砚" not in page


def test_the_own_seat_is_left_and_the_invitation_that_waits_ends(cast: Cast) -> None:
    lived(cast)
    leave(cast.chen)
    seat = Party.objects.get(studio=cast.chen_studio)
    assert seat.left_at is not None


def test_words_that_a_case_carries_stay(cast: Cast) -> None:
    case = cast.table()
    need, seat = own_need(cast), Party.objects.get(case=case, studio=cast.chen_studio)
    offer = cast.open_offer()
    Party.objects.filter(pk=seat.pk).update(offer=offer)
    carrying = cast.case(need)
    case_services.end(carrying, EndReason.WITHDRAWN, StepContent(reason="不需要了"), by=cast.wu)
    before = need.public_text
    leave(cast.chen)
    need.refresh_from_db()
    offer.refresh_from_db()
    assert (need.public_text, need.wanted, need.title) == (before, "", need.public_title)
    assert (offer.state, offer.title) == ("closed", "锂渣微粉作水泥混合材")
    assert offer.description


def test_it_is_typed_by_oneself(cast: Cast) -> None:
    for typed in ("", "jitianxi", cast.lin.email, "注销"):
        with pytest.raises(services.NotConfirmed):
            services.erase(cast.ji, typed, by=cast.ji)
    for other in (cast.he, cast.lin):
        with pytest.raises(NotAllowed):
            services.erase(cast.ji, cast.ji.email, by=other)
    assert again(cast.ji).is_active
    services.erase(cast.ji, f" {cast.ji.email.upper()} ", by=cast.ji)
    with pytest.raises(NotAllowed):
        services.erase(cast.ji, cast.ji.email, by=cast.ji)


def test_a_broker_hands_over_first(cast: Cast) -> None:
    case = cast.case()
    assert reasons(cast.wu) == [selectors.BROKERS]
    with pytest.raises(services.Blocked):
        leave(cast.wu)
    second = person("erhao", "贰号")
    access.grant(second, Role.BROKER, node(YAAN), by=cast.he)
    case_services.hand_over(case, second, by=cast.wu)
    leave(cast.wu)
    assert not Grant.objects.filter(person=cast.wu, ended_at=None).exists()
    assert Grant.objects.filter(person=cast.wu).exists()


def test_the_last_administrator_stays(cast: Cast) -> None:
    assert reasons(cast.he) == [selectors.LAST_ADMINISTRATOR]
    second = person("erhao", "贰号")
    access.grant(second, Role.ADMINISTRATOR, node(SICHUAN), by=cast.he)
    assert reasons(cast.he) == []
    leave(cast.he)
    assert reasons(second) == [selectors.LAST_ADMINISTRATOR]
    assert access_policies.grants(again(cast.he)) == []


def test_who_alone_acts_for_a_body_with_open_needs_stays(cast: Cast) -> None:
    need = cast.open_need()
    assert reasons(cast.lin) == [selectors.ACTS_ALONE]
    organisations.add_member(cast.lithium, cast.ji, by=cast.lin)
    assert reasons(cast.lin) == [selectors.LEADS_OTHERS]
    organisations.add_member(cast.lithium, cast.ji, by=cast.lin, is_representative=True)
    assert reasons(cast.lin) == []
    leave(cast.lin)
    need.refresh_from_db()
    assert (need.state, need.author_id) == ("open", cast.lin.pk)
    assert need.wanted
    organisation_policies.forget(cast.ji)
    needs.close(need, Resolution.SOLVED, by=cast.ji)


def test_who_alone_acts_for_a_body_without_anything_open_may_go(cast: Cast) -> None:
    assert reasons(cast.zhou) == []
    leave(cast.zhou)
    assert not Membership.objects.filter(person=cast.zhou, ended_at=None).exists()


def test_the_only_one_who_asks_stays_until_the_case_ends(cast: Cast) -> None:
    case = cast.case(own_need(cast))
    assert reasons(cast.chen) == [selectors.ASKS_ALONE]
    case_services.end(case, EndReason.WITHDRAWN, StepContent(reason="不需要了"), by=cast.wu)
    assert reasons(cast.chen) == []


def test_a_word_that_nobody_else_can_give_is_given_first(cast: Cast) -> None:
    outcome = entered(cast)
    assert selectors.WAITED_FOR in reasons(cast.chen)
    with pytest.raises(services.Blocked):
        leave(cast.chen)
    outcome_services.confirm(outcome, by=cast.chen)
    assert selectors.WAITED_FOR not in reasons(cast.chen)
    leave(cast.chen)
    outcome_services.confirm(outcome, by=cast.lin)
    assert outcome.state == "confirmed"


def test_another_of_the_party_confirms_after_an_erasure_and_the_table_is_told(cast: Cast) -> None:
    outcome = outcome_services.confirm(entered(cast), by=cast.chen)
    organisations.add_member(cast.lithium, cast.ji, by=cast.lin, is_representative=True)
    assert reasons(cast.lin) == []
    leave(cast.lin)
    told = casework.notes(outcome.case, by=cast.wu)
    assert services.LEFT in [note.text for note in told]
    organisation_policies.forget(cast.ji)
    assert outcomes.to_confirm(again(cast.ji)) == [outcome]
    outcome_services.confirm(outcome, by=again(cast.ji))
    assert outcome.state == "confirmed"


def test_an_erased_person_confirms_nothing_however_they_come(cast: Cast) -> None:
    outcome = entered(cast)
    remembered = again(cast.lin)
    assert outcomes.may_confirm(remembered, outcome)
    organisations.add_member(cast.lithium, cast.ji, by=cast.lin, is_representative=True)
    client = browser(cast.lin)
    leave(cast.lin)
    with pytest.raises(NotAllowed):
        outcome_services.confirm(outcome, by=remembered)
    pressed = client.post(f"/outcomes/{outcome.code}/", {"do": "confirm"})
    assert (pressed.status_code, pressed.headers["Location"].split("?")[0]) == (
        302,
        "/account/login/",
    )
    assert Outcome.objects.get().confirmations.count() == 0


def test_all_or_nothing(cast: Cast) -> None:
    lived(cast)
    before = (Entry.objects.count(), Need.objects.count(), Offer.objects.count())

    def break_at_the_end(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE") and "accounts_person" in sql:
            raise DatabaseError("the disk is full")
        return execute(sql, *rest)

    with connection.execute_wrapper(break_at_the_end), pytest.raises(DatabaseError):
        leave(cast.chen)
    assert (Entry.objects.count(), Need.objects.count(), Offer.objects.count()) == before
    assert again(cast.chen).is_active
    assert Attachment.objects.filter(added_by=cast.chen).exists()


def test_the_plan_counts_what_happens(cast: Cast) -> None:
    lived(cast)
    plan = selectors.plan(again(cast.chen))
    goes = {one.section.key: one.count for one in plan.goes}
    kept = {one.section.key: one.count for one in plan.kept}
    assert goes["needs_unpublished"] == goes["offers_unpublished"] == goes["need_files"] == 1
    assert kept["confirmations"] == kept["case_files"] == kept["contract_drafts"] == 1
    assert leave(cast.chen) == plan


def test_a_case_of_a_body_goes_on_without_its_member(cast: Cast) -> None:
    case = cast.table()
    confirmed(cast, case)
    organisations.add_member(cast.lithium, cast.ji, by=cast.lin, is_representative=True)
    leave(cast.lin)
    assert Party.objects.get(case=case, side=Side.ASKS).left_at is None
