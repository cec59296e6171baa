"""``keqiao society``: a society on the tree, which visits and plans can name."""

from __future__ import annotations

import pytest
from tests.cast import YAAN, Cast

from keqiao.access.models import Grant
from keqiao.ops import cli
from keqiao.places.models import Association

pytestmark = pytest.mark.django_db
NAME = "雅安市硅酸盐学会"


def test_a_society_is_put_under_its_association_with_who_speaks_for_it(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["society", NAME, "--region", YAAN, "--speaker", cast.chen.email]) == 0
    made = Association.objects.get(name=NAME)
    assert (made.kind, made.region_id) == ("society", YAAN)
    assert made.code in capsys.readouterr().out
    assert Grant.objects.get(association=made).person == cast.chen


@pytest.mark.parametrize("more", [["--region", "999999"], ["--speaker", "nobody@example.cn"]])
def test_nothing_is_added_for_a_wrong_region_or_an_unknown_person(
    cast: Cast, more: list[str]
) -> None:
    assert cast.wu is not None
    assert cli.main(["society", NAME, *more]) == 2
    assert not Association.objects.filter(name=NAME).exists()


def test_the_same_society_twice_is_refused(cast: Cast) -> None:
    assert cast.wu is not None
    assert cli.main(["society", NAME]) == 0
    assert cli.main(["society", NAME]) == 2
