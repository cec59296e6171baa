"""The room as a Django application; here what the settings lack for mail is said."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

SMTP = "django.core.mail.backends.smtp.EmailBackend"


class MessagingConfig(AppConfig):
    """Registers the room and its check."""

    name = "keqiao.messaging"
    label = "messaging"

    def ready(self) -> None:
        """Have the start of every command ask whether mails could say where the site is."""
        checks.register(site_is_known)


def site_is_known(**_more: Any) -> list[checks.CheckMessage]:
    """Refuse to send mail to the world with links that lead nowhere."""
    if settings.EMAIL_BACKEND != SMTP or settings.IS_SITE_KNOWN:
        return []
    hint = "Set it to the address of this site, for example https://kx.example.cn"
    message = "KEQIAO_MAIL sends by SMTP, and KEQIAO_SITE_URL is empty: links in mails would lead nowhere."
    return [checks.Error(message, hint=hint, id="keqiao.E001")]
