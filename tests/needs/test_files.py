"""Files beside the private version."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from tests.cast import Cast

from keqiao.accounts.models import Person
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal import services as journal
from keqiao.journal.models import Entry
from keqiao.needs import selectors, services
from keqiao.needs.models import Attachment, Need
from keqiao.needs.types import Resolution

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n" + b"x" * 50


def attach(
    need: Need, by: Person, name: str = "渗滤液检测.pdf", content: bytes = PDF
) -> Attachment:
    return services.attach(need, BytesIO(content), name=name, size=len(content), most_mib=1, by=by)


def bytes_on_disk(home: Path) -> list[bytes]:
    return [path.read_bytes() for path in (home / "files").rglob("*") if path.is_file()]


def test_an_owner_adds_a_file_and_its_name_stays_out_of_disk_and_journal(
    cast: Cast, home: Path
) -> None:
    need = cast.need()
    kept = attach(need, cast.lin, name="../../吴桥/渗滤液.pdf")
    assert kept.name == "渗滤液.pdf"
    assert kept.size == len(PDF)
    assert bytes_on_disk(home) == [PDF]
    assert "渗滤液" not in str(kept.content.name)
    assert list(selectors.attachments(need)) == [kept]
    entry = Entry.objects.latest("position")
    assert entry.action == "need.file_added"
    assert entry.data == {"sha256": kept.sha256, "size": len(PDF)}


def test_only_owners_add_files(cast: Cast, home: Path) -> None:
    need = cast.open_need()
    for person in (cast.zhou, cast.chen, cast.wu, cast.zheng, cast.sun, cast.he):
        with pytest.raises(NotAllowed):
            attach(need, person)
    assert not Attachment.objects.exists()
    assert bytes_on_disk(home) == []


def test_a_closed_need_takes_no_files_though_an_old_copy_looks_open(cast: Cast) -> None:
    need = cast.open_need()
    old = Need.objects.get(pk=need.pk)
    services.close(need, Resolution.WITHDRAWN, by=cast.lin)
    for copy in (need, old):
        with pytest.raises(WrongState):
            attach(copy, cast.lin)


def test_the_eleventh_file_is_one_too_many(cast: Cast) -> None:
    need = cast.need()
    for number in range(services.MOST_FILES):
        attach(need, cast.lin, name=f"{number}.pdf")
    with pytest.raises(Invalid) as refusal:
        attach(need, cast.lin)
    assert refusal.value.problems[0].phrase.say() == "每条需求最多附 10 个文件。"
    assert selectors.attachments(need).count() == 10


@pytest.mark.parametrize(
    ("name", "content"),
    [("程序.exe", b"MZ"), ("空.pdf", b""), ("假.pdf", b"MZ"), ("大.pdf", PDF + b"x" * 1024 * 1024)],
)
def test_a_wrong_file_leaves_nothing_behind(
    cast: Cast, home: Path, name: str, content: bytes
) -> None:
    need = cast.need()
    with pytest.raises(Invalid):
        attach(need, cast.lin, name=name, content=content)
    assert not Attachment.objects.exists()
    assert bytes_on_disk(home) == []


def test_bytes_that_no_row_points_to_are_not_left(
    cast: Cast, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = cast.need()

    def fail(entry: Entry) -> None:
        raise OSError(entry.action)

    monkeypatch.setattr(journal, "_followers", [fail])
    with pytest.raises(OSError, match="file_added"):
        attach(need, cast.lin)
    assert not Attachment.objects.exists()
    assert bytes_on_disk(home) == []


def test_the_bytes_of_a_removed_file_go_when_the_removal_is_committed(
    cast: Cast, home: Path, django_capture_on_commit_callbacks: object
) -> None:
    need = cast.need()
    kept = attach(need, cast.lin)
    with django_capture_on_commit_callbacks(execute=False) as callbacks:  # type: ignore[operator]
        services.detach(kept, by=cast.lin)
    assert not Attachment.objects.exists()
    assert bytes_on_disk(home) == [PDF]
    for callback in callbacks:
        callback()
    assert bytes_on_disk(home) == []
    assert Entry.objects.latest("position").action == "need.file_removed"


def test_a_file_is_removed_once(cast: Cast) -> None:
    kept = attach(cast.need(), cast.lin)
    twin = Attachment.objects.get(pk=kept.pk)
    services.detach(kept, by=cast.lin)
    before = Entry.objects.count()
    with pytest.raises(Missing):
        services.detach(twin, by=cast.lin)
    assert Entry.objects.count() == before


def test_a_file_of_another_need_is_missing(cast: Cast) -> None:
    one, other = cast.need(), cast.need()
    kept = attach(one, cast.lin)
    with pytest.raises(Missing):
        selectors.attachment(other, kept.pk)
    with pytest.raises(Missing):
        selectors.attachment(one, 10**30)
    assert default_storage.exists(str(kept.content.name))
