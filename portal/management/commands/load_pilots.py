"""Loads the programme, its four pilots and what they report; safe to repeat."""

from django.core.management.base import BaseCommand
from django.db import transaction

from indicators import catalogue as indicators
from pilots import catalogue as pilots


class Command(BaseCommand):
    help = "Load the programme, the pilots with their facts, and their series with the targets a source gives."

    @transaction.atomic
    def handle(self, **options: object) -> None:
        for loading in pilots.load("programme", "pilots") + indicators.load("series"):
            self.stdout.write(str(loading))
        self.stdout.write(f"loaded: {indicators.holdings()}")
