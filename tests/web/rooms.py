"""The pages of rooms that bring their own rows to the tables of who sees what and who does what.

Every module ``pages_of_….py`` beside this one gives ``READ`` (row → who gets what), ``POSTED`` (addresses that take
only presses), ``paths(crew)`` (row → address), ``presses(crew)`` (row → address, what is entered, who may).
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOMS: tuple[ModuleType, ...] = tuple(
    import_module(f"tests.web.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("pages_of_*.py"))
)
