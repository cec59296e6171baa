"""Tables of the room: regions, industries, subjects, the association tree, and what was loaded."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node


class Region(models.Model):
    """One administrative area of GB/T 2260; `valid_to` is the first day on which it is no more.

    `latitude` and `longitude` are those of its seat in degrees, for distances of some kilometres, not for maps.
    """

    class Level(models.TextChoices):
        """The three levels that have codes."""

        PROVINCE = "province", _("省级")
        CITY = "city", _("市级")
        COUNTY = "county", _("县级")

    code = models.CharField(max_length=6, primary_key=True)
    name = models.CharField(max_length=40, db_index=True)
    short_name = models.CharField(max_length=40, db_index=True)
    level = models.CharField(max_length=8, choices=Level.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="places_region_centre_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(code__gte="110000", code__lt="830000"),
                name="places_region_code_is_gbt2260",
            ),
            models.CheckConstraint(
                condition=models.Q(level="province", parent=None)
                | models.Q(level__in=["city", "county"], parent__isnull=False),
                name="places_region_only_province_is_root",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_to=None)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="places_region_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Industry(models.Model):
    """One class of GB/T 4754-2017: a letter and up to four digits; level 1 (门类) to 4 (小类)."""

    code = models.CharField(max_length=5, primary_key=True)
    name = models.CharField(max_length=100)
    level = models.PositiveSmallIntegerField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level=1, parent=None)
                | models.Q(level__in=[2, 3, 4], parent__isnull=False),
                name="places_industry_only_section_is_root",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Subject(models.Model):
    """One field of science with the code of the National Natural Science Foundation."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    valid_to = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Association(MP_Node):  # type: ignore[misc]  # treebeard has no types
    """One node of the tree: an association (科协) for a region, or a society (学会) under one."""

    class Kind(models.TextChoices):
        """What a node is."""

        ASSOCIATION = "association", _("科协")
        SOCIETY = "society", _("学会")

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)

    node_order_by: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region"],
                condition=models.Q(kind="association", is_active=True),
                name="places_one_association_per_region",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["association", "society"]),
                name="places_association_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """Which version of a reference file the database holds: what is cached compares it."""

    table = models.CharField(max_length=20, primary_key=True)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.table} {self.digest[:8]}"
