"""How long the database may think: a page or a page of rows is cut off with words, a whole selection may take its time."""

import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg2

from tests.live import live

# Longer than a page may wait, shorter than a selection in one piece may.
HELD_SECONDS = 6.5


def asked(url: str) -> tuple[int, str | None, str]:
    """Ask without an account and return the status, when to come back, and the words."""
    request = urllib.request.Request(url, headers={"Accept-Language": "en"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers["Retry-After"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Retry-After"], error.read().decode()


def test_a_question_that_takes_too_long_is_503_and_a_whole_selection_goes_on(ground, own_database, tmp_path):
    places = ("/api/v1/values", "/pilots/tianjin/matrix", "/api/v1/values?format=csv")
    with contextmanager(live)(ground, database_url=own_database, folder=tmp_path, only=("web",)) as portal:
        with psycopg2.connect(own_database) as holder, ThreadPoolExecutor(len(places)) as pool:
            holder.cursor().execute("LOCK TABLE indicators_current IN ACCESS EXCLUSIVE MODE")
            waiting = [pool.submit(asked, portal.url + place) for place in places]
            time.sleep(HELD_SECONDS)
            assert [one.done() for one in waiting] == [True, True, False]
            holder.rollback()
            rows, page, selection = (one.result(60) for one in waiting)
        assert rows[:2] == page[:2] == (503, "10")
        assert "too_slow" in rows[2] and "This took too long and was stopped." in page[2]
        assert (selection[0], selection[2].startswith("pilot,")) == (200, True)
        assert [asked(portal.url + place)[0] for place in places] == [200, 200, 200]
