"""All settings of İcma, from at most 25 `ICMA_*` variables (docs/settings.md describes each).

Every start is production unless ICMA_MODE says `demo` or `test`; production refuses to start
without a secret key, with DEBUG, or with a weak password hasher.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent


def env(name: str, default: str = "") -> str:
    """Value of ICMA_<name>; ICMA_<name>_FILE names a file that holds it (for secrets)."""
    path = os.environ.get(f"ICMA_{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(f"ICMA_{name}", default)


def env_bool(name: str, default: bool = False) -> bool:
    return env(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


# --- who and where -------------------------------------------------------------------------------
MODE = env("MODE", "production")
if MODE not in {"production", "demo", "test"}:
    raise ImproperlyConfigured(f"ICMA_MODE is {MODE!r}; it must be production, demo or test.")
IS_DEMO, IS_TEST, IS_PRODUCTION = MODE == "demo", MODE == "test", MODE == "production"

HOME = Path(env("HOME", "var")).resolve()
KEYS_DIR = Path(env("KEYS", str(HOME / "keys"))).resolve()
FILES_DIR = HOME / "files"
(HOME / "static").mkdir(parents=True, exist_ok=True)
BASE_URL = env("BASE_URL", "" if IS_PRODUCTION else "http://localhost:8000").rstrip("/")
UNION_NAME = env("UNION_NAME", "İcma")
IATI_REF = env("IATI_REF", "")
HELP_HOURS = env("HELP_HOURS", "")
HELP_PHONE = env("HELP_PHONE", "")
RECOVERY_FINGERPRINT = env(
    "RECOVERY_FINGERPRINT", ""
)  # of the papers; the database alone cannot exchange them

DEBUG = env_bool("DEBUG")
SECRET_KEY = env("SECRET_KEY", "" if IS_PRODUCTION else "not-secret-" + MODE * 8)
if IS_PRODUCTION:
    if len(SECRET_KEY) < 50:
        raise ImproperlyConfigured(
            "ICMA_SECRET_KEY is missing or shorter than 50 characters. Make one with "
            "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'` and keep it, "
            "or run `icma demo` to try İcma out."
        )
    if DEBUG:
        raise ImproperlyConfigured("ICMA_DEBUG is on in production. Unset it.")
    if not BASE_URL.startswith("https://"):
        raise ImproperlyConfigured("ICMA_BASE_URL must be the public https:// address in production.")

ALLOWED_HOSTS = env_list("HOSTS") or [urlsplit(BASE_URL).hostname or "localhost"]
if not IS_PRODUCTION:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL else []
TRUSTED_PROXIES = env_list("TRUSTED_PROXIES")

# --- the house, floor by floor -------------------------------------------------------------------
INSTALLED_APPS = [
    # Ours stand first: their templates and words win.
    "icma.core",
    "icma.people",
    "icma.law",
    "icma.matters",
    "icma.events",
    "icma.asks",
    "icma.research",
    "icma.advocacy",
    "icma.legalaid",
    "icma.monitoring",
    "icma.front",
    "icma.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's list of passkeys loads its tags
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
]
AUTH_USER_MODEL = "people.User"

MIDDLEWARE = [
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "icma.core.middleware.Guard",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "icma.urls"
WSGI_APPLICATION = "icma.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "icma.core.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "icma.front.context.site",
            ],
        },
    }
]


# --- data ----------------------------------------------------------------------------------------
def database(url: str) -> dict:
    """Django's database settings from `sqlite:///path` or `postgresql://user:pass@host:port/name`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        full = env_bool("SYNCHRONOUS_FULL", default=True)
        # Pages that SQLite keeps or maps itself are memory of each thread of each worker; the system keeps them for all, and
        # with 50,000 matters a worker is 107 MB instead of 176, in the same time. A greater cache was no faster.
        pragmas = (
            "PRAGMA journal_mode=WAL; PRAGMA busy_timeout=8000; PRAGMA foreign_keys=ON;"
            f"PRAGMA synchronous={'FULL' if full else 'NORMAL'}; PRAGMA cache_size=-6000;"
            "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;"
        )
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path.removeprefix("/") if not parts.path.startswith("//") else parts.path[1:],
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 8, "init_command": pragmas},
            # A file as in production: an in-memory database shares its cache and locks quite differently.
            "TEST": {"NAME": f"{HOME}-test.sqlite3"},
            "CONN_MAX_AGE": None,
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 300,
            "CONN_HEALTH_CHECKS": True,
            "DISABLE_SERVER_SIDE_CURSORS": True,
            # Statements of core/prepared.py. PgBouncer before 1.21 mixes them up: `?prepare=no` in the URL.
            "OPTIONS": {} if "prepare=no" in parts.query else {"prepare_threshold": 1},
        }
    raise ImproperlyConfigured("ICMA_DATABASE_URL must begin with sqlite:/// or postgresql://")


DATABASES = {"default": database(env("DATABASE_URL", f"sqlite:///{HOME / 'icma.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- language and time -----------------------------------------------------------------------------
LANGUAGE_CODE = "az"
LANGUAGES = [("az", "Azərbaycanca"), ("ru", "Русский"), ("en", "English")]
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Baku"
FORMAT_MODULE_PATH = ["icma.core.formats"]

# --- accounts --------------------------------------------------------------------------------------
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if IS_TEST
    else ["django.contrib.auth.hashers.Argon2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
ACCOUNT_ADAPTER = "icma.people.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "icma.people.forms.SignInForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False  # a shared phone: the session ends with the browser
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # a session left open on a shared phone gives nobody the account
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# A village shares one connection: limits go by account or address of mail, wide by network.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "signup": "120/m/ip",
    "login_failed": "120/m/ip,5/5m/key",
    "request_login_code": "120/m/ip,5/5m/key",
    "reset_password": "120/m/ip,5/5m/key",
    "reset_password_from_key": "120/m/ip",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {"add_webauthn": "icma.people.passkeys.AddPasskeyForm"}
MFA_ADAPTER = "icma.people.adapter.MFAAdapter"
MFA_TOTP_ISSUER = UNION_NAME
# a code that the app has just replaced, or shows a little early, still counts (RFC 6238, 5.2)
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "mine"
LOGOUT_REDIRECT_URL = "home"

# --- safety ----------------------------------------------------------------------------------------
SESSION_COOKIE_NAME = "__Host-icma" if IS_PRODUCTION else "icma"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_PRODUCTION else "icma_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MESSAGE_STORAGE = "icma.core.said.Said"
SECURE_SSL_REDIRECT = IS_PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "icma.front.views.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 40_000_000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [NONCE],
        "script-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- files, mail, logs -------------------------------------------------------------------------------
STATIC_URL = "/s/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_DIR}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def mail(url: str) -> dict:
    """Django's mail settings from `smtp://`, `smtps://` (TLS) or `smtp+starttls://user:pass@host:port`."""
    parts = urlsplit(url)
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
    }


globals().update(mail(env("MAIL_URL", "smtp://localhost:25")))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("MAIL_FROM", "icma@localhost")
# Domain of the addresses to which answers are mailed, and the name of the server that checks their senders.
MAIL_IN_DOMAIN, MAIL_IN_SERVER = (
    [*env("MAIL_IN", "cavab.icma.example" if IS_DEMO else "").lower().split(), "", ""]
)[:2]
if not IS_PRODUCTION and not os.environ.get("ICMA_MAIL_URL"):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = HOME / "mail"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"bare": {"()": "icma.core.logs.Bare"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["bare"]},
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "WARNING")},
    "loggers": {"weasyprint": {"level": "ERROR"}},  # it warns of each property that is for screens
}
# X-Frame-Options would forbid the public count's frame too: frame-ancestors of CONTENT_SECURITY_POLICY says who may.
SILENCED_SYSTEM_CHECKS = ["security.W002"]
WHO = "icma.people.who.who_of"  # how core's Guard learns who asks
