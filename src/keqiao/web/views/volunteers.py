"""Pages of hours: one's own with their proofs, the desk of who checks, an entry, spot checks, reviews of projects."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from keqiao.accounts.models import Person
from keqiao.base.errors import Missing
from keqiao.paperwork import evidence as papers
from keqiao.paperwork import proof as certificates
from keqiao.paperwork import transfer
from keqiao.places.models import Association
from keqiao.proofs import selectors as proofs
from keqiao.proofs.models import Proof
from keqiao.proofs.types import Content
from keqiao.records import selectors as records
from keqiao.volunteering import counted, evidence, hours, policies, reviewing, selectors
from keqiao.volunteering import services as teams
from keqiao.volunteering.models import Draw, Hours, Review, Sample
from keqiao.volunteering.states import ReviewState, State
from keqiao.volunteering.types import Finding
from keqiao.web.acting import Deed, Page, Press
from keqiao.web.forms import volunteering as forms
from keqiao.web.requests import GET_POST, file_of, page_of, person
from keqiao.web.views.papers import TYPES
from keqiao.web.views.volunteering import node_of

BACK = dt.timedelta(days=60)  # that the desk looks back for shifts
MOST = 30
WIDTHS = (3, 4, 7, 3, 4, 3)  # of the table on a proof of hours


def _prove(press: Press[list[Association]]) -> object:
    entered = press.entered
    node = node_of(press, press.thing)
    return hours.prove(node, entered["from_on"], entered["until_on"], by=press.who)


def _draw(press: Press[list[Association]]) -> object:
    entered = press.entered
    node = node_of(press, press.thing)
    return hours.draw(node, entered["month_on"], entered["count"], by=press.who)


OWN: dict[str, Deed[list[Association]]] = {
    "prove": Deed(_prove, gettext_lazy("证明已出具，在下面下载。"), forms.ProveForm)
}
DESK: dict[str, Deed[list[Association]]] = {
    "draw": Deed(_draw, gettext_lazy("已抽取，请逐条核查。"), forms.DrawForm)
}
HOURS: dict[str, Deed[Hours]] = {
    "check": Deed(
        lambda press: hours.check(press.thing, by=press.who), gettext_lazy("已复核，现在生效。")
    ),
    "return": Deed(
        lambda press: hours.return_(press.thing, press.entered["note"], by=press.who),
        gettext_lazy("已退回，记录人会看到原因。"),
        forms.NoteForm,
    ),
    "correct": Deed(
        lambda press: hours.correct(press.thing, press.form.content(), by=press.who),
        gettext_lazy("更正已记下，第二人复核后代替原来的一条。"),
        forms.WorkedForm,
    ),
    "wish": Deed(
        lambda press: hours.wish(
            press.thing.shift, press.entered["text"], hours=press.thing, by=press.who
        ),
        gettext_lazy("已提出，会在期限内答复您。"),
        forms.WishForm,
    ),
    "decline": Deed(
        lambda press: hours.decline(
            counted.wish(press.number, by=press.who), press.entered["answer"], by=press.who
        ),
        gettext_lazy("已答复。"),
        forms.AnswerForm,
    ),
}


def _find(press: Press[Draw]) -> object:
    samples: dict[int, Sample] = {one.pk: one for one in press.thing.samples.all()}
    if press.number not in samples:
        raise Missing
    entered = press.entered
    sample = samples[press.number]
    return hours.find(sample, Finding(entered["finding"]), entered["text"], by=press.who)


DRAW: dict[str, Deed[Draw]] = {
    "find": Deed(_find, gettext_lazy("核查结果已记下。"), forms.FindForm)
}
REVIEW: dict[str, Deed[Review]] = {
    "gather": Deed(
        lambda press: reviewing.gather(press.thing, by=press.who),
        gettext_lazy("材料已重新汇集。"),
    ),
    "invite": Deed(
        lambda press: reviewing.invite(press.thing, press.entered["email"], by=press.who),
        gettext_lazy("已邀请。"),
        forms.InviteForm,
    ),
    "decline": Deed(
        lambda press: reviewing.decline(press.thing, press.entered["why"], by=press.who),
        gettext_lazy("已谢绝。"),
        forms.WhyForm,
    ),
    "score": Deed(
        lambda press: reviewing.score(press.thing, press.form.content(), by=press.who),
        gettext_lazy("谢谢，评审意见已交。"),
        forms.ScoreForm,
    ),
    "decide": Deed(
        lambda press: reviewing.decide(
            press.thing, press.entered["result"], press.entered["advice"], by=press.who
        ),
        gettext_lazy("结论已作出，志愿服务队会收到提醒。"),
        forms.DecideForm,
    ),
}


@login_required
@require_http_methods(GET_POST)
def volunteer_own(request: HttpRequest) -> HttpResponse:
    """One's own shifts, hours, wishes and proofs; a proof is one press."""
    who = person(request)
    nodes, today = counted.issuers(who), timezone.localdate()
    year = {"from_on": today.replace(month=1, day=1), "until_on": today}
    page = Page(request, nodes, OWN, prove={"nodes": nodes, "initial": year})
    if page.is_done():
        return redirect("volunteer_own")
    context = {
        "minutes": counted.minutes(counted.counting(who)),
        "page": page_of(request, counted.of_person(who)),
        "shifts": selectors.own_shifts(who, timezone.now())[:MOST],
        "memberships": selectors.memberships(who)[:MOST],
        "marks": selectors.marks_of(who)[:MOST],
        "wishes": counted.wishes_of(who)[:MOST],
        "proofs": counted.proofs_of(who)[:MOST],
        "nodes": nodes,
        "prove_form": page.form("prove"),
        **page.context(),
    }
    return render(request, "web/volunteering/own.html", context, status=page.status)


@login_required
@require_http_methods(GET_POST)
def volunteer_profile(request: HttpRequest) -> HttpResponse:
    """What a volunteer states of themself; nothing of it has to be."""
    who = person(request)
    kept = selectors.volunteer(who)
    initial: dict[str, Any] = {}
    if kept is not None:
        initial = {name: getattr(kept, name) for name in ("gender", "born_on", "phone")}
        initial |= {"region": kept.region_id, "skills": "，".join(kept.skills)}
        initial["services"] = "，".join(kept.services)
    deeds: dict[str, Deed[Person]] = {
        "describe": Deed(
            lambda press: teams.describe(press.form.content(), by=press.who),
            gettext_lazy("已保存。"),
            forms.ProfileForm,
        )
    }
    region = kept.region if kept is not None else None
    page = Page(request, who, deeds, describe={"region": region, "initial": initial})
    if page.is_done():
        return redirect("volunteer_own")
    context = {"describe_form": page.form("describe"), **page.context()}
    return render(request, "web/volunteering/profile.html", context, status=page.status)


@login_required
@require_safe
def volunteer_transfer(request: HttpRequest, kind: str) -> HttpResponse:
    """One's own record to take elsewhere."""
    made = records.transfer(person(request))
    match kind:
        case "json":
            return file_of(transfer.as_json(made), _("志愿服务记录.json"), "application/json")
        case "xlsx":
            return file_of(transfer.as_xlsx(made), _("志愿服务记录.xlsx"), TYPES["xlsx"])
        case _:
            raise Missing


@login_required
@require_safe
def volunteer_proof(request: HttpRequest, code: str) -> HttpResponse:
    """One's own proof as PDF, with the address at which anybody checks it."""
    who = person(request)
    proof = proofs.get(code)
    if proof.holder_id != who.pk or proof.kind != "hours":
        raise Missing
    if not proofs.is_of(proof, who.name):
        raise hours.OtherName
    paper = certificates.certificate_pdf(_certificate(proof, who))
    return file_of(paper, _("志愿服务记录证明 %(code)s.pdf") % {"code": proof.code}, TYPES["pdf"])


@require_http_methods(GET_POST)
def transfer_check(request: HttpRequest) -> HttpResponse:
    """Whether a transfer file is whole; nothing of it is kept."""
    form = forms.TransferForm(request.POST or None, request.FILES or None)
    verdict = None
    if request.method == "POST" and form.is_valid():
        verdict = transfer.read(form.cleaned_data["content"].read(transfer.MOST_BYTES + 1))
    context = {"form": form, "verdict": verdict}
    status = 422 if form.errors else 200
    return render(request, "web/volunteering/transfer.html", context, status=status)


@login_required
@require_http_methods(GET_POST)
def volunteer_desk(request: HttpRequest) -> HttpResponse:
    """What waits for who runs shifts, reviews projects or checks at random."""
    who = person(request)
    nodes = [one for one in selectors.nodes(who) if policies.administers(who, one)]
    month = (timezone.localdate().replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    page = Page(
        request, nodes, DESK, draw={"nodes": nodes, "initial": {"month_on": month, "count": 5}}
    )
    if page.is_done():
        return redirect("volunteer_desk")
    context = {
        "to_check": counted.to_check(who),
        "wishes": counted.wishes_for(who),
        "returned": counted.returned_to(who),
        "to_review": evidence.to_review(who),
        "shifts": selectors.led_shifts(who, timezone.now() - BACK)[:MOST],
        "draws": counted.draws(who, nodes),
        "nodes": nodes,
        "draw_form": page.form("draw") if nodes else None,
        "today": timezone.localdate(),
        **page.context(),
    }
    return render(request, "web/volunteering/desk.html", context, status=page.status)


def _minutes_between(entry: Hours) -> int:
    """Return the time from beginning to end; such hours are left out of a form, so that they follow new times."""
    return int((entry.ends_at - entry.starts_at).total_seconds() // 60)


@login_required
@require_http_methods(GET_POST)
def hours_detail(request: HttpRequest, code: str) -> HttpResponse:
    """An entry of hours with all that it replaced and that replaces it."""
    who = person(request)
    entry = counted.get(code, by=who)
    span = {
        "starts_at": timezone.localtime(entry.starts_at),
        "ends_at": timezone.localtime(entry.ends_at),
        "minutes": None if entry.minutes == _minutes_between(entry) else entry.minutes,
        "work": entry.work,
    }
    page = Page(request, entry, HOURS, correct={"initial": span})
    if page.is_done():
        return redirect("hours_detail", code=code)
    entry = counted.get(code, by=who)
    wish = counted.open_wish(entry.shift, entry.person)
    may_record = policies.may_record(who, entry.shift, entry.person_id)
    is_own = entry.person_id == who.pk
    context = {
        "entry": entry,
        "chain": counted.chain(entry),
        "wish": wish if may_record or is_own else None,
        "may_check": entry.state == State.RECORDED and policies.may_check(who, entry),
        "may_correct": entry.state == State.CHECKED and may_record,
        "may_wish": is_own and wish is None and entry.state == State.CHECKED,
        "may_answer": may_record and wish is not None,
        "forms": {name: page.form(name) for name in ("return", "correct", "wish")},
        "decline_form": page.form("decline", wish.pk) if wish is not None else None,
        **page.context(),
    }
    return render(request, "web/volunteering/hours.html", context, status=page.status)


@login_required
@require_http_methods(GET_POST)
def draw_detail(request: HttpRequest, number: int) -> HttpResponse:
    """A spot check: what was drawn by which seed, and what was found."""
    who = person(request)
    drawn = counted.draw(number, by=who)
    page = Page(request, drawn, DRAW)
    if page.is_done():
        return redirect("draw_detail", number=number)
    context = {
        "draw": drawn,
        "samples": [(one, page.form("find", one.pk)) for one in drawn.samples.all()],
        **page.context(),
    }
    return render(request, "web/volunteering/draw.html", context, status=page.status)


@login_required
@require_http_methods(GET_POST)
def project_review(request: HttpRequest, code: str) -> HttpResponse:
    """The review of a project: the evidence, one's own scores, the node's decision."""
    who = person(request)
    review = evidence.review(code, by=who)
    page = Page(request, review, REVIEW, score={"criteria": review.criteria})
    if page.is_done():
        return redirect("project_review", code=code)
    seat, is_open = evidence.seat(review, who), review.state == ReviewState.OPEN
    may_open = policies.may_open_review(who, review.project)
    seats = evidence.reviewers(review, by=who)
    context = {
        "review": review,
        "project": review.project,
        "evidence": review.evidence,
        "outcomes": evidence.known_outcomes(review, by=who),
        "seats": [
            (one, evidence.mean(review, one.scores) if one.scored_at else None) for one in seats
        ],
        "may_score": is_open and seat is not None and not (seat.scored_at or seat.declined_at),
        "may_invite": is_open and may_open,
        "least_reviewers": reviewing.LEAST_REVIEWERS,
        "may_decide": is_open and may_open and not policies.worked_in(who, review.project),
        "forms": {name: page.form(name) for name in REVIEW},
        **page.context(),
    }
    return render(request, "web/volunteering/review.html", context, status=page.status)


@login_required
@require_safe
def project_review_paper(request: HttpRequest, code: str) -> HttpResponse:
    """The evidence of a review as PDF."""
    review = evidence.review(code, by=person(request))
    at = timezone.localtime(review.gathered_at)
    paper = papers.evidence_pdf(review.evidence, code=review.code, gathered_at=at)
    return file_of(paper, _("结项评审材料 %(code)s.pdf") % {"code": review.code}, TYPES["pdf"])


def _certificate(proof: Proof, who: Person) -> certificates.Certificate:
    content = Content.of(proof.content)
    return certificates.Certificate(
        title=content.title,
        code=proof.code,
        name=who.name,
        text=certificates.HOURS,
        lines=content.lines,
        issuer=proof.association.name,
        issued_on=timezone.localdate(proof.issued_at),
        address=proofs.address(proof),
        hash=proof.hash,
        head=content.head,
        rows=content.rows,
        widths=WIDTHS,
    )
