"""How the body of a request is read: strict JSON with exact numbers, and no key that is not declared."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import IO

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ErrorDetail, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from pilots.api.refusing import nearest
from pilots.forms import DAY

DIGITS = re.compile(r"-?[0-9]{1,18}")


class NumberText(str):
    """A JSON number as it was written, digit for digit; it becomes a decimal where its meaning is known."""

    __slots__ = ()


class TooLarge(APIException):
    """A body larger than the server takes."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


def refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which are not JSON."""
    raise ParseError(_("%(name)s is not a number in JSON. A missing figure is null, with its reason.") % {"name": name})


def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object of its pairs, or refuse a key that stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ParseError(_("A key stands twice in one object."))
    return found


def check_text(part: object) -> None:
    """Refuse text that no database and no file can hold: the character NUL and halves of characters."""
    if isinstance(part, str):
        if "\x00" in part or any("\ud800" <= sign <= "\udfff" for sign in part):
            raise ParseError(_("The text holds a character that cannot be stored."))
    elif isinstance(part, dict):
        for key, inner in part.items():
            check_text(key)
            check_text(inner)
    elif isinstance(part, list):
        for inner in part:
            check_text(inner)


def body_of(request: Request) -> bytes:
    """Give the bytes of a body, or refuse one that is too large with 413."""
    try:
        return request._request.body
    except RequestDataTooBig as error:
        raise TooLarge(_("The body is too large. Send it in parts.")) from error


class ExactJSON(BaseParser):
    """Reads JSON with every number kept as its text, and refuses what is only nearly JSON."""

    media_type = "application/json"

    def parse(self, stream: IO, media_type: str | None = None, parser_context: dict | None = None) -> object:
        """Read the body, or refuse: 413 when it is too large, 400 when it is not JSON or nested too deeply."""
        body = body_of(parser_context["request"])
        try:
            read = json.loads(
                body.decode(), parse_float=NumberText, parse_int=NumberText, parse_constant=refuse_constant, object_pairs_hook=once
            )
            check_text(read)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        except ValueError as error:
            raise ParseError(_("The body is not JSON in UTF-8.")) from error
        return read


class Shape(serializers.Serializer):
    """The shape of a body; a key that it does not name is refused, so that a slip is not lost in silence."""

    def to_internal_value(self, data: object) -> dict[str, object]:
        """Read the declared fields, or refuse every key that none of them has, naming the nearest."""
        if isinstance(data, dict) and (strange := [key for key in data if key not in self.fields]):
            refusals = {key: ErrorDetail(nearest(key, self.fields), code="unknown_field") for key in strange}
            raise serializers.ValidationError(refusals)
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """A text; a number is none, and would lose what it is by becoming one."""

    def to_internal_value(self, data: object) -> str:
        """Take a JSON text as it is, without the blanks around it."""
        if not isinstance(data, str) or isinstance(data, NumberText):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number in JSON, written in plain digits; a text that looks like one is none."""

    def to_internal_value(self, data: object) -> int:
        """Take the digits, or refuse a fraction, an exponent, a text, or more digits than the database counts to."""
        if not isinstance(data, NumberText) or not DIGITS.fullmatch(data):
            self.fail("invalid")
        return int(data)


class Day(serializers.DateField):
    """A day as 2025-03-02, and in no other of the ways in which dates are written."""

    def to_internal_value(self, data: object) -> date:
        """Take the day, or refuse it."""
        if not isinstance(data, str) or not DAY.fullmatch(data):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(data)


class Nothing(Shape):
    """A body without content: {} or none at all."""
