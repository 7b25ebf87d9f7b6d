"""The ids of A's private things, and every place of a request where somebody of B might put them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.contrib import admin
from django.db import connection
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from rest_framework.serializers import BaseSerializer

from cycles.models import Action, Audit, Cycle, Justification, Objective, Policy, Review, Stocktake
from indicators.models import Citation, Collection, Comment, Entry, Evidence, Import, Mark, Submission
from pilots.models import Membership, Pilot, TrailRow
from reports.models import Report, ReportFile
from tests.isolation.asking import BODIES, BROUGHT, FORM, Answer, sent_file
from tests.isolation.routes import Route
from tests.isolation.world import World

PRIVATE = (Entry, Collection, Submission, Mark, Membership, TrailRow, Report, Evidence, Citation, Comment, Import)
# By which way a thing belongs to a pilot, where it has none of its own.
WHOSE = {Mark: "submission__pilot", Citation: "series__pilot", Comment: "series__pilot"}
PARTS = (Objective, Action, Audit, Review, Justification, Policy, Stocktake)
# An id of the same shape that nothing has.
ABSENT = {
    "number": "7999999",
    "hex": "f" * 64,
    "uuid": "00000000-0000-4000-8000-000000000000",
    "name": "x.nobody",
    "key": "i37_00000000000",
}
# What a list or page of the administration reads from its address, and how it reaches a place that is not its own.
LOOKUPS = (
    "q",
    "id__exact",
    "pk__in",
    "pilot__id__exact",
    "cycle__pilot__id__exact",
    "user__id__exact",
    "series__entries__id",
    "_to_field",
    "e",
)
STRIDE = 11
UNDECLARED = ("id", "pilot_id")
PAGES_READ = ("q", "cell", "size", "period", "next", "user", "standard", "theme", "id")
# Which right words are near depends on the letters of the wrong one; a new token or link is another one each time.
NEAR = r'(Did you mean|The nearest is|See the list|such as )[^"<]*|"allowed":\[[^\]]*\]'
NEW = r'\b\d\d:\d\d\b|"(prefix|token|created|expires)":"[^"]*"|/join/[0-9a-f]+'
# What is made anew each time has another number and time each time.
MAKING = (
    "api:pilot-evidence",
    "api:pilot-imports",
    "api:import-apply",
    "api:mark-reply",
    "api:notice-read",
    "api:notices-read",
    "api:evidence-citations",
    "api:comments",
    "api:comments-resolve",
    "api:comments-reopen",
)
MADE = re.compile(rb'"(id|evidence)":\d+|"(put_at|cited_at|brought_at|applied_at|read_at|at)":"[^"]*"|/(evidence|imports)/\d+')
PASSING = re.compile(f"{NEAR}|{NEW}".encode())
SHOWN = (None, 80, 60, 40, 30, 20)


@dataclass(frozen=True)
class Attempt:
    """Something of A's put into one place of a request of B's: what is sent with it, and with what nothing has."""

    route: Route
    method: str
    place: str
    value: str
    shape: str
    address: str
    sent: dict[str, object] = field(default_factory=dict)


def ids_of(world: World) -> list[tuple[str, str]]:
    """Everything by which A's private things can be named, with the shape of each name."""
    pilot, found = world.pilot, []
    for model in PRIVATE:
        rows = model.objects.filter(**{WHOSE.get(model, "pilot"): pilot})
        found += rows.order_by("-pk").values_list("pk", flat=True)[:1]
    cycle = Cycle.objects.get(pilot=pilot)
    found += [cycle.pk, world.people.lead.pk, *(model.objects.filter(cycle=cycle).values_list("pk", flat=True).first() for model in PARTS)]
    file = ReportFile.objects.filter(report__pilot=pilot).first()
    numbers = [("number", str(pk)) for pk in [*found, file.pk] if pk]
    trail = TrailRow.objects.filter(pilot=pilot).first()
    texts = [
        ("hex", file.sha256),
        ("hex", Evidence.objects.filter(pilot=pilot).first().sha256),
        ("hex", file.report.content_sha256),
        ("uuid", str(trail.batch)),
        ("name", world.people.lead.username),
    ]
    return [*numbers, *texts, ("key", world.ids[""]["prefix"])]


def apart(start: int) -> None:
    """Let the ids of all that is made from now on begin at `start`, so that nobody else's are the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE sequencename ~ '^(pilots|indicators|cycles|reports)_'")
        for number, (name,) in enumerate(cursor.fetchall()):
            cursor.execute(f'ALTER SEQUENCE "{name}" RESTART WITH {start + 3000 * number}')


def attempts(asked: list[tuple[str, Route]], own: World, ids: list[tuple[str, str]]) -> Iterator[Attempt]:
    """Yield some of A's ids, by turns, in each place of each request that B makes at B's own addresses."""
    turn = 0
    for method, route in asked:
        address = route.address(own.ids_for(route))
        for place, sends in places(route, method, own):
            turn += 1
            for shape, value in ids[turn % STRIDE :: STRIDE]:
                yield Attempt(route, method, place, value, shape, *sends(address, value))


def places(route: Route, method: str, own: World) -> Iterator[tuple[str, object]]:
    """Yield the name of each place of a request with what makes the request of an address and a value."""
    if method == "GET":
        for name in asked(route):
            yield f"?{name}", lambda address, value, name=name: (f"{address}?{urlencode({name: value})}", {})
        if route.name.startswith("api:"):
            yield "If-None-Match", lambda address, value: (address, {"headers": {"If-None-Match": f'"{value}"'}})
            yield "Authorization", lambda address, value: (address, {"headers": {"Authorization": f"Token {value}"}})
    elif route.name.startswith("api:"):
        yield from (
            places_beside_a_file(route, method) if method in getattr(route.view.cls, "brings", {}) else places_in_json(route, method, own)
        )
    else:
        for name in fields(route):
            yield name, lambda address, value, name=name: (address, sent_form({**FORM, name: value}))


def places_in_json(route: Route, method: str, own: World) -> Iterator[tuple[str, object]]:
    """Yield the fields of a JSON body and the headers that are read beside it."""
    for name, body in bodies(route, method, own):
        yield name, lambda address, value, body=body: (address, sent_json(body.replace("VALUE", value)))
    for name in ("If-Match", "Idempotency-Key"):
        yield name, lambda address, value, name=name: (address, sent_json("{}", **{name: f'"{value}"'}))


def places_beside_a_file(route: Route, method: str) -> Iterator[tuple[str, object]]:
    """Yield the fields beside the file of an endpoint that takes one."""
    for name in (*(name for name in route.view.cls.brings[method]().fields if name != "file"), *UNDECLARED):
        yield name, lambda address, value, name=name: (address, sent_file({**BROUGHT.get(route.name, {}), name: value}))
    yield "Idempotency-Key", lambda address, value: (address, {**sent_file({}), "headers": {"Idempotency-Key": f'"{value}"'}})


def asked(route: Route) -> tuple[str, ...]:
    """The names that an address reads after its question mark, and some that it should not."""
    endpoint = getattr(route.view, "cls", None)
    if endpoint is not None:
        declared = getattr(endpoint, "asks", {}).get("GET", ())
        return (*(parameter.name for parameter in declared if parameter.name not in ("limit", "cursor", "format", "lang")), *UNDECLARED)
    if route.name.startswith("admin"):
        return LOOKUPS if route.name.endswith("_changelist") else ("_popup", "id")
    return PAGES_READ


def bodies(route: Route, method: str, own: World) -> Iterator[tuple[str, str]]:
    """Yield the body of an endpoint once for each of its fields, nested ones too, and once for a field that it does not have."""
    endpoint = getattr(route.view, "cls", None)
    shape = getattr(endpoint, "takes", {}).get(method)
    given = json.loads(json.dumps(BODIES.get(route.name, {})).replace("tianjin", own.pilot.slug).replace("TJ-60", own.ids[""]["series"]))
    for name, inner in shape().fields.items() if shape else ():
        nested = getattr(inner, "child", None)
        if isinstance(nested, BaseSerializer):
            for key in nested.fields:
                first = {**(given.get(name) or [{}])[0], key: "VALUE"}
                yield f"{name}.{key}", json.dumps({**given, name: [first]})
        else:
            yield name, json.dumps({**given, name: "VALUE"})
    for name in UNDECLARED:
        yield name, json.dumps({**given, name: "VALUE"})


def fields(route: Route) -> tuple[str, ...]:
    """The fields that a form of the administration chooses a thing by; on other pages the names that a page reads or might."""
    names = {"pilot", "user", "id", "version"}
    form = form_of(route)
    if form is not None:
        choosing = ModelChoiceField | ModelMultipleChoiceField
        return (*sorted(names | {name for name, kind in form.base_fields.items() if isinstance(kind, choosing)}), "_popup")
    return (*sorted(names), "cell", "series", "marks", "next", "evidence", "citation")


def form_of(route: Route) -> type | None:
    """The form that an address of the administration shows, where it has one of ours."""
    for model, page in admin.site._registry.items():
        prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        if route.name.startswith(prefix):
            deeds = {deed.name: deed for deed in page.deeds} | {"add": page.add, "change": page.change}
            deed = deeds.get(route.name.removeprefix(prefix))
            return deed.form if deed else None
    return None


def sent_json(body: str, **headers: str) -> dict[str, object]:
    return {"data": body, "content_type": "application/json", "headers": headers}


def sent_form(form: dict[str, str]) -> dict[str, object]:
    return {"data": urlencode(form), "content_type": "application/x-www-form-urlencoded"}


def told(attempt: Attempt, answer: Answer) -> tuple:
    """All that an answer tells, without the value that was sent and without hints made of its letters."""
    body = answer.body
    for length in SHOWN:
        body = body.replace(attempt.value[:length].encode(), b"*")
    body = PASSING.sub(b"", body)
    if body.startswith(b"PK"):
        # A workbook says when it was made, in its properties and under its seal: its parts are compared by their names.
        body = " ".join(zipfile.ZipFile(io.BytesIO(answer.body)).namelist()).encode()
    if attempt.method == "POST" and attempt.route.name in MAKING:
        body = MADE.sub(b"", body)
    headers = tuple(pair for pair in answer.headers if pair[0] != "ETag")
    return answer.status, body, headers, re.sub(r"i37_\w+|/evidence/\d+", "", answer.location.replace(attempt.value, "*"))


def fingerprint(pilot: Pilot) -> str:
    """The checksum of every row that belongs to a pilot, of its cycles' parts and of its people."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'pilot_id' ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall() if name != "pilots_trailrow"]
        parts = [f"(SELECT md5(string_agg(r::text, '' ORDER BY r::text)) FROM \"{name}\" r WHERE pilot_id = %s)" for name in tables]
        parts += ["(SELECT count(*)::text FROM pilots_trailrow WHERE pilot_id = %s)"]
        whose = "cycle_id IN (SELECT id FROM cycles_cycle WHERE pilot_id = %s)"
        parts += [f"(SELECT md5(string_agg(r::text, '' ORDER BY r::text)) FROM \"{m._meta.db_table}\" r WHERE {whose})" for m in PARTS]
        members = "id IN (SELECT user_id FROM pilots_membership WHERE pilot_id = %s)"
        parts += [f"(SELECT md5(string_agg(r::text, '' ORDER BY r::text)) FROM pilots_user r WHERE {members})"]
        cursor.execute(f"SELECT {', '.join(parts)}", [pilot.pk] * len(parts))
        return str(cursor.fetchone())
