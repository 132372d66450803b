from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portaal.gebeurtenissen.anker import anker_van
from portaal.gebeurtenissen.controle import controleer_alles


class Command(BaseCommand):
    help = "Controleer of het gebeurtenissenboek nergens is gewijzigd, verwijderd of afgekapt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anker",
            action="append",
            default=[],
            metavar="DAG=SHA256",
            help="Reken ook dit anker na, uit een regel `boek_anker` in het logboek. Mag vaker.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        breuken = controleer_alles()
        for breuk in breuken:
            self.stderr.write(f"{breuk.record_soort} {breuk.record_id}: {breuk.wat}")
        mis = len(breuken)
        for anker in options["anker"]:
            dag, _is, afdruk = anker.partition("=")
            try:
                gevonden = anker_van(date.fromisoformat(dag))[1]
            except ValueError:
                raise CommandError(f"{dag} is geen dag; schrijf het anker als 2026-11-26=<sha256>.") from None
            if gevonden != afdruk.strip().lower():
                mis += 1
                self.stderr.write(f"het anker van {dag} klopt niet: er is een gebeurtenis verdwenen of veranderd")
        if mis:
            raise CommandError(f"{mis} breuken gevonden.")
        self.stdout.write("Het gebeurtenissenboek klopt.")
