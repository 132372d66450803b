from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portaal.gebeurtenissen.vernietigen import overzicht, vernietig_wat_voorbij_is


class Command(BaseCommand):
    help = "Vernietig de inhoud van records waarvan de bewaartermijn voorbij is. De worker doet dit elk uur vanzelf."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--droog", action="store_true", help="Laat alleen zien wat er weg zou gaan.")
        parser.add_argument("--hoogstens", type=int, default=5000, help="Per soort, in deze keer.")

    def handle(self, *args: Any, droog: bool, hoogstens: int, **options: Any) -> None:
        if droog:
            for regel in overzicht():
                sinds = f", de oudste had een termijn tot en met {regel.oudste}" if regel.oudste else ""
                self.stdout.write(f"{regel.soort}: {regel.aantal} te vernietigen{sinds}")
            return
        for soort, aantal in vernietig_wat_voorbij_is(hoogstens, seconden=24 * 3600).items():
            self.stdout.write(f"{soort}: {aantal} vernietigd")
