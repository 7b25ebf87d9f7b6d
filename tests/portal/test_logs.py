"""A log line is one line, and holds nothing that a person typed in confidence."""

import json
import logging
import sys

from django.test import RequestFactory

from portal.logs import Lines


def line(message="Something happened", **more):
    record = logging.LogRecord("portal", logging.WARNING, __file__, 1, message, (), more.pop("exc_info", None))
    vars(record).update(more)
    return Lines().format(record)


def test_a_record_is_one_line_of_json():
    written = line('first\nsecond \x1b[31m "quoted"')
    assert "\n" not in written
    assert "\x1b" not in written
    assert json.loads(written)["message"] == 'first\nsecond \x1b[31m "quoted"'


def test_a_request_is_named_without_what_it_carried():
    request = RequestFactory().post(
        "/account/login/?token=i37_hidden", {"password": "hidden"}, HTTP_AUTHORIZATION="Token i37_hidden", HTTP_COOKIE="sessionid=hidden"
    )
    written = line(request=request, status_code=403)
    assert "hidden" not in written
    assert json.loads(written) | {"method": "POST", "path": "/account/login/", "status": 403} == json.loads(written)


def test_an_exception_is_told_in_the_same_line():
    try:
        raise LookupError("nothing there")
    except LookupError:
        written = line(exc_info=sys.exc_info())
    assert "\n" not in written
    assert "LookupError: nothing there" in json.loads(written)["exception"]
