"""Django's settings, from the typed environment. Unsafe production settings are errors, not warnings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import structlog
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from keqiao.config import env

try:
    ENV = env.read()
except env.WrongSetting as wrong:
    sys.exit(f"keqiao: {wrong}")

PACKAGE = Path(__file__).resolve().parent.parent
KEQIAO_HOME: Path = ENV["KEQIAO_HOME"]
INDEX_HOME = KEQIAO_HOME / "index"

DEBUG: bool = ENV["KEQIAO_DEBUG"]
IS_HTTPS: bool = ENV["KEQIAO_HTTPS"] and not DEBUG
SECRET_KEY: str = ENV["KEQIAO_SECRET_KEY"] or "debug-only-" + "k" * 50
ALLOWED_HOSTS: list[str] = ENV["KEQIAO_ALLOWED_HOSTS"]
CSRF_TRUSTED_ORIGINS: list[str] = ENV["KEQIAO_TRUSTED_ORIGINS"]

SITE_NAME: str = ENV["KEQIAO_SITE_NAME"]
ASSOCIATION: str = ENV["KEQIAO_ASSOCIATION"]
CONTACT: str = ENV["KEQIAO_CONTACT"]
SOURCE_URL: str = ENV["KEQIAO_SOURCE_URL"]
SITE_URL: str = ENV["KEQIAO_SITE_URL"].rstrip("/") or "http://localhost:8000"
IS_SITE_KNOWN = bool(ENV["KEQIAO_SITE_URL"])
HOME_REGION: str = ENV["KEQIAO_HOME_REGION"]
INDEX: dict[str, str] | None = ENV["KEQIAO_INDEX"]
ENCODER: str = ENV["KEQIAO_ENCODER"]
ENCODER_BEFORE: str = ENV["KEQIAO_ENCODER_BEFORE"]
ENCODER_BEFORE_KEY: str = ENV["KEQIAO_ENCODER_BEFORE_KEY"]
ENCODER_KEY: str = ENV["KEQIAO_ENCODER_KEY"]
HAS_FEED: bool = ENV["KEQIAO_FEED"]
FEED_SECRET: str = ENV["KEQIAO_FEED_KEY"] or SECRET_KEY
UPLOAD_MEGABYTES: int = ENV["KEQIAO_UPLOAD_MEGABYTES"]
STAFF_SECOND_FACTOR: bool = ENV["KEQIAO_STAFF_SECOND_FACTOR"]
SIGN_UPS_AT_ONCE: int = ENV["KEQIAO_SIGN_UPS_AT_ONCE"]
API_LIMIT: int = ENV["KEQIAO_API_LIMIT"]
API_TOKEN_LIMIT: int = ENV["KEQIAO_API_TOKEN_LIMIT"]
ALLAUTH_TRUSTED_PROXY_COUNT: int = ENV["KEQIAO_PROXIES"]
IS_DEMO: bool = ENV["KEQIAO_DEMO"]

INSTALLED_APPS = [
    "keqiao.web",
    "keqiao.ops",
    "keqiao.reactions",
    "keqiao.privacy",
    "keqiao.records",
    "keqiao.assignments",
    "keqiao.tours",
    "keqiao.volunteering",
    "keqiao.visits",
    "keqiao.attendance",
    "keqiao.classes",
    "keqiao.invitations",
    "keqiao.meetings",
    "keqiao.correspondence",
    "keqiao.contracts",
    "keqiao.outcomes",
    "keqiao.casework",
    "keqiao.registrations",
    "keqiao.matching",
    "keqiao.sheets",
    "keqiao.guardians",
    "keqiao.complaints",
    "keqiao.needs",
    "keqiao.offers",
    "keqiao.articles",
    "keqiao.sisters",
    "keqiao.activities",
    "keqiao.search",
    "keqiao.reviews",
    "keqiao.messaging",
    "keqiao.proofs",
    "keqiao.organisations",
    "keqiao.access",
    "keqiao.tokens",
    "keqiao.accounts",
    "keqiao.places",
    "keqiao.journal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "treebeard",
    "django_htmx",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "keqiao.api.middleware.ApiMiddleware",
    "keqiao.web.middleware.LanguageMiddleware",
    "keqiao.web.middleware.RushMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "keqiao.web.middleware.UpwardMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "keqiao.web.middleware.SecondFactorMiddleware",
    "keqiao.web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "keqiao.config.urls"
WSGI_APPLICATION = "keqiao.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "keqiao.web.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"


def _databases() -> dict[str, dict[str, Any]]:
    chosen: dict[str, Any] = ENV["KEQIAO_DATABASE_URL"] or {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(KEQIAO_HOME / "keqiao.sqlite3"),
    }
    if chosen["ENGINE"].endswith("sqlite3"):
        chosen["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
        chosen["TEST"] = {"NAME": str(KEQIAO_HOME / "test.sqlite3")}
    else:
        chosen["CONN_MAX_AGE"] = 60
        chosen["CONN_HEALTH_CHECKS"] = True
    return {"default": chosen}


DATABASES = _databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["words", "default", "slow", "mail"],  # one thread of the worker each
    },
}

# Accounts: e-mail and password, argon2, a second factor, lock-out by rate.
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "keqiao.web.account_adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "keqiao.web.forms.account.SignUpForm"
ACCOUNT_EMAIL_VERIFICATION = "optional" if IS_DEMO else "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/15m/key",
    "signup": "20/h/ip",
    "complaint": "10/h/ip",
    "copy": "5/h/user",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME

# Language: Chinese is the source, English complete beside it.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", "English")]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = KEQIAO_HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": KEQIAO_HOME / "files", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
DATA_UPLOAD_MAX_NUMBER_FILES = 10
CACHES = {
    "default": {  # shared by every process, so that a lock-out counts for all of them
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    }
}

# Mail
globals().update(ENV["KEQIAO_MAIL"])
DEFAULT_FROM_EMAIL: str = ENV["KEQIAO_MAIL_FROM"]
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20

# Security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "keqiao.web.views.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
if IS_HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if ENV["KEQIAO_BEHIND_HTTPS_PROXY"]:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
        },
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": ENV["KEQIAO_LOG_FORMAT"]}
    },
    "root": {"handlers": ["console"], "level": "INFO" if DEBUG else "WARNING"},
    "loggers": {"keqiao": {"level": "INFO"}, "tantivy": {"level": "WARNING"}},
}
