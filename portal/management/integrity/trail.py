"""Checks of the trail: every row hangs in its chain as it was written, every chain ends at its head and passes its seals."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from pilots import chains, sealing
from pilots.models import TrailHead, TrailLink, TrailRow, TrailSeal
from portal.management.integrity.naming import check


@check(_("A row of the trail hangs in no chain."))
def trail_row_in_no_chain() -> QuerySet:
    return TrailRow.objects.filter(link=None)


@check(_("A link of the trail has lost its row."))
def trail_link_without_row() -> QuerySet:
    return TrailLink.objects.exclude(Exists(TrailRow.objects.filter(pk=OuterRef("pk"))))


@check(_("A chain of the trail has a gap before this link."))
def trail_link_after_a_gap() -> QuerySet:
    before = TrailLink.objects.filter(chain=OuterRef("chain"), seq=OuterRef("seq") - 1)
    return TrailLink.objects.filter(seq__gt=1).exclude(Exists(before))


@check(_("A row of the trail is not what its link was made for; of each chain the first one is named."))
def trail_row_unlike_its_link() -> list[TrailRow]:
    """Of the walk of the chains this takes what was changed or changed places; the other checks name what is missing or too much."""
    changed = [fault.row for fault in chains.faults() if fault.kind in {"changed", "order"}]
    return list(TrailRow.objects.filter(pk__in=changed).order_by("pk"))


@check(_("The head of a chain is not its last link."))
def trail_head_off_its_chain() -> QuerySet:
    last = TrailLink.objects.filter(chain=OuterRef("chain"), seq=OuterRef("seq"), hash=OuterRef("hash"))
    later = TrailLink.objects.filter(chain=OuterRef("chain"), seq__gt=OuterRef("seq"))
    return TrailHead.objects.exclude(Exists(last), ~Exists(later)).order_by("chain")


@check(_("A seal of the trail is not signed with the key of this portal."))
def trail_seal_unsigned() -> list[TrailSeal]:
    return [made for made in TrailSeal.objects.order_by("day").iterator(chunk_size=50) if not sealing.document(made).signed]


@check(_("A chain of the trail was cut off or written anew after this seal."))
def trail_seal_unlike_its_chains() -> list[TrailSeal]:
    return [made for made in TrailSeal.objects.order_by("day").iterator(chunk_size=50) if not sealing.stands(made)]
