"""Mails that a broker brings into a case: threads, who reads them, what comes in them, each once."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from tests.cast import Cast, browser

from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.casework.models import Case
from keqiao.correspondence import selectors, services
from keqiao.correspondence.models import Enclosure, Letter
from keqiao.journal.models import Entry

pytestmark = pytest.mark.django_db


def eml(
    number: int,
    *,
    answers: str = "",
    text: str = "样品已寄出。",
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    made = EmailMessage()
    made["From"], made["To"] = "林小满 <lin@li.example>", "吴桥 <wu@kx.example>"
    made["Date"] = f"Tue, 4 Mar 2031 09:{number:02}:00 +0800"
    made["Message-ID"] = f"<{number}@li.example>"
    if answers:
        made["In-Reply-To"] = f"<{answers.rsplit(maxsplit=1)[-1]}@li.example>"
        made["References"] = " ".join(f"<{one}@li.example>" for one in answers.split())
    made["Subject"] = f"样品 {number}"
    made.set_content(text)
    for name, content in (files or {}).items():
        made.add_attachment(content, maintype="application", subtype="x", filename=name)
    return made.as_bytes()


def bring(case: Case, cast: Cast, *raw: bytes, is_shared: bool = False) -> list[Letter]:
    return services.bring_in(case, raw, is_shared=is_shared, most_mib=1, by=cast.wu)


def shape(case: Case, cast: Cast) -> list[list[str]]:
    """Return the subjects of the threads."""
    return [
        [letter.subject for letter in thread.letters]
        for thread in selectors.threads(case, by=cast.wu)
    ]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (3, 1, 2)])
def test_letters_that_answer_each_other_are_one_thread_in_whatever_order_they_come(
    cast: Cast, order: tuple[int, ...]
) -> None:
    case = cast.table()
    letters = {1: eml(1), 2: eml(2, answers="1"), 3: eml(3, answers="2")}
    for number in order:
        bring(case, cast, letters[number])
    bring(case, cast, eml(9))
    assert shape(case, cast) == [["样品 9"], ["样品 1", "样品 2", "样品 3"]]


def test_a_letter_is_kept_once_and_the_journal_names_no_address(cast: Cast) -> None:
    case = cast.table()
    letter = bring(case, cast, eml(1))[0]
    entry = Entry.objects.latest("position")
    assert (entry.action, entry.subject_key) == ("case.mail_added", case.code)
    assert entry.data == {"letter": letter.pk, "shared": False, "enclosures": 0}
    before = Entry.objects.count()
    with pytest.raises(services.KnownLetter) as refusal:
        bring(case, cast, eml(2), eml(1))
    assert "已经在这个对接单里了" in str(refusal.value)
    assert (Letter.objects.count(), Entry.objects.count()) == (1, before)
    other = cast.case(cast.open_need(title="另一条", public_title="另一条"))
    bring(other, cast, eml(1))


def test_the_parties_read_what_is_shared_and_nobody_else_anything(cast: Cast) -> None:
    case = cast.table()
    bring(case, cast, eml(1))
    bring(case, cast, eml(2), is_shared=True)
    for person, subjects in (
        (cast.wu, {"样品 1", "样品 2"}),
        (cast.he, {"样品 1", "样品 2"}),
        (cast.lin, {"样品 2"}),
        (cast.chen, {"样品 2"}),
        (cast.zhou, set()),
        (cast.sun, set()),
    ):
        threads = selectors.threads(case, by=person)
        assert {letter.subject for thread in threads for letter in thread.letters} == subjects


def test_what_came_with_a_letter_is_kept_if_its_kind_may_be_and_named_otherwise(
    cast: Cast,
) -> None:
    case = cast.table()
    files = {"报告.pdf": b"%PDF-1.7 x", "病毒.exe": b"MZ", "假.pdf": b"MZ", "表.csv": b"a,b"}
    letter = bring(case, cast, eml(1, files=files), is_shared=True)[0]
    bring(case, cast, eml(2, files={"内部.csv": b"c,d"}))
    kept = {one.name: bool(one.content) for one in letter.enclosures.all()}
    assert kept == {"报告.pdf": True, "病毒.exe": False, "假.pdf": False, "表.csv": True}
    report = Enclosure.objects.get(name="报告.pdf")
    assert selectors.enclosure(case, report.pk, by=cast.lin).content.read() == b"%PDF-1.7 x"
    inner, virus = Enclosure.objects.get(name="内部.csv"), Enclosure.objects.get(name="病毒.exe")
    assert selectors.enclosure(case, inner.pk, by=cast.wu) == inner
    for number, person in (
        (inner.pk, cast.lin),
        (virus.pk, cast.wu),
        (report.pk, cast.zhou),
        (0, cast.wu),
    ):
        with pytest.raises(Missing):
            selectors.enclosure(case, number, by=person)


def test_a_refused_letter_leaves_no_file_behind(cast: Cast, home: Path) -> None:
    case = cast.table()
    bring(case, cast, eml(1))
    with pytest.raises(services.KnownLetter):
        bring(case, cast, eml(2, files={"表.csv": b"a,b"}), eml(1))
    with pytest.raises(Invalid):
        bring(case, cast, eml(3, files={"表.csv": b"a,b"}), b"hello")
    assert not [path for path in (home / "files").rglob("*") if path.is_file()]
    assert Letter.objects.count() == 1


def test_only_the_broker_of_the_case_brings_letters_in(cast: Cast) -> None:
    case = cast.table()
    for person in (cast.lin, cast.chen, cast.he, cast.zhou):
        with pytest.raises(NotAllowed):
            services.bring_in(case, [eml(1)], is_shared=True, most_mib=1, by=person)
    assert not Letter.objects.exists()


def test_nothing_and_too_much_are_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cast.table()
    for raw in ((), (eml(1, text="x" * 1024 * 1024),)):
        with pytest.raises(Invalid):
            bring(case, cast, *raw)
    monkeypatch.setattr(services, "MOST_LETTERS", 1)
    with pytest.raises(Invalid):
        bring(case, cast, eml(1), eml(2))
    assert not Letter.objects.exists()


@pytest.fixture
def page(cast: Cast, settings: Settings) -> str:
    settings.STAFF_SECOND_FACTOR = False
    return f"/cases/{cast.table().code}/"


def upload(cast: Cast, page: str, *raw: bytes, **entered: str) -> Any:
    files = [
        SimpleUploadedFile(f"{number}.eml", content) for number, content in enumerate(raw, start=1)
    ]
    return browser(cast.wu).post(f"{page}do/mail/", {"letters": files, **entered})


def test_a_broker_brings_letters_in_from_the_page_of_the_case(cast: Cast, page: str) -> None:
    first, second = (
        eml(1, files={"报告.pdf": b"%PDF-1.7"}),
        eml(2, answers="1", text="<b>谢谢</b>\n\n第二段"),
    )
    assert upload(cast, page, first, second, is_shared="on").status_code == 302
    for person in (cast.wu, cast.lin):
        said = browser(person).get(page).content.decode()
        assert "样品 1" in said
        assert "林小满 &lt;lin@li.example&gt;" in said
        assert "&lt;b&gt;谢谢&lt;/b&gt;" in said
        assert "报告.pdf" in said
    assert "存入邮件" not in browser(cast.lin).get(page).content.decode()
    kept = Enclosure.objects.get()
    answer = browser(cast.chen).get(f"{page}enclosures/{kept.pk}/")
    assert b"".join(answer) == b"%PDF-1.7"
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("raw", [b"hello", b"\x00\x01", b"%PDF-1.7"])
def test_what_is_no_mail_is_refused_on_the_page(cast: Cast, page: str, raw: bytes) -> None:
    answer = upload(cast, page, raw)
    assert answer.status_code == 422
    assert "这不像一封邮件" in answer.content.decode()
    assert browser(cast.wu).post(f"{page}do/mail/", {}).status_code == 422


def test_a_case_asks_as_much_however_many_letters_there_are(cast: Cast, page: str) -> None:
    case, client, counted = Case.objects.get(), browser(cast.wu), []
    for round_ in range(2):
        for number in range(1, 4):
            bring(case, cast, eml(10 * round_ + number, files={"表.csv": b"a,b"}))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1]
