"""People and commands that reach a live portal from outside: over HTTP, and as processes of their own."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import requests
from pypdf import PdfReader

from portal.desk.programs import ROOT
from tests.builders import PASSWORD
from tests.live import LivePortal

CSRF = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
PATIENCE = 90


class Visitor(requests.Session):
    """Somebody at a browser without scripts: signs in by the form, sends forms with their token, and speaks to the API in the session."""

    def __init__(self, portal: LivePortal, username: str = "") -> None:
        super().__init__()
        self.portal, self.trust_env = portal, False
        self.headers.update({"Accept-Language": "zh-hans", "Referer": portal.url})
        if username:
            self.fill_in("/account/login/", {"login": username, "password": PASSWORD})
            assert "sessionid" in self.cookies or "__Host-sessionid" in self.cookies, "not signed in"

    def open(self, address: str) -> str:
        """Read a page."""
        answer = self.get(self.portal.url + address)
        assert answer.status_code == 200, f"{address} answered {answer.status_code}"
        return answer.text

    def fill_in(self, address: str, fields: dict[str, str]) -> str:
        """Open a page and send its form; answer the page that one is led to."""
        token = CSRF.search(self.open(address))[1]
        answer = self.post(self.portal.url + address, {**fields, "csrfmiddlewaretoken": token})
        assert answer.status_code == 200, f"{address} answered {answer.status_code}"
        return answer.text

    def api(self, method: str, address: str, body: object = None, **headers: str) -> requests.Response:
        """Speak to the API."""
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        if method != "GET":
            sent["X-CSRFToken"] = self.cookies.get("csrftoken") or self.cookies.get("__Host-csrftoken")
        address = address if address.startswith("http") else f"{self.portal.url}/api/v1/{address}"
        answer = self.request(method, address, json=body, headers=sent)
        assert answer.status_code < 300, f"{method} {address} answered {answer.status_code}: {answer.text}"
        return answer

    def wait_for(self, address: str, **wanted: object) -> dict:
        """Ask until an answer says what is wanted."""
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.api("GET", address).json()
            if wanted.items() <= answer.items():
                return answer
            assert time.monotonic() < deadline, f"still {answer}\n{self.portal.log('worker').read_text()[-3000:]}"
            time.sleep(0.3)


def manage(portal: LivePortal, *words: str) -> str:
    """Run a management command beside the portal, in a process of its own."""
    argv = [sys.executable, str(ROOT / "manage.py"), *words]
    done = subprocess.run(argv, env=portal.env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def lines_of(pdf: Path) -> list[str]:
    """The text of a PDF, line by line as it stands on the page."""
    return [line for page in PdfReader(pdf).pages for line in page.extract_text(extraction_mode="layout").splitlines()]
