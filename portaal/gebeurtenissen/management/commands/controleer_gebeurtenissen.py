from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portaal.gebeurtenissen.controle import controleer_alles


class Command(BaseCommand):
    help = "Controleer of het gebeurtenissenboek nergens is gewijzigd, verwijderd of afgekapt."

    def handle(self, *args: Any, **options: Any) -> None:
        breuken = controleer_alles()
        for breuk in breuken:
            self.stderr.write(f"{breuk.record_soort} {breuk.record_id}: {breuk.wat}")
        if breuken:
            raise CommandError(f"{len(breuken)} breuken gevonden.")
        self.stdout.write("Het gebeurtenissenboek klopt.")
