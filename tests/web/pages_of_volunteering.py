"""Volunteering in the tables: teams, projects and shifts are for everybody; hours for whom they concern."""

from __future__ import annotations

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.cast import Cast
from tests.crew import Crew, at
from tests.volunteering import field as fields
from tests.volunteering.field import CRITERIA, opened
from tests.web.whom import LOGGED_IN, LOGIN, everyone, members, only

from keqiao.volunteering import hours, projects, reviewing, services
from keqiao.volunteering.models import Review

RUN = ("tang", "qin", "luo", "he")  # organiser, leaders, administrator above
READ = {
    "volunteer_list": everyone(),
    "team_detail": everyone(),
    "team_detail nobody": everyone(404),
    "project_detail": everyone(),
    "shift_detail": everyone(),
    "transfer_check": everyone(),
    "volunteer_own": members(),
    "volunteer_profile": members(),
    "volunteer_transfer json": members(),
    "volunteer_transfer xlsx": members(),
    "volunteer_transfer other": {**members(404)},
    "volunteer_proof": only("ji", stranger=LOGIN),
    "volunteer_desk": members(),
    "draw_detail": only("he", stranger=LOGIN),
    "hours_detail": only("ji", *RUN, stranger=LOGIN),
    "project_review": only("chen", "sun", *RUN, stranger=LOGIN),
    "project_review_paper": only("chen", "sun", *RUN, stranger=LOGIN),
    "record": members(),
    "record_file json": members(),
    "record_file pdf": members(),
}
POSTED: set[str] = set()
Press = tuple[str, dict[str, object], set[str]]


def paths(crew: Crew) -> dict[str, str]:
    """Return an address for every row."""
    field = fields.laid(crew)
    entry = field.checked(crew.cast.ji)
    today = timezone.localdate()
    since = today - dt.timedelta(days=30)
    proof = hours.prove(crew.node, since, today, by=crew.cast.ji)
    month = timezone.localdate(entry.starts_at)
    drawn = hours.draw(crew.node, month, 1, by=crew.cast.he)
    review = opened(field)
    return {
        "volunteer_list": "/volunteering/?page=abc",
        "team_detail": f"/teams/{field.team.code}/",
        "team_detail nobody": "/teams/G-0000000O/",
        "project_detail": f"/projects/{field.project.code}/",
        "shift_detail": f"/shifts/{field.shift.code}/",
        "transfer_check": "/volunteering/transfer/",
        "volunteer_own": "/volunteering/me/",
        "volunteer_profile": "/volunteering/me/profile/",
        "volunteer_transfer json": "/volunteering/me/record.json",
        "volunteer_transfer xlsx": "/volunteering/me/record.xlsx",
        "volunteer_transfer other": "/volunteering/me/record.exe",
        "volunteer_proof": f"/volunteering/me/proofs/{proof.code}.pdf",
        "volunteer_desk": "/volunteering/desk/",
        "draw_detail": f"/volunteering/draws/{drawn.pk}/",
        "hours_detail": f"/volunteering/hours/{entry.code}/",
        "project_review": f"/project-reviews/{review.code}/",
        "project_review_paper": f"/project-reviews/{review.code}/evidence.pdf",
        "record": "/record/",
        "record_file json": "/record/record.json",
        "record_file pdf": "/record/record.pdf",
    }


def presses(crew: Crew) -> dict[str, Press]:
    """Return every press on these pages."""
    field, counted, reviewed = fields.laid(crew), fields.laid(crew), fields.laid(crew)
    fields.over(counted.shift, days=3)
    return (
        of_the_list(crew) | of_the_team(crew, field) | of_the_project(field)
        | of_shifts(crew, field) | of_hours(crew, counted) | of_reviews(crew.cast, reviewed)
    )  # fmt: skip


def of_the_list(crew: Crew) -> dict[str, Press]:
    """Return the presses of whoever is logged in, and of organisers."""
    profile: dict[str, object] = {"do": "describe", "skills": "讲解，植保", "region": "511800"}
    team = {"do": "found", "node": crew.node.code, "name": "新队", "leader": crew.qin.email}
    file = SimpleUploadedFile("a.json", b"{}")
    return {
        "volunteer_list found": ("/volunteering/", dict(team), {"tang", "he"}),
        "volunteer_list plan": (
            "/volunteering/",
            {"do": "plan", "node": crew.node.code, **project()},
            {"tang", "he"},
        ),
        "volunteer_profile": ("/volunteering/me/profile/", profile, set(LOGGED_IN)),
        "transfer_check": ("/volunteering/transfer/", {"content": file}, set()),
    }


def of_the_team(crew: Crew, field: fields.Field) -> dict[str, Press]:
    """Return the presses on the page of a team."""
    asked = services.apply(field.team, by=crew.cast.lin)
    member = field.member(crew.cast.ji)
    mark = services.mark(member, fields.insured(), by=crew.qin)
    path, run = f"/teams/{field.team.code}/", set(RUN)
    entered: dict[str, object] = {
        "kind": "insurance", "title": "意外险", "given_on": "2026-01-01", "until_on": "2036-01-01",
    }  # fmt: skip
    outside = set(LOGGED_IN) - {"qin", "luo", "ji", "gu", "lin"}
    number: dict[str, object] = {"number": member.pk}
    return {
        "team_detail apply": (path, {"do": "apply"}, outside),
        "team_detail leave": (path, {"do": "leave"}, {"qin", "luo", "ji", "gu", "lin"}),
        "team_detail admit": (path, {"do": "admit", "number": asked.pk}, run),
        "team_detail refuse": (path, {"do": "refuse", "number": asked.pk}, run),
        "team_detail remove": (path, {"do": "remove", **number}, {*run, "ji"}),
        "team_detail lead": (path, {"do": "lead", **number}, run),
        "team_detail unlead": (
            path, {"do": "unlead", "number": field.member(crew.luo).pk}, run,
        ),
        "team_detail mark": (path, {"do": "mark", **number, **entered}, run),
        "team_detail unmark": (path, {"do": "unmark", "number": mark.pk}, run),
        "team_detail plan": (path, {"do": "plan", **project()}, run),
        "team_detail nothing": (path, {"do": "dance"}, set()),
    }  # fmt: skip


def of_the_project(field: fields.Field) -> dict[str, Press]:
    """Return the presses on the page of a project."""
    qin, today = field.crew.qin, timezone.localdate()
    milestone = projects.add_milestone(field.project, "十个村", today, by=qin)
    indicator = projects.add_indicator(field.project, "农户", "户", fields.TARGET, by=qin)
    path, run, day = f"/projects/{field.project.code}/", set(RUN), today.isoformat()
    shift: dict[str, object] = {
        "title": "讲解", "work": "讲解", "starts_at": f"{at(3):%Y-%m-%dT%H:%M}", "place": "村里",
        "ends_at": f"{at(3, 11):%Y-%m-%dT%H:%M}", "places": "2",
    }  # fmt: skip
    reach: dict[str, object] = {"number": milestone.pk, "reached_on": day}
    value: dict[str, object] = {"number": indicator.pk, "amount": "12.5", "measured_on": day}
    return {
        "project_detail change": (path, {"do": "change", **project()}, run),
        "project_detail milestone": (path, {"do": "milestone", "title": "一", "due_on": day}, run),
        "project_detail reach": (path, {"do": "reach", **reach}, run),
        "project_detail indicator": (
            path, {"do": "indicator", "name": "场次", "unit": "场", "target": "3"}, run,
        ),
        "project_detail measure": (path, {"do": "measure", **value, "source": "登记表"}, run),
        "project_detail shift": (path, {"do": "shift", **shift}, run),
        "project_detail review": (
            path, {"do": "review", "criteria": "目标 60\n真实 40", "due_on": day}, {"tang", "he"},
        ),
    }  # fmt: skip


def of_shifts(crew: Crew, field: fields.Field) -> dict[str, Press]:
    """Return the presses on the pages of a coming shift and of one that is over."""
    coming = fields.shift(field)
    field.sign_up(crew.cast.ji, coming)
    place = field.shift.sign_ups.get(person=crew.cast.gu)
    missed = hours.wish(field.shift, "没有记", by=crew.cast.ji)
    path, over = f"/shifts/{coming.code}/", f"/shifts/{field.shift.code}/"
    span: dict[str, object] = {
        "number": place.pk,
        "starts_at": f"{timezone.localtime(field.shift.starts_at):%Y-%m-%dT%H:%M}",
        "ends_at": f"{timezone.localtime(field.shift.ends_at):%Y-%m-%dT%H:%M}",
    }
    return {
        "shift_detail sign-up": (path, {"do": "sign-up"}, {"gu", "qin", "luo"}),
        "shift_detail withdraw": (path, {"do": "withdraw"}, {"ji"}),
        "shift_detail cancel": (path, {"do": "cancel", "why": "下雨"}, set(RUN)),
        "shift_detail record": (over, {"do": "record", **span}, set(RUN)),
        "shift_detail decline": (
            over,
            {"do": "decline", "number": missed.pk, "answer": "签到表上没有"},
            set(RUN),
        ),
        "shift_detail wish": (over, {"do": "wish", "text": "没有记"}, {"gu"}),
    }


def of_hours(crew: Crew, field: fields.Field) -> dict[str, Press]:
    """Return the presses on the pages of an entry that waits and of one that counts, on the desk and on a draw."""
    counts = field.checked(crew.cast.ji, minutes=60)
    waits = field.record(crew.cast.gu)
    wish = hours.wish(field.shift, "少记了", hours=counts, by=crew.cast.ji)
    month = timezone.localdate(counts.starts_at)
    drawn = hours.draw(crew.node, month, 1, by=crew.cast.he)
    old, new = f"/volunteering/hours/{counts.code}/", f"/volunteering/hours/{waits.code}/"
    second = {"tang", "luo", "he"}  # 秦川 recorded it
    span: dict[str, object] = {
        "starts_at": f"{timezone.localtime(field.shift.starts_at):%Y-%m-%dT%H:%M}",
        "ends_at": f"{timezone.localtime(field.shift.ends_at):%Y-%m-%dT%H:%M}",
        "reason": "签到表为准",
    }
    days: dict[str, object] = {"from_on": "2020-01-01", "until_on": "2099-01-01"}
    find: dict[str, object] = {"number": drawn.samples.get().pk, "finding": "confirmed"}
    return {
        "hours_detail check": (new, {"do": "check"}, second),
        "hours_detail return": (new, {"do": "return", "note": "不对"}, second),
        "hours_detail correct": (old, {"do": "correct", **span}, set(RUN)),
        "hours_detail decline": (
            old, {"do": "decline", "number": wish.pk, "answer": "签到表为准"}, set(RUN),
        ),
        "hours_detail wish": (old, {"do": "wish", "text": "再说"}, set()),
        "volunteer_own prove": (
            "/volunteering/me/", {"do": "prove", "node": crew.node.code, **days}, {"ji"},
        ),
        "volunteer_desk draw": (
            "/volunteering/desk/",
            {"do": "draw", "node": crew.node.code, "month_on": month.isoformat(), "count": "1"},
            {"he"},
        ),
        "draw_detail find": (f"/volunteering/draws/{drawn.pk}/", {"do": "find", **find}, {"he"}),
    }  # fmt: skip


def of_reviews(cast: Cast, field: fields.Field) -> dict[str, Press]:
    """Return the presses on the page of a review that waits for scores, and on one that has them."""
    waits, scored = opened(field), _scored(field)
    path, ready = f"/project-reviews/{waits.code}/", f"/project-reviews/{scored.code}/"
    scores: dict[str, object] = {"score_0": "80", "score_1": "90", "text": "资料齐全。"}
    return {
        "project_review gather": (path, {"do": "gather"}, {"tang", "he"}),
        "project_review invite": (
            path, {"do": "invite", "email": cast.zhou.email}, {"tang", "he"},
        ),
        "project_review score": (path, {"do": "score", **scores}, {"chen", "sun"}),
        "project_review decline": (path, {"do": "decline", "why": "出差"}, {"chen", "sun"}),
        "project_review decide": (
            ready, {"do": "decide", "result": "passed", "advice": "继续。"}, {"tang", "he"},
        ),
    }  # fmt: skip


def _scored(field: fields.Field) -> Review:
    """Return a review of another project of the team, which two have scored."""
    crew = field.crew
    other = projects.plan(crew.node, fields.project_content(), team=field.team, by=crew.qin)
    due_on = timezone.localdate() + dt.timedelta(days=9)
    review = reviewing.open_review(other, CRITERIA, due_on, by=crew.tang)
    for who in (crew.cast.chen, crew.cast.sun):
        reviewing.invite(review, who.email, by=crew.tang)
        reviewing.score(review, fields.scored(), by=who)
    return review


def project() -> dict[str, object]:
    """Return what is typed for a project."""
    return {"title": "新项目", "aim": "做事", "from_on": "2026-01-01", "until_on": "2027-01-01"}
