"""Django settings. What differs between installations comes from the environment:

DURE_HOME       the data folder (see dure.base.home)
DATABASE_URL    postgresql://user:password@host:port/name?sslmode=…; without it, SQLite in the data folder
DURE_HOSTS      host names the site answers to, with commas (default: this machine only)
DURE_SITE       address of the site, for links in messages (default: http://127.0.0.1:8000)
DURE_COPIES     addresses of copies made by `dure publish`, with commas (shown at /copies/)
DURE_PUBLISH_TO a folder that the chores keep a copy of all public pages in; DURE_PUBLISH_URL: where it is served
DURE_SECURE     1 where the site is behind a proxy with TLS: secure cookies, HSTS
DURE_EMAIL_URL  smtp://user:password@host:port or smtps://…; without it, e-mail is printed to the console
DURE_EMAIL_FROM sender of e-mail
DURE_SMS_URL, DURE_CHAT_URLS, DURE_PUSH_HOSTS  other ways to people (see dure.config.messages)
DURE_EMAIL_PER_MINUTE … DURE_SMS_SPEND_A_DAY   how much may go out by each, and for how much
DURE_WALK_IN_COVER the policy that covers people who come along without signing up (default: none, so they sign up)
DURE_LOG_ORIGIN name of the ledger's log, in every checkpoint (default: made from its key)
DURE_LANGUAGE   en or ko: the language of letters to those who work here (default: en)
DURE_READERS    how many processes beside the server make pages (default: two a core, at most 8)
DURE_MATCH_MEMORY_MB what a match may take; one that needs more is refused first (default: no limit)
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF

from dure.base.home import home, secret
from dure.base.memory import match_memory_max_bytes
from dure.config import messages
from dure.config.database import postgresql, sqlite

django_stubs_ext.monkeypatch()

HOME = home()
SECRET_KEY = secret("django").hex()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("DURE_HOSTS", "127.0.0.1,localhost").split(",")
SECURE = os.environ.get("DURE_SECURE") == "1"
PUBLISH_TO, PUBLISH_URL = os.environ.get("DURE_PUBLISH_TO", ""), os.environ.get("DURE_PUBLISH_URL", "")
COPIES = [one.strip() for one in os.environ.get("DURE_COPIES", "").split(",") if one.strip()]

INSTALLED_APPS = [
    # First, so that its templates win over those of allauth and the admin.
    "dure.web",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "dure.base",
    "dure.movement.places",
    "dure.movement.people",
    "dure.movement.campaigns",
    "dure.movement.vetting",
    "dure.movement.calls",
    "dure.movement.needs",
    "dure.movement.matching",
    "dure.movement.safety",
    "dure.movement.evidence",
    "dure.movement.ledger",
    "dure.movement.gifts",
    "dure.movement.audit",
    "dure.movement.standings",
    "dure.movement.supervision",
    "dure.movement.practices",
    "dure.movement.honours",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "dure.web.log_files.LogFiles",
    "dure.web.fresh.FreshAfterActs",
    "dure.web.policy.Policy",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dure.web.languages.VisitorLanguages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "dure.web.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "dure.config.urls"
WSGI_APPLICATION = "dure.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            # The same tags, without working out again what stands fixed in a template.
            "builtins": ["dure.web.fixed_tags", "dure.web.place_tags"],
            "libraries": {"i18n": "dure.web.fixed_words"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dure.web.context.door",
            ],
        },
    }
]
# Two libraries are called i18n on purpose: ours is Django's, and quicker.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

MATCH_MEMORY_MAX_BYTES = match_memory_max_bytes()

DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {"default": postgresql(DATABASE_URL) if DATABASE_URL else sqlite(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "base.Account"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "dure.web.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are opened by an organiser, for an address known to work
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Dure"

CSRF_FAILURE_VIEW = "dure.web.sessions_end.stale"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
# Phones and browsers are shared: who closes theirs is signed out.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ENGINE = "dure.web.sessions"
FORM_RENDERER = "dure.web.drawn_fields.Drawn"
SECURE_SSL_REDIRECT = SECURE
if SECURE:  # TLS ends at a proxy that must set this header itself (docs/howto/install.md)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Behind it the last address of X-Forwarded-For is the visitor's; without it anybody could write one.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE else 0
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
# Private links stand in the address: no page may hand its address on.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "dure.web.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # Room for all who come in a day: with the default of 300 a count would soon be thrown out by others.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "locale"]
LANGUAGES = [("en", "English"), ("ko", "한국어")]
# Of letters to those who work here: accounts say no language of their own, volunteers do.
CREW_LANGUAGE = os.environ.get("DURE_LANGUAGE", "en")
FORMAT_MODULE_PATH = ["dure.config.formats"]

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Files are served straight from the package, so that there is no step to forget.
WHITENOISE_USE_FINDERS = True


def _email() -> dict[str, Any]:
    url = os.environ.get("DURE_EMAIL_URL", "")
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.hostname not in {"localhost", "127.0.0.1"},
        "EMAIL_TIMEOUT": 20,
    }


globals().update(_email())
DEFAULT_FROM_EMAIL = os.environ.get("DURE_EMAIL_FROM", "dure@localhost")
CHANNEL_LIMITS = messages.limits()
SMS_URL = messages.sms_url()
CHAT_URLS = messages.chat_urls()
PUSH_HOSTS = messages.push_hosts()
QUIET_HOURS = messages.quiet_hours()
# The policy that covers whoever a captain writes down on the day; "": nobody is taken in uncovered.
WALK_IN_COVER = os.environ.get("DURE_WALK_IN_COVER", "").strip()[:120]
# What is written about who was hurt is kept so long: the five years that German accident prevention rules ask of first
# aid records (DGUV Vorschrift 1, section 24). Other countries ask for other times.
INJURY_YEARS = max(1, int(os.environ.get("DURE_INJURY_YEARS", "5")))
# Two a core: while one waits for the disk, or makes a page that takes long, another works.
READERS = max(0, int(os.environ.get("DURE_READERS", min(8, 2 * (os.cpu_count() or 1)))))

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"private_links": {"()": "dure.base.redaction.PrivateLinks"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["private_links"]}},
    # Django's own handlers know nothing of private links; everything goes through ours.
    "loggers": {
        "django": {"handlers": [], "level": "WARNING"},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # An unreachable server is told in one sentence; the pool would add a line for every try.
        "psycopg.pool": {"level": "ERROR"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
