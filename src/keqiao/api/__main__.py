"""``python -m keqiao.api`` prints the description of the interface, as ``docs/reference/openapi.json`` keeps it."""

from __future__ import annotations

import os

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqiao.config.settings")
    import django

    django.setup()
    from keqiao.api import reference

    print(reference.document(), end="")  # noqa: T201 - the description is the output
