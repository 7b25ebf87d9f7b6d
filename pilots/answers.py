"""Keeps the answer to a request in the transaction of its effect, so that a request that comes again does nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from pilots.models import KeptAnswer, Pilot, User

KEPT_FOR = timedelta(hours=24)


@contextmanager
def one_transaction() -> Iterator[Callable[[], None]]:
    """Hold what a request does and its kept answer together; calling what is yielded undoes both."""
    with transaction.atomic():
        yield partial(transaction.set_rollback, True)


def claim(*, actor: User, pilot: Pilot | None, place: str, key: str, asked: str) -> tuple[KeptAnswer, bool]:
    """Take a key within the transaction of the request, and say whether it is new; else return what was kept under it.

    A second request with the same key waits here until the first is committed, and finds its answer; or until the first is
    refused, killed or cut off, and then takes the key itself.
    """
    same = {"actor": actor, "pilot": pilot, "place": place, "key": key}
    now = timezone.now()
    KeptAnswer.objects.filter(**same, expires_at__lte=now).delete()
    return KeptAnswer.objects.get_or_create(**same, defaults={"asked": asked, "expires_at": now + KEPT_FOR})


def keep(kept: KeptAnswer, *, status: int, headers: dict[str, str], body: str) -> None:
    """Keep the answer under the key that was claimed for it."""
    KeptAnswer.objects.filter(pk=kept.pk).update(status=status, headers=headers, body=body)


def release(kept: KeptAnswer) -> None:
    """Give the key back after a refusal, so that the sender can mend the request and use it again."""
    KeptAnswer.objects.filter(pk=kept.pk).delete()


def sweep() -> int:
    """Forget the answers whose day is over, and say how many they were."""
    count, _by_model = KeptAnswer.objects.filter(expires_at__lte=timezone.now()).delete()
    return count
