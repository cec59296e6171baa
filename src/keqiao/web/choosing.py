"""The offers among which a broker chooses for a need, each with its forms and with how its studio stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from keqiao.casework.models import Party
from keqiao.invitations.models import Invitation
from keqiao.invitations.states import WAITING, State
from keqiao.matching.types import Suggested
from keqiao.needs.models import Need
from keqiao.offers.models import Offer
from keqiao.web.forms.cases import InviteForm, JudgeForm

SHOWN = 3  # choices that are not folded away
OWN = "own"  # the place of the form for offers that the engine did not suggest
CLOSED = (*WAITING, State.ACCEPTED, State.REFUSED)  # a studio that stands so is not asked once more


@dataclass(frozen=True, slots=True)
class Failed:
    """A form that was refused, and where it stands: the code of its offer, or OWN."""

    place: str
    form: InviteForm | JudgeForm


@dataclass(frozen=True, slots=True)
class Choice:
    """One offer, with the last invitation of its studio and the forms to invite and to judge it."""

    offer: Offer
    match: Suggested | None
    invitation: Invitation | None
    is_party: bool
    invite_form: InviteForm
    judge_form: JudgeForm
    is_open: bool

    @property
    def may_invite(self) -> bool:
        """Whether the studio may be asked now."""
        asked = self.invitation
        return not self.is_party and (asked is None or asked.state not in CLOSED)


@dataclass(frozen=True, slots=True)
class Table:
    """What is known about the studios: who was asked for the need and who sits in the case."""

    need: Need
    invitations: Sequence[Invitation]
    parties: Sequence[Party]
    today: dt.date
    failed: Failed | None = None

    def choice(self, offer: Offer, match: Suggested | None = None) -> Choice:
        """Return the choice of one offer, a refused form as it was entered."""
        failed = self.failed if self.failed and self.failed.place == offer.code else None
        form = failed.form if failed else None
        return Choice(
            offer,
            match,
            self._asked(offer),
            any(one.studio_id == offer.studio_id for one in self.parties),
            form if isinstance(form, InviteForm) else invite_form(offer.code, self.today),
            form if isinstance(form, JudgeForm) else judge_form(offer.code),
            is_open=failed is not None,
        )

    def own_form(self) -> JudgeForm:
        """Return the form for an offer that the engine did not suggest."""
        form = self.failed.form if self.failed and self.failed.place == OWN else None
        return form if isinstance(form, JudgeForm) else judge_form(OWN)

    def _asked(self, offer: Offer) -> Invitation | None:
        """Return the last invitation of the studio for this need, or one for another that still waits."""
        return next(
            (
                one
                for one in self.invitations
                if one.studio_id == offer.studio_id
                and (one.need_id == self.need.pk or one.state in WAITING)
            ),
            None,
        )


def invite_form(place: str, today: dt.date, entered: object = None) -> InviteForm:
    """Return the form to invite from one place of the page."""
    return InviteForm(entered, today=today, auto_id=f"invite_{place}_%s")


def judge_form(place: str, entered: object = None) -> JudgeForm:
    """Return the form to judge from one place of the page."""
    return JudgeForm(entered, auto_id=f"judge_{place}_%s")


@dataclass(frozen=True, slots=True)
class Choices:
    """The engine's answers as they stand on the page: the first, the rest, and those that it does not call a match."""

    first: Sequence[Choice]
    rest: Sequence[Choice]
    weak: Sequence[Choice]

    @property
    def is_rest_open(self) -> bool:
        """Whether a refused form stands among the rest."""
        return any(one.is_open for one in self.rest)

    @property
    def is_weak_open(self) -> bool:
        """Whether a refused form stands among the weak."""
        return any(one.is_open for one in self.weak)


def sorted_out(table: Table, items: Sequence[Suggested]) -> Choices:
    """Return the engine's answers, best first, apart from those below its limit."""
    near = [table.choice(one.offer, one) for one in items if one.is_sure]
    weak = [table.choice(one.offer, one) for one in items if not one.is_sure]
    return Choices(near[:SHOWN], near[SHOWN:], weak)
