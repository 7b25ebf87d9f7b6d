"""The inbox and the bell, the account's choice of mail, the page of covers, and the same over REST."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pilots import members, notices
from pilots.models import Cover, Mail, Notice, User
from tests.builders import PAGE
from tests.programs import Program
from tests.told import EXAMPLES
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db


def tell(user, *, kind="sent-back", once="one", pilot=None):
    key, facts = EXAMPLES[kind]
    notices.tell(kind, people=[user.pk], by=None, pilot=pilot, key=key, once=once, payload=facts)
    return Notice.objects.get(person=user, once=once)


def page_of(user, address="/inbox/", language="en"):
    return signed_in(user, language=language).get(address).content.decode().split("<main")[1].split("</main>")[0]


def test_the_inbox_shows_the_unread_first_and_then_the_newest(tianjin, people):
    first = tell(people.lead, pilot=tianjin, once="one")
    tell(people.lead, pilot=tianjin, once="two", kind="verified")
    tell(people.lead, pilot=tianjin, once="three", kind="review-begun")
    notices.read(notice=Notice.objects.get(once="three"), by=people.lead, door=PAGE)
    page = page_of(people.lead)
    assert page.index("are verified") < page.index("were sent back") < page.index("has begun")
    assert page.count("told-unread") == 2 and f"/inbox/{first.pk}/read" in page


def test_an_empty_inbox_says_what_will_come(people):
    assert "Nothing was told to you yet" in page_of(people.nobody)
    assert "还没有通知" in page_of(people.nobody, language="zh-hans")


def test_going_to_what_it_is_about_marks_it_as_read(tianjin, people):
    notice, browser = tell(people.lead, pilot=tianjin), signed_in(people.lead)
    assert browser.post(f"/inbox/{notice.pk}/read", {"go": "1"}).url == "/pilots/tianjin/data/2030/"
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert browser.post(f"/inbox/{notice.pk}/read", {"page": "2"}).url == "/inbox/?page=2"
    assert browser.post(f"/inbox/{notice.pk}/read", {"page": "//elsewhere.cn"}).url == "/inbox/"


def test_another_persons_notice_is_not_there(tianjin, people):
    notice = tell(people.lead, pilot=tianjin)
    for other in (people.contributor, people.coordinator, people.administrator, people.auditor, people.stranger):
        assert signed_in(other).post(f"/inbox/{notice.pk}/read").status_code == 404
        assert Program(other).tell("POST", f"notices/{notice.pk}/read").status_code == 404
        assert "were sent back" not in page_of(other)
        assert Program(other).ask("notices").json()["data"] == []
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_are_marked_as_read_at_once(tianjin, people):
    for once in ("one", "two"):
        tell(people.lead, pilot=tianjin, once=once)
        tell(people.contributor, pilot=tianjin, once=once)
    signed_in(people.lead).post("/inbox/read")
    assert Notice.objects.filter(person=people.lead, read_at=None).count() == 0
    assert Notice.objects.filter(person=people.contributor, read_at=None).count() == 2


def test_long_inboxes_are_cut_into_pages(tianjin, people):
    for number in range(30):
        tell(people.lead, pilot=tianjin, once=str(number))
    assert page_of(people.lead).count("told-unread") == 25
    assert page_of(people.lead, "/inbox/?page=2").count("told-unread") == 5
    assert page_of(people.lead, "/inbox/?page=99999999999").count("told-unread") == 5


def test_the_inbox_costs_the_same_whether_it_holds_one_notice_or_many(tianjin, people):
    def cost():
        browser = signed_in(people.lead)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            browser.get("/inbox/")
        return len(asked)

    tell(people.lead, pilot=tianjin, kind="comment")
    one = cost()
    for number in range(20):
        tell(people.lead, pilot=tianjin, once=str(number), kind=list(EXAMPLES)[number])
    assert cost() <= one + 1


def test_the_bell_counts_what_is_unread_on_every_page_with_one_query(tianjin, people):
    def bell():
        with CaptureQueriesContext(connection) as asked:
            page = signed_in(people.lead).get("/help/").content.decode()
        return page, [one["sql"] for one in asked if "pilots_notice" in one["sql"]]

    page, _asked = bell()
    assert 'href="/inbox/"' in page and "bell-count" not in page
    tell(people.lead, pilot=tianjin)
    page, asked = bell()
    assert len(asked) == 1
    assert "Inbox, 1 unread notice" in page and '<span class="bell-count" aria-hidden="true">1</span>' in page


def test_programs_and_strangers_do_not_pay_for_the_bell(tianjin, people, client):
    program = Program(people.lead)
    with CaptureQueriesContext(connection) as asked:
        program.ask("pilots")
        assert 'href="/inbox/"' not in client.get("/").content.decode()
    assert not [one for one in asked if "pilots_notice" in one["sql"]]


def test_text_that_people_wrote_is_no_markup(tianjin, people):
    notices.tell(
        "comment",
        people=[people.lead.pk],
        by=None,
        pilot=tianjin,
        key="TJ-54@2030",
        once="x",
        payload={"series": "TJ-54", "period": "2030", "text": "<script>alert(1)</script>"},
    )
    page = page_of(people.lead)
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


def test_a_program_reads_notices_page_by_page_and_marks_them(tianjin, people):
    made = [tell(people.lead, pilot=tianjin, once=str(number)) for number in range(3)]
    program = Program(people.lead)
    pages = list(program.pages("notices?limit=2&lang=en"))
    assert [[row["id"] for row in page] for page in pages] == [[made[2].pk, made[1].pk], [made[0].pk]]
    row = pages[0][0]
    assert (row["kind"], row["pilot"], row["facts"]["marks"], row["read_at"]) == ("sent-back", "tianjin", 4, None)
    assert row["text"].endswith("were sent back with 4 marks")
    assert row["url"] == "http://testserver/pilots/tianjin/data/2030/"
    assert program.tell("POST", f"notices/{made[0].pk}/read").json()["read_at"] is not None
    assert [row["id"] for row in program.ask("notices?unread=true").json()["data"]] == [made[2].pk, made[1].pk]
    assert program.tell("POST", "notices/read").json() == {"read": 2}
    assert program.ask("notices?unread=true").json()["data"] == []


def test_a_program_that_only_reads_marks_nothing(tianjin, people):
    notice = tell(people.lead, pilot=tianjin)
    reader = Program(people.lead, scope="own")
    assert reader.ask("notices").status_code == 200
    assert reader.tell("POST", f"notices/{notice.pk}/read").status_code == 403


def test_everybody_chooses_their_mail_on_the_page_of_their_account(people, settings):
    settings.MAIL = True
    browser = signed_in(people.lead)
    assert browser.post("/account/mail", {"mail": "daily"}).url == "/account/"
    assert User.objects.get(pk=people.lead.pk).mail == Mail.DAILY
    assert browser.post("/account/mail", {"mail": "hourly"}).status_code == 400
    assert 'value="daily" checked' in page_of(people.lead, "/account/")
    assert "You have no e-mail address here" in page_of(people.lead, "/account/")


def test_where_no_mail_is_set_up_the_account_and_the_coordinators_to_do_say_so(people, settings):
    settings.MAIL = False
    assert "This portal sends no mail" in page_of(people.lead, "/account/")
    for who, told in (("coordinator", True), ("administrator", True), ("lead", False)):
        assert ("This portal sends no mail" in page_of(getattr(people, who), "/todo")) is told
    settings.MAIL = True
    assert "This portal sends no mail" not in page_of(people.coordinator, "/todo")


def days(first=0, last=7):
    today = timezone.localdate()
    return {"first_day": str(today + timedelta(days=first)), "last_day": str(today + timedelta(days=last))}


def test_a_coordinator_arranges_a_cover_and_ends_it(people):
    browser = signed_in(people.coordinator)
    given = {"coordinator": people.coordinator.pk, "cover": people.second.pk, **days()}
    assert browser.post("/covers/", given).url == "/covers/"
    row = Cover.objects.get()
    page = page_of(people.second, "/covers/")
    assert "second coordinator" in page and "End now" in page
    assert "You cover for coordinator until" in page_of(people.second, "/todo")
    assert browser.post(f"/covers/{row.pk}/end").url == "/covers/"
    assert members.covered_by(people.second) == []
    assert browser.post(f"/covers/{row.pk}/end").status_code == 302
    assert "This cover is over already." in browser.get("/covers/").content.decode()


def test_a_refused_cover_says_why_beside_its_field(people):
    given = {"coordinator": people.coordinator.pk, "cover": people.coordinator.pk, **days()}
    answer = signed_in(people.coordinator).post("/covers/", given)
    assert answer.status_code == 400
    assert "Nobody covers for themselves" in answer.content.decode()
    answer = signed_in(people.coordinator).post("/covers/", {**given, "cover": people.lead.pk})
    assert answer.status_code == 400, "only coordinators are offered"


@pytest.mark.parametrize(
    ("who", "status"), [("lead", 403), ("expert", 403), ("auditor", 200), ("administrator", 200), ("coordinator", 200)]
)
def test_who_sees_the_covers(people, who, status):
    members.cover(
        coordinator=people.coordinator,
        cover=people.second,
        first_day=timezone.localdate(),
        last_day=timezone.localdate(),
        by=people.coordinator,
        door=PAGE,
    )
    answer = signed_in(getattr(people, who)).get("/covers/")
    assert answer.status_code == status
    if who == "auditor":
        assert "End now" not in answer.content.decode()
        assert signed_in(people.auditor).post("/covers/", days()).status_code == 403
