"""A paper that anybody can check: what it says, of whom, whether it stands."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader
from tests.crew import Crew
from tests.needs.test_at_once import at_once
from tests.web.pages_of_proofs import CONTENT, proof

from keqiao.base.errors import Invalid, Missing
from keqiao.journal.models import Entry
from keqiao.ops.cli import main
from keqiao.paperwork.proof import Certificate, certificate_pdf
from keqiao.proofs import selectors, services
from keqiao.proofs.models import Head, Proof

pytestmark = pytest.mark.django_db


def page(client: Client, made: Proof, **entered: str) -> str:
    path = f"/proofs/{made.code}/"
    answer = client.post(path, entered) if entered else client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_stranger_reads_what_is_proved_and_no_name(crew: Crew, client: Client) -> None:
    made = proof(crew)
    said = page(client, made)
    assert "有效" in said
    assert "玩转科学示例营" in said
    assert "2 小时" in said
    assert "𠮷田" not in said
    assert Entry.objects.get(action="proof.issued").data["hash"] == made.hash
    assert "𠮷田" not in str(Entry.objects.get(action="proof.issued").data)


@pytest.mark.parametrize("name", ["𠮷田㐂", " 𠮷田 㐂", "𠮷田\u3000㐂"])
def test_the_name_on_the_paper_is_told_to_be_the_same(
    crew: Crew, client: Client, name: str
) -> None:
    assert "姓名一致" in page(client, proof(crew), name=name)


@pytest.mark.parametrize("name", ["吉田㐂", "𠮷田", "<b>", "㐂" * 4000])
def test_another_name_is_told_to_be_another(crew: Crew, client: Client, name: str) -> None:
    assert "姓名不一致" in page(client, proof(crew), name=name)


@pytest.mark.parametrize(
    "name", ["古力·阿依", "古力•阿依", "古力‧阿依", "古力・阿依", "古力．阿依"]
)
def test_every_middle_dot_is_the_same(crew: Crew, name: str) -> None:
    assert selectors.is_of(proof(crew, "古力·阿依"), name)


def test_who_voids_says_why_and_the_page_tells_it(crew: Crew, client: Client) -> None:
    made = services.void(proof(crew), "时长登记有误，已更正。", by=crew.tang)
    said = page(client, made)
    assert "作废" in said
    assert "时长登记有误，已更正。" in said
    assert "有效</h2>" not in said
    with pytest.raises(services.VoidedAlready):
        services.void(made, "再说一次", by=crew.tang)


def test_nothing_is_voided_without_a_reason(crew: Crew) -> None:
    made = proof(crew)
    with pytest.raises(Invalid):
        services.void(made, " \u3000", by=crew.tang)
    made.refresh_from_db()
    assert made.voided_at is None


@pytest.mark.parametrize(
    "change",
    [
        {"content": {**CONTENT.plain(), "lines": [["时长", "200 小时"]]}},
        {"name_hash": selectors.name_hash("别人", "0")},
        {"about": "R-2"},
        {"previous_hash": "0" * 64},
    ],
)
def test_a_changed_proof_is_seen_on_its_page_and_in_the_chain(
    crew: Crew, client: Client, change: dict[str, object]
) -> None:
    proof(crew), proof(crew)
    made = Proof.objects.get(number=2)
    assert selectors.first_broken() is None
    Proof.objects.filter(pk=made.pk).update(**change)
    assert selectors.first_broken() == 2
    assert "不一致" in page(client, made)


def test_a_proof_that_was_taken_out_is_missed(crew: Crew) -> None:
    proof(crew), proof(crew), proof(crew)
    Proof.objects.filter(number=3).delete()
    assert selectors.first_broken() == 3
    Proof.objects.filter(number=1).delete()
    assert selectors.first_broken() == 1


def test_the_operator_verifies_both_chains(crew: Crew, capsys: pytest.CaptureFixture[str]) -> None:
    made = proof(crew)
    assert main(["journal", "verify"]) == 0
    assert "the proofs hold" in capsys.readouterr().out
    Proof.objects.filter(pk=made.pk).update(about="R-2")
    assert main(["journal", "verify"]) == 1
    assert "the proofs are broken at number 1" in capsys.readouterr().out


@pytest.mark.parametrize("code", ["P-0", "p-xx", "..", "P-%00", "Ｐ-７"])
def test_a_number_that_is_nobodys_leads_nowhere(code: str) -> None:
    with pytest.raises(Missing):
        selectors.get(code)


@pytest.mark.parametrize(
    "typed", ["{code}", " {code} ", "https://keqiao.example/proofs/{code}/", "{wide}"]
)
def test_the_number_is_found_however_it_is_typed(crew: Crew, client: Client, typed: str) -> None:
    code = proof(crew).code
    wide = "".join(chr(ord(one) + 0xFEE0) for one in code)
    answer = client.get("/proofs/", {"code": typed.format(code=code, wide=wide)})
    assert answer.headers["Location"] == f"/proofs/{code}/"


@pytest.mark.parametrize("typed", ["P-0000000Z", "abc", "p-0000000z"])
def test_whoever_types_a_number_that_was_never_issued_is_told_so(
    client: Client, typed: str
) -> None:
    page = client.get("/proofs/", {"code": typed})
    assert page.status_code == 200
    assert "本平台没有出具过这个编号的证明" in page.content.decode()


def test_the_paper_names_its_holder_and_where_it_is_checked(crew: Crew) -> None:
    made = proof(crew)
    drawn = certificate_pdf(
        Certificate(
            title="参加证明", code=made.code, name="𠮷田㐂", text="兹证明以下同志参加了活动。", lines=CONTENT.lines,
            issuer=crew.node.name, issued_on=made.issued_at.date(), address=selectors.address(made), hash=made.hash,
            head=CONTENT.head, rows=CONTENT.rows,
        )
    )  # fmt: skip
    text = "".join(one.extract_text() for one in PdfReader(BytesIO(drawn)).pages)
    for part in ("𠮷田㐂", made.code, "玩转科学示例营", f"/proofs/{made.code}/", made.hash[:16]):
        assert part in text.replace("\u200b", "").replace("\n", "")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_hang_in_one_chain(crew: Crew) -> None:
    assert at_once(*[lambda: proof(crew)] * 8) == []
    assert sorted(Proof.objects.values_list("number", flat=True)) == list(range(1, 9))
    assert selectors.first_broken() is None


def test_the_last_proof_is_not_replaced_by_one_that_holds_by_itself(
    crew: Crew, client: Client
) -> None:
    proof(crew), proof(crew)
    for number in (2, 1):
        forged = Proof.objects.get(number=number)
        forged.content = {**CONTENT.plain(), "lines": [["时长", "200 小时"]]}
        forged.hash = selectors.digest(forged)
        forged.save()
        assert selectors.first_broken() == number
        assert "不一致" in page(client, forged)


def test_a_chain_that_was_reckoned_anew_is_not_the_one_that_the_journal_knows(crew: Crew) -> None:
    forged = proof(crew)
    forged.content = {**CONTENT.plain(), "lines": [["时长", "200 小时"]]}
    forged.hash = selectors.digest(forged)
    forged.save()
    Head.objects.update(hash=forged.hash)
    assert selectors.first_broken() == 1


def test_a_void_proof_does_not_come_back(crew: Crew) -> None:
    made = services.void(proof(crew), "时长登记有误。", by=crew.tang)
    assert selectors.first_broken() is None
    Proof.objects.filter(pk=made.pk).update(voided_at=None, void_why="")
    assert selectors.first_broken() == 1
