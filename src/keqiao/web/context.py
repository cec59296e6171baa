"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from keqiao.access import policies as access
from keqiao.access.types import Role
from keqiao.activities import policies as activities
from keqiao.casework import policies as casework
from keqiao.messaging import selectors as messaging
from keqiao.web.preferences import LARGE_TYPE_COOKIE

DESKS = (Role.REVIEWER, Role.ADMINISTRATOR, Role.EDITOR, Role.BROKER)


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name, its association, and how this visitor wants to see it."""
    user = getattr(request, "user", None)
    return {
        "site_name": settings.SITE_NAME,
        "association_name": settings.ASSOCIATION,
        "contact": settings.CONTACT,
        "source_url": settings.SOURCE_URL,
        "is_demo": settings.IS_DEMO,
        "is_large_type": request.COOKIES.get(LARGE_TYPE_COOKIE) == "1",
        "unread_count": messaging.unread_count(user) if user is not None else 0,
        "has_case_desk": bool(user is not None and casework.is_staff(user)),
        "has_activity_desk": bool(user is not None and activities.is_organiser(user)),
        "has_review_desk": bool(user is not None and access.areas(user, *DESKS)),
    }
