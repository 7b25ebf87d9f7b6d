"""Every setting of the portal, read once from the environment that `portal.environment` describes."""

import secrets
from datetime import timedelta

from celery.schedules import crontab
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal import environment
from portal.environment import read
from portal.settings.accounts import *  # noqa: F403 - a setting is read by its name alone
from portal.settings.accounts import OIDC_URL, PROXY_COUNT, STRICT

DESK = read("DESK")
DEBUG = read("DEBUG")
SECRET_KEY_GIVEN = read("SECRET_KEY")
ALLOWED_HOSTS = read("ALLOWED_HOSTS")
SERVER = bool(SECRET_KEY_GIVEN) and not DESK
if SERVER:
    environment.refuse_unsafe_server(secret_key=SECRET_KEY_GIVEN, hosts=ALLOWED_HOSTS, debug=DEBUG)
# Commands that need no lasting key, such as collectstatic, get one for themselves; portal.wsgi refuses to serve with it.
SECRET_KEY = SECRET_KEY_GIVEN or secrets.token_urlsafe(50)
PUBLIC_SITE = read("PUBLIC_SITE")
PORTAL_ADDRESS = read("PORTAL_ADDRESS")

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "portal",
    "reports",
    "cycles",
    "indicators",
    "pilots",
    "portal.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "pgtrigger",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
]
if OIDC_URL:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
MIDDLEWARE = [
    "portal.middleware.headers",
    "portal.middleware.methods",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.Compressed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.accounts.lasting.limited",
    "portal.middleware.closed",
    "portal.middleware.language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.firsts.first_things_first",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# Requests are not wrapped in one transaction each: an act opens its own, so that a refusal can still be written down.
DATABASES = {"default": read("DATABASE_URL")}

AUTH_USER_MODEL = "pilots.User"

HTTPS = read("HTTPS") and not DESK
# Counted from the sign-in, not from the last use; without use a strict session ends sooner.
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_IDLE_SECONDS = int(timedelta(minutes=30).total_seconds()) if STRICT else 0
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
CSRF_TRUSTED_ORIGINS = read("CSRF_TRUSTED_ORIGINS")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
# Without a proxy nobody strips this header from a stranger's request.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
X_FRAME_OPTIONS = "DENY"

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
# An entry page of a whole year has about 150 series with six fields each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler", "portal.uploads.Large"]
MEDIA_ROOT = read("MEDIA_ROOT")
EVIDENCE_MB = read("EVIDENCE_MB")
CLAMD = read("CLAMD")
BACKUP_DIR = read("BACKUP_DIR")
BACKUP_KEEP = read("BACKUP_KEEP")

STATIC_URL = "/static/"
STATIC_ROOT = None if DESK else read("STATIC_ROOT")
# A desk serves files as they lie in the tree; a server those that collectstatic has named by their content.
WHITENOISE_USE_FINDERS = DESK
_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage" if DESK else "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC},
}

USE_TZ = True
TIME_ZONE = read("TIME_ZONE")
LANGUAGE_CODE = read("LANGUAGE_CODE")
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]

globals().update(read("EMAIL_URL"))
MAIL = read("EMAIL_URL")["EMAIL_BACKEND"] != "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = read("EMAIL_FROM")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["knox.auth.TokenAuthentication", "rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["portal.permissions.Nobody"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_FILTER_BACKENDS": [],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.api.problem",
    "COERCE_DECIMAL_TO_STRING": True,
    "DEFAULT_THROTTLE_CLASSES": ["portal.budgets.Budget"],
    "NUM_PROXIES": PROXY_COUNT,
}
RATE_ANONYMOUS = read("RATE_ANONYMOUS")
RATE_SIGNED_IN = read("RATE_SIGNED_IN")
RATE_WRITES = read("RATE_WRITES")
RATE_WHOLE = read("RATE_WHOLE")
KNOX_TOKEN_MODEL = "pilots.Token"
REST_KNOX = {"TOKEN_TTL": timedelta(days=365), "TOKEN_PREFIX": "i37_", "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "ISO 37101 Portal",
    "DESCRIPTION": "Published indicator data of communities that work with ISO 37101, and the work on them.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["pilots.api.signing_in.SignedInWhereClosed"],
    # What is sent and what is answered are described apart, so that a text that must not be empty says so.
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    # Its badge would send the address of the portal to a validator of its makers.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# The outbox row says what is to be done and the job's row how far it is, so the broker may forget everything.
CELERY_BROKER_URL = read("REDIS_URL")
CELERY_TASK_IGNORE_RESULT = True
# Who is on a sheet just now is seen by every web process and missed by nobody while Redis is away; all else stays in the process.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "presence": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CELERY_BROKER_URL.replace("redis+socket://", "unix://").replace("virtual_host=", "db="),
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2, "retry": Retry(NoBackoff(), 0)},
    },
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# However long the broker is away, the worker waits for it.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task, or a slow one would be given out twice.
    "visibility_timeout": 900,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "max_retries": 0,
}
# Its timetable lives in memory: no file to be torn by a power cut, and every scheduled task is safe to run again.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "relay": {"task": "portal.relay", "schedule": 10, "options": {"expires": 10}},
    "unused accounts": {"task": "portal.switch_off_unused", "schedule": 3600, "options": {"expires": 3600}},
    "expired invitations": {"task": "portal.forget_invitations", "schedule": 3600, "options": {"expires": 3600}},
    "forget answers": {"task": "portal.forget_answers", "schedule": 3600, "options": {"expires": 3600}},
    "seal of the trail": {"task": "portal.seal_trail", "schedule": 600, "options": {"expires": 600}},
    "unfinished files": {"task": "portal.sweep", "schedule": 3600, "options": {"expires": 3600}},
    "waiting scans": {"task": "portal.scan_waiting", "schedule": 300, "options": {"expires": 300}},
    "evidence summed up again": {"task": "portal.rehash_evidence", "schedule": crontab(hour=3, minute=20)},
    "reminders": {"task": "portal.remind", "schedule": 600, "options": {"expires": 600}},
    # From eight in the morning on; asked often, so that a clock that stood still at eight catches up.
    "digests": {"task": "portal.digests", "schedule": 600, "options": {"expires": 600}},
    "old notices": {"task": "portal.forget_notices", "schedule": 3600, "options": {"expires": 3600}},
    # Asked often, so that a desk that runs for an hour has its backup too; it is made once a day.
    "backup": {"task": "portal.backup", "schedule": 600, "options": {"expires": 600}},
}
OUTBOX_NUDGE = "portal.tasks.nudge"
OUTBOX_TASKS = {
    "reports.build": "reports.tasks.build",
    "importing.read": "indicators.tasks.read_import",
    "invitations.mail": "portal.people.mailing.send",
    "evidence.scan": "portal.tasks.scan_evidence",
    "portal.restored": "portal.tasks.restored",
    "passwords.mail": "portal.accounts.mail.send_link",
    "notices.mail": "portal.notices.mailing.send",
    "notices.digest": "portal.notices.mailing.digest",
}
# A mail server can be away for a night or a weekend's morning: these are tried for about two days.
OUTBOX_PATIENT = {"notices.mail", "notices.digest", "invitations.mail"}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "portal.logs.Lines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": read("LOG_LEVEL")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # It would name people and addresses; the trail does.
        "axes": {"level": "ERROR"},
    },
}
