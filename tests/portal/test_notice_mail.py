"""Notices are mailed by the worker: at once, once a day or never; a dead mail server delays and breaks nothing."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from pilots import members, notices, outbox
from pilots.models import Door, Mail, Membership, Notice, OutboxRow, User
from portal import tasks
from portal.notices import mailing
from tests.told import EXAMPLES, example

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 5, 15, 8, 0, tzinfo=CHINA)
SITE = "https://portal.example.cn"
THIEF = "Bcc: thief@example.com"


@pytest.fixture(autouse=True)
def _mailing(settings):
    settings.MAIL, settings.PORTAL_ADDRESS, settings.OUTBOX_NUDGE = True, SITE, "tests.errands.nudge"


@pytest.fixture
def lead(people):
    User.objects.filter(pk=people.lead.pk).update(email="li.wei@city.cn", language="en")
    return User.objects.get(pk=people.lead.pk)


def tell(*people, once="one", pilot=None, kind="sent-back", by=None):
    key, facts = EXAMPLES[kind]
    notices.tell(kind, people=[one.pk for one in people], by=by, pilot=pilot, key=key, once=once, payload=facts)


def deliver():
    for row in OutboxRow.objects.filter(done_at=None, task__startswith="notices."):
        outbox.deliver(row.pk)


def dead(settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 1


def test_a_mail_goes_out_at_once_in_the_persons_language_with_text_and_html(lead, people, tianjin):
    tell(lead, people.contributor, pilot=tianjin, by=people.coordinator)
    assert not mail.outbox, "never while somebody waits for a page"
    deliver()
    (sent,) = mail.outbox
    assert sent.to == ["li.wei@city.cn"]
    assert sent.subject.startswith("[City portal] ") and "were sent back with 4 marks" in sent.subject
    assert f"{SITE}/pilots/tianjin/data/2030/" in sent.body
    assert sent.alternatives[0].mimetype == "text/html"
    assert Notice.objects.get(person=lead).mailed_at is not None
    assert Notice.objects.get(person=people.contributor).mailed_at is None, "who has no address is not mailed"


def test_who_has_chosen_no_language_is_written_to_in_chinese(lead, tianjin):
    User.objects.filter(pk=lead.pk).update(language="")
    tell(lead, pilot=tianjin)
    deliver()
    assert "已退回" in mail.outbox[0].subject


def test_a_mail_says_that_a_machine_wrote_it_and_keeps_its_number_when_it_is_sent_again(lead, people, tianjin):
    notice = example("sent-back", people, tianjin)
    first, second = (mailing.message([notice], notice.person).message() for _time in range(2))
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] == second["Message-ID"] != ""
    assert first["Message-ID"].endswith("@portal.example.cn>")


@pytest.mark.parametrize("bad", [f"Tianjin\r\n{THIEF}", "Tianjin\nX-Evil: 1", "Tian\x00jin\x1b", f"T\u2028{THIEF}"])
def test_a_name_with_line_breaks_begins_no_header(lead, people, tianjin, bad):
    tianjin.short_name_en = tianjin.short_name_zh = bad
    lead.name = bad
    notice = example("verified", people, tianjin, language="en")
    raw = mailing.message([notice], notice.person).message().as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert not read["Bcc"] and not read["X-Evil"]
    assert "\n" not in read["Subject"] and read["Subject"].isprintable()


def test_what_people_typed_is_no_markup(people, tianjin):
    notice = example("sent-back", people, tianjin, typed='<img src=x onerror="alert(1)">{{ 7|add:7 }}')
    page = mailing.message([notice], notice.person).alternatives[0].content
    assert "&lt;img src=x" in page and "<img" not in page and "{{ 7|add:7 }}" in page


@pytest.mark.parametrize("how", ["never", "daily", "off", "demo", "read", "left the pilot"])
def test_no_mail_goes_out_at_once_to_who_wants_or_may_have_none(lead, people, tianjin, how):
    tell(lead, pilot=tianjin)
    if how in {"never", "daily"}:
        User.objects.filter(pk=lead.pk).update(mail=Mail.NONE if how == "never" else Mail.DAILY)
    elif how == "off":
        members.switch_off(user=lead, by=None, door=Door.COMMAND)
    elif how == "demo":
        User.objects.filter(pk=lead.pk).update(demo=True)
    elif how == "read":
        notices.read_all(by=lead, door=Door.PAGE)
    else:
        members.end(membership=Membership.objects.get(user=lead), by=None, door=Door.COMMAND)
    deliver()
    assert not mail.outbox


@pytest.mark.parametrize("change", [{"mail": "none"}, {"mail": "daily"}, {"email": ""}, {"demo": True}])
def test_where_nobody_wants_mail_no_work_waits(lead, tianjin, change):
    User.objects.filter(pk=lead.pk).update(**change)
    tell(lead, pilot=tianjin)
    assert not OutboxRow.objects.exists()
    assert Notice.objects.filter(person=lead).exists()


def test_without_a_mail_server_no_work_waits(lead, tianjin, settings):
    settings.MAIL = False
    tell(lead, pilot=tianjin)
    assert not OutboxRow.objects.exists()


def test_delivered_three_times_it_is_mailed_once(lead, tianjin):
    tell(lead, pilot=tianjin)
    for _time in range(3):
        mailing.send("one")
    assert len(mail.outbox) == 1


def test_a_dead_mail_server_delays_the_message_and_names_nobody(lead, tianjin, settings):
    tell(lead, pilot=tianjin)
    with settings_of_a_dead_server(settings):
        row = OutboxRow.objects.get()
        with pytest.raises(RuntimeError):
            outbox.deliver(row.pk)
    row.refresh_from_db()
    assert "ConnectionRefusedError" in row.error and "li.wei" not in row.error
    assert Notice.objects.get().mailed_at is None
    deliver()
    assert len(mail.outbox) == 1


class settings_of_a_dead_server:  # noqa: N801 - reads as a sentence
    """A mail server that is not there, for a while."""

    def __init__(self, settings):
        self.settings, self.before = settings, settings.EMAIL_BACKEND

    def __enter__(self):
        dead(self.settings)

    def __exit__(self, *_error):
        self.settings.EMAIL_BACKEND = self.before


def test_a_mail_is_tried_for_about_two_days_with_growing_pauses(lead, tianjin, settings):
    tell(lead, pilot=tianjin)
    row, waited, pauses = OutboxRow.objects.get(), timedelta(), []
    with settings_of_a_dead_server(settings):
        while True:
            OutboxRow.objects.update(due_at=timezone.now())
            if row.pk not in outbox.waiting():
                break
            with pytest.raises(RuntimeError):
                outbox.deliver(row.pk)
            row.refresh_from_db()
            pauses.append(round((row.due_at - timezone.now()).total_seconds() / 60))
            waited += timedelta(minutes=pauses[-1])
    assert pauses[:5] == [2, 4, 8, 16, 32] and pauses == sorted(pauses) and max(pauses) == 240
    assert timedelta(days=1) < waited < timedelta(days=3)
    assert outbox.given_up().get() == row


def test_a_refused_address_keeps_nobody_else_waiting(lead, people, tianjin, monkeypatch):
    User.objects.filter(pk=people.contributor.pk).update(email="wrong@city.cn")
    tell(lead, people.contributor, pilot=tianjin)
    from smtplib import SMTPRecipientsRefused

    from django.core.mail.backends.locmem import EmailBackend

    send = EmailBackend.send_messages

    def picky(self, messages):
        if messages[0].to == ["wrong@city.cn"]:
            raise SMTPRecipientsRefused({"wrong@city.cn": (550, b"no such user")})
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", picky)
    with pytest.raises(RuntimeError, match="1 people") as error:
        mailing.send("one")
    assert "wrong@" not in str(error.value)
    assert [sent.to for sent in mail.outbox] == [["li.wei@city.cn"]]


def daily(lead):
    User.objects.filter(pk=lead.pk).update(mail=Mail.DAILY)
    return User.objects.get(pk=lead.pk)


def made(once, moment):
    Notice.objects.filter(once=once).update(made_at=moment)


@pytest.fixture
def at(monkeypatch):
    """Set the clock."""

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_to


def test_a_digest_gathers_what_was_told_since_and_comes_once_a_day(lead, people, tianjin, at):
    lead = daily(lead)
    tell(lead, once="one", pilot=tianjin)
    tell(lead, once="two", pilot=tianjin, kind="verified")
    Notice.objects.update(made_at=MORNING - timedelta(hours=5))
    at(MORNING - timedelta(minutes=1))
    tasks.digests()
    assert not OutboxRow.objects.exists(), "not before eight"
    for minutes in (0, 10, 600):
        at(MORNING + timedelta(minutes=minutes))
        tasks.digests()
    assert OutboxRow.objects.filter(task="notices.digest").count() == 1
    deliver()
    (sent,) = mail.outbox
    assert sent.subject == "[City portal] 2 notices for you"
    assert "were sent back" in sent.body and "are verified" in sent.body
    mailing.digest(lead.pk)
    assert len(mail.outbox) == 1


def test_what_is_told_after_eight_comes_with_the_next_morning(lead, tianjin, at):
    lead = daily(lead)
    tell(lead, pilot=tianjin)
    made("one", MORNING + timedelta(hours=1))
    at(MORNING + timedelta(hours=2))
    tasks.digests()
    assert not OutboxRow.objects.exists()
    at(MORNING + timedelta(days=1))
    tasks.digests()
    assert OutboxRow.objects.filter(task="notices.digest").count() == 1


def test_eight_is_eight_in_china(lead, tianjin, at):
    lead = daily(lead)
    tell(lead, pilot=tianjin)
    made("one", MORNING - timedelta(days=1))
    at(datetime(2026, 5, 14, 23, 59, tzinfo=ZoneInfo("UTC")))
    tasks.digests()
    assert not OutboxRow.objects.exists()
    at(datetime(2026, 5, 15, 0, 0, tzinfo=ZoneInfo("UTC")))
    tasks.digests()
    assert OutboxRow.objects.count() == 1


def test_a_digest_leaves_out_what_was_read_or_is_old(lead, tianjin, at):
    lead = daily(lead)
    for once in ("read", "old", "fresh"):
        tell(lead, once=once, pilot=tianjin)
        made(once, MORNING - timedelta(days=8 if once == "old" else 1))
    Notice.objects.filter(once="read").update(read_at=MORNING)
    at(MORNING)
    tasks.digests()
    deliver()
    (sent,) = mail.outbox
    assert sent.subject == "[City portal] 1 notice for you"
    assert set(Notice.objects.exclude(mailed_at=None).values_list("once", flat=True)) == {"fresh"}
