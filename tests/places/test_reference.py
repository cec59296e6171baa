"""The shipped files: whole, well-formed, parents before children."""

from __future__ import annotations

from keqiao.places import reference


def test_every_region_hangs_under_a_region_that_comes_before_it() -> None:
    seen: set[str] = set()
    for row in reference.regions():
        assert len(row.code) == 6
        assert row.code not in seen
        assert row.parent in seen if row.parent else row.level == "province"
        seen.add(row.code)


def test_the_provinces_are_thirty_four() -> None:
    provinces = {row.code for row in reference.regions() if row.level == "province"}
    assert len(provinces) == 34
    assert {"710000", "810000", "820000"} <= provinces


def test_sichuan_has_twenty_one_cities_and_183_counties() -> None:
    current = [row for row in reference.regions() if row.code[:2] == "51" and not row.valid_to]
    assert sum(row.level == "city" for row in current) == 21
    assert sum(row.level == "county" for row in current) == 183


def test_districts_of_a_municipality_hang_under_it_and_no_layer_only_groups() -> None:
    rows = {row.code: row for row in reference.regions()}
    assert rows["110105"].parent == "110000"
    assert rows["429004"].parent == "420000"
    assert not {"市辖区", "县", "省直辖县级行政区划"} & {row.name for row in rows.values()}


def test_the_industries_are_those_of_the_standard() -> None:
    rows = list(reference.industries())
    assert [sum(row.level == level for row in rows) for level in (1, 2, 3)] == [20, 97, 473]
    codes = {row.code for row in rows}
    assert all(row.parent in codes for row in rows if row.level > 1)


def test_the_subjects_form_a_tree() -> None:
    rows = list(reference.subjects())
    codes = {row.code for row in rows}
    assert len(codes) == len(rows)
    assert all(row.parent in codes for row in rows if row.parent)


def test_every_university_lies_in_a_known_region_and_has_one_line_for_a_name() -> None:
    regions = {row.code for row in reference.regions()}
    rows = list(reference.universities())
    assert len({row.code for row in rows}) == len(rows)
    assert all(row.region in regions for row in rows)
    assert not any(character.isspace() for row in rows for character in row.name)


def test_centres_lie_in_the_country_and_near_their_parents() -> None:
    rows = {row.code: row for row in reference.regions()}
    placed = [row for row in rows.values() if row.latitude is not None]
    assert len(placed) == 3187
    assert all(3 < (row.latitude or 0) < 54 for row in placed)
    assert all(73 < (row.longitude or 0) < 136 for row in placed)
    current = [row for row in rows.values() if row.code[:2] == "51" and not row.valid_to]
    assert all(row.latitude for row in current)
    for row in current:
        parent = rows.get(row.parent)
        if row.level == "county" and parent is not None:
            assert abs((row.latitude or 0) - (parent.latitude or 0)) < 3.5
            assert abs((row.longitude or 0) - (parent.longitude or 0)) < 4
