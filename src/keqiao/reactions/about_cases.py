"""What is told about cases, their invitations and outcomes: by the title of the case, never by what was said in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from django.urls import reverse

from keqiao.access import selectors as access
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.base.phrases import N_, Phrase
from keqiao.casework.models import Case, Party, Task
from keqiao.casework.states import Stage
from keqiao.casework.types import Side
from keqiao.invitations.models import Invitation
from keqiao.journal.models import Entry
from keqiao.messaging.types import Kind, Message, in_source
from keqiao.outcomes import policies as outcome_policies
from keqiao.outcomes import selectors as outcomes
from keqiao.outcomes.models import Outcome
from keqiao.outcomes.types import CONFIRMING
from keqiao.reactions import audience
from keqiao.reactions.types import Telling, key_of

TAKEN_UP = N_("经纪人 %(broker)s 开始为“%(title)s”对接。")
HANDED_OVER = N_("对接单“%(title)s”移交给您经办。")
SEATED = N_("您方被请入对接“%(title)s”。")
MOVED = N_("对接“%(title)s”进入“%(stage)s”阶段。")
TASK_GIVEN = N_("对接“%(title)s”里有一项任务交给您方。")
NOTED = N_("对接“%(title)s”里有一条新的记事，各方可见。")
MAIL_ADDED = N_("对接“%(title)s”里存入了一封往来邮件，各方可见。")
FILE_ADDED = N_("对接“%(title)s”里有一份新文件。")
NEED_SHARED = N_("对接“%(title)s”的需求方让您方看到完整需求。")
DELIVERED = N_("对接“%(title)s”的一个里程碑已交付，请验收。")
ACCEPTED = N_("对接“%(title)s”的一个里程碑已通过验收。")
RETURNED = N_("对接“%(title)s”的一个里程碑被退回，请看还缺什么。")
INVITED = N_("邀请您的工作室解决需求“%(title)s”，请在 %(day)s 前答复。")
ASKED = N_("受邀的工作室就“%(title)s”提了一个问题，请回复。")
REPLIED = N_("经纪人回复了您就“%(title)s”提的问题。")
ACCEPTS = N_("受邀的工作室接受了邀请，加入对接“%(title)s”。")
REFUSES = N_("受邀的工作室谢绝了“%(title)s”的邀请，并写了原因。")
LAPSED = N_("“%(title)s”的邀请到期没有答复，已自动结束。")
WITHDRAWN = N_("“%(title)s”的邀请已被收回。")
TO_CONFIRM = N_("对接“%(title)s”登记了一项成果，请核对后确认。")
CONFIRMED = N_("对接“%(title)s”的一项成果得到双方确认，正式计入。")
DISPUTED = N_("对接“%(title)s”的一项成果有争议，等待裁定。")
STANDS = N_("对接“%(title)s”的成果争议已裁定：请双方重新确认。")
IS_VOID = N_("对接“%(title)s”的成果争议已裁定：这项成果作废。")
ASKED_AFTER = N_("对接“%(title)s”的成果已满 %(days)s 天，请说说现在怎么样。")
Told = Iterator[tuple[Person, Message]]
Whom = Callable[[Case, Entry], Iterable[Person]]


def case_of(entry: Entry) -> Case | None:
    """Return the case that an entry is about."""
    return Case.objects.select_related("broker").filter(code=entry.subject_key).first()


def of_case(kind: Kind, text: str, whom: Whom) -> Telling:
    """Return the telling of something that happened to a case."""

    def tell(entry: Entry) -> Told:
        case = case_of(entry)
        if case is None:
            return
        stage = entry.data.get("to", "")
        values: dict[str, object] = {"title": case.title, "broker": case.broker.name}
        if stage in Stage.values:
            values["stage"] = Phrase(in_source(Stage(stage).label))
        message = _about(
            case,
            kind,
            entry,
            phrase=Phrase(text, values),
            path=reverse("case_detail", args=[case.code]),
        )
        for person in whom(case, entry):
            yield person, message

    return tell


def _about(case: Case, kind: Kind, entry: Entry, *, phrase: Phrase, path: str) -> Message:
    about = f"case:{case.code}"
    return Message(kind=kind, key=key_of(entry), phrase=phrase, path=path, about=about)


def _everybody(case: Case, _entry: Entry) -> list[Person]:
    return audience.together(audience.of_sides(case), audience.broker(case))


def _parties(case: Case, _entry: Entry) -> list[Person]:
    return audience.of_sides(case)


def _askers(case: Case, _entry: Entry) -> list[Person]:
    return audience.of_sides(case, Side.ASKS)


def _answerers(case: Case, _entry: Entry) -> list[Person]:
    return audience.of_sides(case, Side.ANSWERS)


def _askers_and_broker(case: Case, entry: Entry) -> list[Person]:
    return audience.together(_askers(case, entry), audience.broker(case))


def _answerers_and_broker(case: Case, entry: Entry) -> list[Person]:
    return audience.together(_answerers(case, entry), audience.broker(case))


def _new_broker(case: Case, _entry: Entry) -> list[Person]:
    return audience.broker(case)


def _if_shared(case: Case, entry: Entry) -> list[Person]:
    return _everybody(case, entry) if entry.data.get("shared") else []


def _of_task(case: Case, entry: Entry) -> list[Person]:
    task = Task.objects.filter(case=case, pk=entry.data.get("task", 0)).first()
    return _at_seat(case, task.party_id if task is not None else None)


def _newly_seated(case: Case, entry: Entry) -> list[Person]:
    """Return the persons of a party that the broker seated; who asks was told of the case, who accepted knows."""
    if entry.actor_id is None or entry.data.get("side") == Side.ASKS:
        return []
    return _at_seat(case, entry.data.get("party"))


def _at_seat(case: Case, party: int | None) -> list[Person]:
    if party is None:
        return []
    return audience.at_table(case, Party.objects.filter(case=case, pk=party, left_at=None))


def _of_invitation(text: str, *, to_studio: bool = False, to_broker: bool = False) -> Telling:
    def tell(entry: Entry) -> Told:
        rows = Invitation.objects.select_related("case__broker", "studio", "need")
        sent = rows.filter(code=entry.subject_key).first()
        if sent is None:
            return
        studio = audience.runners(sent.studio) if to_studio else []
        carrier = audience.broker(sent.case) if to_broker else []
        values = {"title": sent.need.public_title, "day": sent.due_on.isoformat()}
        path = reverse("invitation_detail", args=[sent.code])
        message = _about(sent.case, Kind.INVITATION, entry, phrase=Phrase(text, values), path=path)
        for person in audience.together(studio, carrier):
            yield person, message

    return tell


def _of_outcome(kind: Kind, text: str, whom: Callable[[Outcome], Iterable[Person]]) -> Telling:
    def tell(entry: Entry) -> Told:
        rows = Outcome.objects.select_related("case__broker")
        outcome = rows.filter(code=entry.subject_key).first()
        if outcome is None:
            return
        said = IS_VOID if text == STANDS and not entry.data.get("stands") else text
        values = {"title": outcome.case.title, "days": entry.data.get("days", 0)}
        path = reverse("outcome_detail", args=[outcome.code])
        message = _about(outcome.case, kind, entry, phrase=Phrase(said, values), path=path)
        for person in whom(outcome):
            yield person, message

    return tell


def _sides(outcome: Outcome) -> list[Person]:
    return audience.of_sides(outcome.case, *CONFIRMING)


def _to_confirm(outcome: Outcome) -> list[Person]:
    return [one for one in _sides(outcome) if outcomes.may_confirm(one, outcome)]


def _sides_and_broker(outcome: Outcome) -> list[Person]:
    return audience.together(_sides(outcome), audience.broker(outcome.case))


def _with_deciders(outcome: Outcome) -> list[Person]:
    """Return both sides, the broker, and the administrators who decide the dispute."""
    above = access.holders(Role.ADMINISTRATOR, outcome.case.region_id).order_by("pk")
    deciders = [one for one in above if outcome_policies.may_decide(one, outcome)]
    return audience.together(_sides_and_broker(outcome), deciders)


TELLINGS: Mapping[str, Telling] = {
    "case.need_taken": of_case(Kind.CASE, TAKEN_UP, _askers),
    "case.handed_over": of_case(Kind.CASE, HANDED_OVER, _new_broker),
    "case.party_joined": of_case(Kind.CASE, SEATED, _newly_seated),
    "case.moved": of_case(Kind.CASE, MOVED, _parties),
    "case.task_added": of_case(Kind.TASK, TASK_GIVEN, _of_task),
    "case.noted": of_case(Kind.CASE, NOTED, _if_shared),
    "case.mail_added": of_case(Kind.CASE, MAIL_ADDED, _if_shared),
    "case.file_added": of_case(Kind.CASE, FILE_ADDED, _everybody),
    "case.need_shared": of_case(Kind.CASE, NEED_SHARED, _answerers),
    "case.milestone_delivered": of_case(Kind.MILESTONE, DELIVERED, _askers_and_broker),
    "case.milestone_accepted": of_case(Kind.MILESTONE, ACCEPTED, _answerers_and_broker),
    "case.milestone_returned": of_case(Kind.MILESTONE, RETURNED, _answerers_and_broker),
    "invitation.sent": _of_invitation(INVITED, to_studio=True),
    "invitation.asked": _of_invitation(ASKED, to_broker=True),
    "invitation.replied": _of_invitation(REPLIED, to_studio=True),
    "invitation.accepted": _of_invitation(ACCEPTS, to_broker=True),
    "invitation.refused": _of_invitation(REFUSES, to_broker=True),
    "invitation.lapsed": _of_invitation(LAPSED, to_studio=True, to_broker=True),
    "invitation.withdrawn": _of_invitation(WITHDRAWN, to_studio=True),
    "outcome.entered": _of_outcome(Kind.OUTCOME, TO_CONFIRM, _to_confirm),
    "outcome.confirmed": _of_outcome(Kind.OUTCOME, CONFIRMED, _sides_and_broker),
    "outcome.disputed": _of_outcome(Kind.OUTCOME, DISPUTED, _with_deciders),
    "outcome.decided": _of_outcome(Kind.OUTCOME, STANDS, _sides_and_broker),
    "outcome.asked_after": _of_outcome(Kind.FOLLOW_UP, ASKED_AFTER, _sides),
}
