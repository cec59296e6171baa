"""Minutes of a meeting (座谈): who was there, what was said, what was decided, by whom and by when, as DOCX and PDF."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from keqiao.base.errors import invalid
from keqiao.base.phrases import N_
from keqiao.paperwork import pdf, word
from keqiao.paperwork.fields import cleaned, line, many, text
from keqiao.paperwork.paper import (
    BLANK,
    BLANK_DAY,
    SHORT_BLANK,
    Block,
    Heading,
    Lines,
    Paper,
    Signatures,
    Table,
    body,
    day,
    facts,
)

ENDS_BEFORE = N_("结束时间早于开始时间，请核对。")
FOOT = "座谈纪要　由科桥按记录人填写的内容生成"
NOTE = ("本纪要只记录讨论情况和议定事项，不是合同；各方的权利义务以签订的合同为准。",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Somebody who was there, and for whom."""

    name: str = line(100)
    organisation: str = line(200)
    duty: str = line(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What somebody said; without a speaker it is a matter that was discussed."""

    speaker: str = line(100)
    said: str = text(5000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was agreed, who does it, by when."""

    what: str = text(2000)
    who: str = line(200)
    due_on: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One meeting; times are as on the clock of the place."""

    title: str = line(200)
    case_code: str = line(20)
    place: str = line(300)
    started_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None
    chair: str = line(100)
    recorder: str = line(100)
    attendees: tuple[Attendee, ...] = many(200)
    absent: str = line(5000)
    unrecorded: str = line(5000)  # of whom nobody wrote down whether they came
    topic: str = text(3000)
    speeches: tuple[Speech, ...] = many(200)
    decisions: tuple[Decision, ...] = many(100)
    open_questions: str = text(3000)
    next_meeting: str = line(300)


def minutes_docx(meeting: Meeting) -> bytes:
    """Return the minutes as DOCX; raise Invalid for text that cannot be kept or times that contradict each other."""
    return word.document(paper(_checked(meeting)))


def minutes_pdf(meeting: Meeting) -> bytes:
    """Return the minutes as PDF; raise Invalid as ``minutes_docx`` does."""
    return pdf.document(paper(_checked(meeting)))


def paper(meeting: Meeting) -> Paper:
    """Return clean minutes as a paper."""
    blocks: list[Block] = [_facts(meeting), _attendees(meeting)]
    number = 0
    for title, said in (("议题", [body(meeting.topic)]), ("讨论情况", _talk(meeting))):
        if any(one.lines for one in said):
            number += 1
            blocks += [Heading(f"{'一二三四'[number - 1]}、{title}"), *said]
    blocks += [Heading(f"{'一二三四'[number]}、议定事项"), _decisions(meeting)]
    if meeting.open_questions:
        blocks += [Heading(f"{'一二三四'[number + 1]}、待定事项"), body(meeting.open_questions)]
    if meeting.next_meeting:
        blocks.append(body(f"下次座谈：{meeting.next_meeting}"))
    blocks += [Lines(NOTE, style="note"), _hands(meeting)]
    code = f"对接单 {meeting.case_code}" if meeting.case_code else ""
    return Paper(title=_title(meeting), subtitle=code, blocks=tuple(blocks), note=FOOT)


def _title(meeting: Meeting) -> str:
    title = meeting.title or BLANK
    if "纪要" in title:
        return title
    return f"{title}纪要" if title.endswith(("座谈", "座谈会", "会议")) else f"{title}座谈纪要"


def _checked(meeting: Meeting) -> Meeting:
    meeting = cleaned(meeting)
    started, ended = meeting.started_at, meeting.ended_at
    if started and ended and ended.replace(tzinfo=None) < started.replace(tzinfo=None):
        raise invalid("ended_at", ENDS_BEFORE)
    return meeting


def _facts(meeting: Meeting) -> Table:
    return facts(
        [
            ("时间", _time(meeting)),
            ("地点", meeting.place or BLANK),
            ("主持人", meeting.chair or SHORT_BLANK),
            ("记录人", meeting.recorder or SHORT_BLANK),
        ]
    )


def _time(meeting: Meeting) -> str:
    started, ended = meeting.started_at, meeting.ended_at
    if started is None:
        return BLANK_DAY
    said = f"{day(started.date())} {started:%H:%M}"
    if ended is None:
        return said
    is_same_day = ended.date() == started.date()
    return f"{said}—{'' if is_same_day else day(ended.date()) + ' '}{ended:%H:%M}"


def _attendees(meeting: Meeting) -> Table:
    rows = tuple((one.name, one.organisation, one.duty) for one in meeting.attendees)
    empty = ((SHORT_BLANK, SHORT_BLANK, SHORT_BLANK),)
    others = (("缺席", meeting.absent, ""), ("未记录", meeting.unrecorded, ""))
    return Table(
        rows=(*(rows or empty), *(row for row in others if row[1])),
        widths=(3, 7, 4),
        head=("姓名", "单位", "职务或者身份"),
        title=f"出席（{len(rows)} 人）",
    )


def _talk(meeting: Meeting) -> list[Lines]:
    return [
        body(f"{speech.speaker}：{speech.said}" if speech.speaker else speech.said)
        for speech in meeting.speeches
        if speech.said
    ]


def _decisions(meeting: Meeting) -> Table:
    rows = tuple(
        (
            str(number),
            one.what or SHORT_BLANK,
            one.who or SHORT_BLANK,
            day(one.due_on) if one.due_on else "未定",
        )
        for number, one in enumerate(meeting.decisions, start=1)
    )
    empty = (("", "没有议定事项", "", ""),)
    return Table(rows=rows or empty, widths=(1, 9, 4, 4), head=("序", "事项", "负责", "完成日期"))


def _hands(meeting: Meeting) -> Signatures:
    return Signatures(
        (
            ("主持人", f"{meeting.chair or BLANK}（签字）", f"日期：{day(None)}"),
            ("记录人", f"{meeting.recorder or BLANK}（签字）", f"日期：{day(None)}"),
        )
    )
