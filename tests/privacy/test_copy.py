"""A copy tells a person all that is held about them, and nothing of others that they could not read."""

from __future__ import annotations

import json
import zipfile

import pytest
from tests.cast import SECRET, Cast
from tests.privacy.everything import MINE, lived

from keqiao.accounts import services as accounts
from keqiao.base.errors import NotAllowed
from keqiao.journal.models import Entry
from keqiao.organisations import policies
from keqiao.organisations import services as organisations
from keqiao.organisations.models import Membership
from keqiao.privacy import selectors, services
from keqiao.privacy.types import SECTIONS
from keqiao.web import copies

pytestmark = pytest.mark.django_db


def test_a_copy_holds_something_of_every_deed(cast: Cast) -> None:
    lived(cast)
    held = selectors.held_about(cast.chen)
    assert list(held) == [section.key for section in SECTIONS]
    there = {key for key, rows in held.items() if rows}
    assert there >= {
        "account", "consents", "deeds", "needs_unpublished", "needs_published", "need_files", "studios",
        "offers_unpublished", "offers_published", "case_seats", "case_notes", "case_files", "invitations_answered",
        "contract_drafts", "confirmations", "ratings", "complaints",
    }  # fmt: skip
    assert held["account"][0]["email"] == cast.chen.email
    assert held["need_files"][0]["name"] == "配方.csv"


def test_it_is_taken_by_oneself_only_and_recorded(cast: Cast) -> None:
    for other in (cast.he, cast.lin, cast.wu):
        with pytest.raises(NotAllowed):
            services.take_copy(cast.chen, by=other)
    assert not Entry.objects.filter(action="person.copy_taken").exists()
    made = services.take_copy(cast.chen, by=cast.chen)
    entry = Entry.objects.latest("position")
    assert (entry.action, entry.subject_key) == ("person.copy_taken", str(cast.chen.pk))
    assert made.person == cast.chen.pk


def test_the_zip_has_both_readings_and_the_files(cast: Cast) -> None:
    lived(cast)
    with zipfile.ZipFile(copies.packed(selectors.copy(cast.chen))) as archive:
        assert archive.testzip() is None
        told = json.loads(archive.read("copy.json"))
        page = archive.read("copy.html").decode()
        files = [name for name in archive.namelist() if name.startswith("files/")]
        contents = {archive.read(name) for name in files}
    assert (told["format"], told["version"]) == ("keqiao-copy", 1)
    assert told["files"] == files
    assert contents == {b"a,b\n", b"c,d\n"}
    for word in (
        MINE,
        "样品已寄出。",
        "合作顺利。",
        "已验证" if told["sections"]["emails"] else "姓名",
    ):
        assert word in page
    assert "<script" not in page
    assert "http" not in page


def test_every_key_has_a_name_for_people(cast: Cast) -> None:
    lived(cast)
    for person in (cast.chen, cast.lin, cast.wu, cast.zheng, cast.he):
        for section, rows in selectors.held_about(person).items():
            unknown = {key for row in rows for key in row} - set(copies.FIELDS)
            assert unknown == set(), section


def test_nothing_of_others_is_in_it(cast: Cast) -> None:
    lived(cast)
    told = copies.as_json(selectors.copy(cast.chen)) + copies.as_html(selectors.copy(cast.chen))
    for other in (cast.lin, cast.wu, cast.zheng, cast.he, cast.zhou):
        assert other.email not in told
        assert other.name not in told
    assert SECRET not in told


def test_the_one_complained_about_does_not_learn_it_from_a_copy(cast: Cast) -> None:
    lived(cast)
    told = copies.as_json(selectors.copy(cast.lin))
    assert "complaint" not in json.dumps(json.loads(told)["sections"]["deeds"])
    assert json.loads(told)["sections"]["complaints"] == []
    assert "商业秘密" not in told


def test_who_left_a_body_takes_none_of_its_secrets_along(cast: Cast) -> None:
    cast.open_need()
    assert SECRET in copies.as_json(selectors.copy(cast.lin))
    organisations.add_member(cast.lithium, cast.ji, by=cast.lin, is_representative=True)
    organisations.remove_member(
        Membership.objects.get(person=cast.lin, organisation=cast.lithium), by=cast.ji
    )
    policies.forget(cast.lin)
    assert SECRET not in copies.as_json(selectors.copy(cast.lin))


def test_a_copy_has_bounds(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(cast)
    monkeypatch.setattr(selectors, "MOST_BYTES", 4)
    made = selectors.copy(cast.chen)
    assert (len(made.files), len(made.left_out)) == (1, 1)
    assert made.left_out[0] in copies.as_html(made)
    monkeypatch.setattr(selectors, "MOST_DEEDS", 3)
    assert len(selectors.held_about(cast.chen)["deeds"]) == 3


def test_hostile_words_stay_words(cast: Cast) -> None:
    accounts.rename(cast.ji, "<b>㐂</b>𠮷 {{ 7*7 }}", by=cast.ji)
    page = copies.as_html(selectors.copy(cast.ji))
    assert "&lt;b&gt;㐂&lt;/b&gt;𠮷 {{ 7*7 }}" in page
    assert "<b>" not in page
