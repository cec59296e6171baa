"""Lots: promised before, sealed at the close, drawn by the clock, checked by anybody."""

from __future__ import annotations

import dataclasses
import hashlib
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.crew import Crew
from tests.registrations.room import (
    child,
    come,
    crowd,
    drawn_lecture,
    later,
    region,
    states,
    taken,
    told,
)

from keqiao.activities.models import Session
from keqiao.engine import lots as engine
from keqiao.registrations import lots, selectors, services, types
from keqiao.registrations.models import Draw, Registration

DOCS = Path(__file__).resolve().parents[2] / "docs" / "explanation"
LOT = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=8, max_size=8).map("L-".__add__)
FAMILIES = st.lists(st.lists(LOT, min_size=1, max_size=4), max_size=12)


def drawn(session: Session) -> Session:
    """Let the hour of the draw come."""
    later(session, draws_at=-timedelta(seconds=1))
    services.lapse(timezone.now())
    return session


def order(session: Session) -> list[str]:
    """Return the lots as they were drawn."""
    paper = selectors.paper(session)
    assert paper is not None
    return [lot for line in paper.order for lot in line.split(" ")]


@pytest.mark.django_db
def test_the_hash_is_public_before_anybody_can_enter(crew: Crew) -> None:
    session = drawn_lecture(crew, opens_at=timezone.now() + timedelta(minutes=5))
    assert services.lapse(timezone.now()) == 1
    draw = selectors.draw_of(session)
    assert draw is not None
    assert draw.seed_hash == hashlib.sha256(draw.seed.encode()).hexdigest()
    assert told("draw.announced") == [{"seed_hash": draw.seed_hash}]
    assert services.lapse(timezone.now()) == 0
    assert selectors.paper(session) is None


@pytest.mark.django_db
def test_everybody_enters_and_takes_nothing(crew: Crew) -> None:
    session = drawn_lecture(crew, places=1)
    made = come(session, *crowd(3))
    assert states(session) == ["entered"] * 3
    assert len({one.lot for one in made}) == 3
    assert taken(session) == 0
    assert Draw.objects.filter(session=session).exists()


@pytest.mark.django_db
def test_those_drawn_first_sit_and_the_others_wait_in_that_order(crew: Crew) -> None:
    session = drawn_lecture(crew, places=2)
    come(session, *crowd(6))
    drawn(session)
    by_lot = {one.lot: one for one in Registration.objects.filter(session=session)}
    found = [by_lot[lot] for lot in order(session)]
    assert [one.state for one in found] == ["confirmed"] * 2 + ["waiting"] * 4
    assert [one.turn for one in found[2:]] == [1, 2, 3, 4]
    assert taken(session) == 2
    (entry,) = told("draw.drawn")
    assert (entry["seated"], entry["waiting"]) == (2, 4)
    assert services.lapse(timezone.now()) == 0


@pytest.mark.django_db
def test_anybody_can_check_the_draw_from_its_paper(crew: Crew) -> None:
    session = drawn_lecture(crew, places=2)
    come(session, *crowd(5))
    announced = told("draw.announced")[0]["seed_hash"]
    drawn(session)
    paper = selectors.paper(session)
    assert paper is not None
    assert paper.seed_hash == announced
    assert paper.digest == told("draw.sealed")[0]["digest"]
    assert engine.faults(engine.read(engine.written(paper))) == []
    by_hand = sorted(
        sorted(paper.order),
        key=lambda line: hashlib.sha256(f"{paper.seed}:{paper.digest}:{line}".encode()).hexdigest(),
    )
    assert list(paper.order) == by_hand


@pytest.mark.django_db
def test_the_script_in_the_documentation_finds_what_the_command_finds(
    crew: Crew, tmp_path: Path
) -> None:
    session = drawn_lecture(crew, places=2)
    services.sign_up(session, by=crew.ma, minors=[child("小满"), child("小禾")])
    come(session, *crowd(5))
    drawn(session)
    paper = selectors.paper(session)
    assert paper is not None
    told = (DOCS / "how-a-draw-works.md").read_text(encoding="utf-8")
    script, kept = tmp_path / "check.py", tmp_path / "draw.txt"
    script.write_text(told.split("```python\n")[1].split("```")[0], encoding="utf-8")
    kept.write_text(engine.written(paper), encoding="utf-8")
    command = [sys.executable, "-I", str(script), str(kept)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "holds\n"
    forged = dataclasses.replace(paper, order=paper.order[::-1])
    kept.write_text(engine.written(forged), encoding="utf-8")
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


@pytest.mark.django_db
def test_codes_of_tickets_and_names_stand_on_no_paper(crew: Crew) -> None:
    session = drawn_lecture(crew)
    made = come(session, *crowd(3))
    drawn(session)
    paper = selectors.paper(session)
    assert paper is not None
    text = engine.written(paper)
    assert not any(one.code in text or one.person.name in text for one in made)


@pytest.mark.django_db
def test_a_family_is_drawn_together(crew: Crew) -> None:
    session = drawn_lecture(crew, places=9)
    made = services.sign_up(session, by=crew.ma, minors=[child("小满"), child("小禾")])
    come(session, *crowd(7))
    drawn(session)
    places = sorted(order(session).index(one.lot) for one in made)
    assert places[1] == places[0] + 1


@pytest.mark.django_db
def test_whoever_left_after_the_list_was_sealed_is_passed_over(crew: Crew) -> None:
    session = drawn_lecture(crew, places=1, closes_at=timezone.now() + timedelta(hours=1))
    people = crowd(3)
    made = come(session, *people)
    later(session, closes_at=-timedelta(seconds=1))
    assert services.lapse(timezone.now()) == 1
    sealed = told("draw.sealed")
    assert (sealed[0]["lots"], sealed[0]["families"]) == (3, 3)
    services.cancel(made[0], by=people[0])
    drawn(session)
    assert made[0].lot in order(session)
    assert sorted(states(session)) == ["cancelled", "confirmed", "waiting"]


@pytest.mark.django_db
def test_nobody_enters_a_sealed_list_even_if_sign_up_is_opened_again(crew: Crew) -> None:
    one, two = crowd(2)
    session = drawn_lecture(crew, closes_at=timezone.now() + timedelta(hours=1))
    come(session, one)
    later(session, closes_at=-timedelta(seconds=1))
    services.lapse(timezone.now())
    with pytest.raises(types.Closed):
        come(session, two)
    later(session, closes_at=timedelta(hours=1))
    with pytest.raises(types.Closed):
        come(session, two)
    assert states(session) == ["entered"]


@pytest.mark.django_db
def test_a_limit_of_counties_holds_in_a_draw(crew: Crew) -> None:
    session = drawn_lecture(crew, places=3, most_per_region=1)
    here = region("511802")
    come(session, *crowd(4), region=here)
    drawn(session)
    assert sorted(states(session)) == ["confirmed"] + ["waiting"] * 3
    services.lapse(timezone.now())
    assert taken(session) == 1


@pytest.mark.django_db
def test_a_place_that_a_drawn_one_gives_up_goes_to_the_next_lot(crew: Crew) -> None:
    session = drawn_lecture(crew, places=1)
    come(session, *crowd(3))
    drawn(session)
    first, second, _third = (Registration.objects.get(lot=lot) for lot in order(session))
    services.cancel(first, by=first.person)
    second.refresh_from_db()
    assert second.state == "offered"


@pytest.mark.django_db
def test_an_empty_draw_is_drawn(crew: Crew) -> None:
    session = drawn(drawn_lecture(crew))
    assert order(session) == []
    paper = selectors.paper(session)
    assert paper is not None
    assert engine.faults(paper) == []


@given(FAMILIES, st.binary(min_size=32, max_size=32))
def test_every_lot_is_drawn_once_and_the_same_seed_draws_the_same(
    families: list[list[str]], random: bytes
) -> None:
    listed = engine.sealed(families)
    first, again = engine.order(random.hex(), listed), engine.order(random.hex(), listed)
    assert first == again
    assert sorted(first) == listed.splitlines()
    assert engine.sealed(reversed(families)) == listed


@given(st.integers(0, 3))
def test_whatever_is_changed_on_a_paper_is_found(change: int) -> None:
    seed = "ab" * 32
    listed = engine.sealed([["L-00000001"], ["L-00000002", "L-00000003"], ["L-00000004"]])
    order = tuple(engine.order(seed, listed))
    paper = engine.Paper("J-1", engine.hashed(seed), engine.hashed(listed), seed, order)
    assert engine.faults(paper) == []
    forged = (
        engine.Paper("J-1", paper.seed_hash, paper.digest, "cd" * 32, order),
        engine.Paper("J-1", paper.seed_hash, paper.digest, seed, order[1:]),
        engine.Paper("J-1", paper.seed_hash, paper.digest, seed, order[::-1]),
        engine.Paper("J-1", paper.seed_hash, paper.digest, seed, (*order, order[0])),
    )
    assert engine.faults(forged[change]) != []


@pytest.mark.parametrize(
    "text",
    ["", "\x00", "session J-1\n\nL-1\n", "全角　文字\n\n", "seed x\nseed_hash y\ndigest z\nsession s\n\n=1+1\n"],
)  # fmt: skip
def test_what_is_no_paper_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="not the paper of a draw"):
        engine.read(text)


@pytest.mark.django_db
def test_what_is_called_off_between_the_look_and_the_lock_is_not_drawn(crew: Crew) -> None:
    session = drawn_lecture(crew)
    come(session, crew.cast.ji)
    later(session, draws_at=-timedelta(minutes=1))
    now = timezone.now()
    (due,) = selectors.draws_to_tend(now)
    Session.objects.filter(pk=session.pk).update(state="cancelled")
    assert not lots._tend(due, now)
    assert states(session) == ["entered"]
