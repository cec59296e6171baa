"""The pages of rooms that bring their own rows to the tables of who sees what and who does what.

A module there gives ``READ`` (row → who gets what), ``POSTED`` (addresses that only take presses), ``paths(crew)``
(row → address) and ``presses(crew)`` (row → address, what is entered, who may).
"""

from __future__ import annotations

from types import ModuleType

from tests.web import pages_of_proofs

ROOMS: tuple[ModuleType, ...] = (pages_of_proofs,)
