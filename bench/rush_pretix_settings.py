"""Settings for pretix in the bench of the rush: its own, with what would only be in its way taken out of it."""

from pretix.settings import *  # noqa: F403 - settings are made so

ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = (
    "django.core.mail.backends.dummy.EmailBackend"  # mail costs it nothing; ours goes by the worker
)
LOGGING = {"version": 1, "disable_existing_loggers": True}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405 - from its own
    DATABASES["default"]["OPTIONS"] = {  # noqa: F405 - as ours: without it most of its answers are "database is locked"
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
