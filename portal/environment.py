"""What a portal is told by its environment: each variable with its default, its meaning and the one way it is read."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Variable:
    """One environment variable: the text it has when it is not set, how the text is read, and what it is for."""

    name: str
    default: str
    read: Callable[[str], object]
    sentence: str


def switch(text: str) -> bool:
    """Read on or off; `1`, `true`, `yes` and `0`, `false`, `no` say the same."""
    word = text.lower()
    if word in {"1", "on", "true", "yes"}:
        return True
    if word in {"0", "off", "false", "no", ""}:
        return False
    raise ValueError("write on or off")


def number(text: str) -> int:
    """Read a whole number from 0 upwards."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError("write a whole number, such as 0 or 1")
    return int(text)


def days(text: str) -> int | None:
    """Read a number of days; nothing leaves it to the profile."""
    return number(text) if text else None


def words(text: str) -> list[str]:
    """Read a list whose parts stand between commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def origins(text: str) -> list[str]:
    """Read a list of addresses such as https://portal.example.cn, without a path."""
    parts = words(text)
    for part in parts:
        address = urlsplit(part)
        if address.scheme not in {"http", "https"} or not address.netloc or address.path:
            raise ValueError("write addresses such as https://portal.example.cn, with commas between them")
    return parts


def origin_or_none(text: str) -> str:
    """Read one address as `origins` does, or nothing."""
    found = origins(text.rstrip("/"))
    if len(found) > 1:
        raise ValueError("write one address such as https://portal.example.cn")
    return found[0] if found else ""


def one_of(*allowed: str) -> Callable[[str], str]:
    """Make the reader of a word that has only these values."""

    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError("write " + " or ".join(allowed))
        return text

    return read


def key(text: str) -> str:
    """Read the secret key: none, or 50 characters of which at least 10 differ, so that a key in hex will do."""
    if text and (len(text) < 50 or len(set(text)) < 10):
        raise ValueError("write at least 50 characters made by chance, such as the output of openssl rand -base64 48")
    return text


def database(text: str) -> dict:
    """Read the address of a PostgreSQL database."""
    remedy = "write an address such as postgresql://name:password@server:5432/portal"
    if not text.startswith(("postgres://", "postgresql://")):
        raise ValueError(remedy)
    try:
        found = dict(dj_database_url.parse(text, conn_max_age=60, conn_health_checks=True))
    except ValueError:
        # The library's own words can hold a piece of the password.
        raise ValueError(remedy) from None
    found["OPTIONS"] = {"connect_timeout": 5, "application_name": "portal", **LOST_AFTER, **found.get("OPTIONS", {})}
    return found


def broker(text: str) -> str:
    """Read the address of a Redis or Valkey server."""
    if urlsplit(text).scheme not in {"redis", "rediss", "redis+socket"}:
        raise ValueError("write an address such as redis://server:6379/0 or redis+socket:///run/valkey.sock")
    return text


def mail(text: str) -> dict:
    """Read the address of a mail server into Django's e-mail settings; `none` sends no mail, `console` prints it.

    smtp:// is plain, smtp+tls:// begins plain and turns to TLS, smtps:// is TLS from the start.
    """
    if text in {"none", "console"}:
        return {"EMAIL_BACKEND": f"django.core.mail.backends.{'dummy' if text == 'none' else text}.EmailBackend"}
    address = urlsplit(text)
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if address.scheme not in ports or not address.hostname:
        raise ValueError("write none, console, or an address such as smtps://name:password@server:465")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": address.hostname,
        "EMAIL_PORT": address.port or ports[address.scheme],
        "EMAIL_HOST_USER": unquote(address.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(address.password or ""),
        "EMAIL_USE_TLS": address.scheme == "smtp+tls",
        "EMAIL_USE_SSL": address.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }


def scanner(text: str) -> str:
    """Read the address of a clamd virus scanner, or nothing."""
    address = urlsplit(text)
    if text and not (address.scheme == "clamd" and address.hostname) and not (address.scheme == "clamd+socket" and address.path):
        raise ValueError("write an address such as clamd://scanner:3310 or clamd+socket:///run/clamav/clamd.ctl, or nothing")
    return text


def folder(text: str) -> Path:
    """Read the path of a folder; one that does not begin with / is meant from the root of the project."""
    if not text:
        raise ValueError("write the path of a folder")
    return BASE_DIR / text


def folder_or_none(text: str) -> Path | None:
    """Read the path of a folder as `folder` does, or nothing."""
    return folder(text) if text else None


def kept(text: str) -> tuple[int, int, int]:
    """Read how many daily, weekly and monthly backups are kept."""
    found = tuple(number(part) for part in words(text))
    if len(found) != 3 or found[0] < 1:
        raise ValueError("write three whole numbers for days, weeks and months, such as 7,4,12; at least one day")
    return found


def zone(text: str) -> str:
    """Read the name of a time zone."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("write a time zone such as Asia/Shanghai") from None
    return text


def issuer(text: str) -> str:
    """Read the https address of an OpenID Connect issuer, or nothing."""
    if text and urlsplit(text).scheme != "https":
        raise ValueError("write the issuer's address, beginning with https://")
    return text


# A database server that vanished without a word is given up after about 20 seconds, and not after the system's two hours.
LOST_AFTER = {"keepalives_idle": 10, "keepalives_interval": 3, "keepalives_count": 3, "tcp_user_timeout": 20_000}
VARIABLES = (
    Variable("DATABASE_URL", "postgresql:///portal", database, "The PostgreSQL database that holds everything but files."),
    Variable("REDIS_URL", "redis://localhost:6379/0", broker, "The Redis or Valkey server that passes jobs to the worker."),
    Variable("SECRET_KEY", "", key, "The key that signs sessions and links. A portal that is given one, and is not a desk, is a server."),
    Variable("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]", words, "The host names under which the portal answers. A server refuses *."),
    Variable("CSRF_TRUSTED_ORIGINS", "", origins, "Addresses whose forms are accepted although a proxy changed the host name."),
    Variable(
        "PORTAL_ADDRESS",
        "",
        origin_or_none,
        "The address that links in mails begin with, such as https://portal.example.cn. Empty takes the first of ALLOWED_HOSTS.",
    ),
    Variable("PROXY_COUNT", "0", number, "How many proxies stand in front of the portal and add themselves to X-Forwarded-For."),
    Variable("HTTPS", "on", switch, "Whether readers come by https. Off serves plain http, which is for a closed network only."),
    Variable("MEDIA_ROOT", "var/media", folder, "The folder for evidence and reports. It is never served as it is."),
    Variable("EVIDENCE_MB", "2048", number, "How many megabytes of evidence a pilot may keep."),
    Variable("CLAMD", "", scanner, "The clamd virus scanner that looks at evidence before anybody gets it. Empty scans nothing."),
    Variable(
        "BACKUP_DIR",
        "",
        folder_or_none,
        "The folder for daily backups, best on another disk. Empty makes none; start.py keeps them in its home.",
    ),
    Variable(
        "BACKUP_KEEP", "7,4,12", kept, "How many daily backups are kept: the last of so many days, of so many weeks and of so many months."
    ),
    Variable("STATIC_ROOT", "var/static", folder, "The folder into which collectstatic puts style sheets and scripts."),
    Variable("EMAIL_URL", "none", mail, "The mail server: smtp, smtp+tls or smtps with name and password; none; or console."),
    Variable("EMAIL_FROM", "portal@localhost", str, "The sender of the portal's mail."),
    Variable("TIME_ZONE", "Asia/Shanghai", zone, "The time zone on screen. Times in the database are UTC."),
    Variable("LANGUAGE_CODE", "zh-hans", one_of("zh-hans", "en"), "The language for a reader who has not chosen one."),
    Variable(
        "PASSWORD_PROFILE",
        "asvs",
        one_of("asvs", "mlps"),
        "The rules for passwords and sessions: asvs asks for length, mlps for kinds of characters, new passwords and short sessions.",
    ),
    Variable(
        "SECOND_FACTOR",
        "roles",
        one_of("roles", "everybody", "optional"),
        "Who needs a second factor: roles asks it of coordinators, administrators, auditors and superusers. start.py sets optional.",
    ),
    Variable(
        "UNUSED_DAYS",
        "",
        days,
        "After how many days without use an account is switched off; 0 for never. Empty leaves it to the profile: asvs never, mlps 90.",
    ),
    Variable("PUBLIC_SITE", "on", switch, "Whether people without an account see published data."),
    Variable("RATE_ANONYMOUS", "600", number, "How often a minute one address may read from the API without an account. 0 sets no limit."),
    Variable("RATE_SIGNED_IN", "3000", number, "How often a minute one token, or one person in their sessions, may read from the API."),
    Variable("RATE_WRITES", "1200", number, "How often a minute one token or person may change something by the API."),
    Variable("RATE_WHOLE", "60", number, "How often a minute one caller may fetch a whole selection as CSV or NDJSON."),
    Variable("OIDC_URL", "", issuer, "The issuer of an OpenID Connect service that people sign in with. Empty offers none."),
    Variable("OIDC_NAME", "OpenID Connect", str, "The name of that service on the sign-in page."),
    Variable("OIDC_CLIENT_ID", "", str, "The name under which that service knows the portal."),
    Variable("OIDC_CLIENT_SECRET", "", str, "The secret that goes with OIDC_CLIENT_ID."),
    Variable("LOG_LEVEL", "INFO", one_of("DEBUG", "INFO", "WARNING", "ERROR"), "The least important lines that reach the log."),
    Variable(
        "DESK", "off", switch, "Set by start.py: the portal runs for one desk, over plain http, with style sheets as they lie in the tree."
    ),
    Variable("DEBUG", "off", switch, "Django's debug pages, for work on the code. A server refuses it."),
)
KNOWN_KEYS = ("django-insecure", "changeme", "change-me", "example", "secret")
BY_NAME = {variable.name: variable for variable in VARIABLES}


def text_of(name: str, environ: Mapping[str, str]) -> str:
    """Find the text of a variable in NAME, in the file that NAME_FILE names, or in its default."""
    plain, path = environ.get(name), environ.get(f"{name}_FILE")
    if plain is not None and path is not None:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set. Keep one of them.")
    if path is None:
        return BY_NAME[name].default if plain is None else plain.strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {error}.") from None


def refuse_unsafe_server(*, secret_key: str, hosts: list[str], debug: bool) -> None:
    """Refuse to start a server with debug pages, a key that others know, or every host name."""
    if debug:
        raise ImproperlyConfigured("DEBUG is on. A server shows its inside to nobody: set DEBUG to off.")
    if any(mark in secret_key.lower() for mark in KNOWN_KEYS):
        raise ImproperlyConfigured("SECRET_KEY is an example that others know. Make one with openssl rand -base64 48.")
    if not hosts or "*" in hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts of this server, such as portal.example.cn.")


def read(name: str, environ: Mapping[str, str] = os.environ) -> Any:
    """Read a variable, or refuse to start with its name and what to write instead."""
    text = text_of(name, environ)
    try:
        return BY_NAME[name].read(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is wrong: {error}.") from None
