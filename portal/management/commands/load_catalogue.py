"""Loads the framework and the catalogue of indicators; safe to repeat."""

from django.core.management.base import BaseCommand
from django.db import transaction

from indicators import catalogue as indicators
from pilots import catalogue as pilots


class Command(BaseCommand):
    help = "Load purposes, issues, clauses, standards, goals, units, variables and shared definitions."

    @transaction.atomic
    def handle(self, **options: object) -> None:
        for loading in pilots.load("framework", "standards", "goals") + indicators.load("units", "variables", "indicators"):
            self.stdout.write(str(loading))
