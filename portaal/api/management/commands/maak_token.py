"""`manage.py maak_token`: geef een applicatie een token."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from portaal.api.models import Token
from portaal.api.scopes import SCOPES
from portaal.betrokkenen.models import Applicatie
from portaal.tijd import nu


class Command(BaseCommand):
    """Zie `help`."""

    help = "Maakt een token voor een applicatie en toont het één keer, op standaarduitvoer."

    def add_arguments(self, parser: CommandParser) -> None:
        """De opties."""
        parser.add_argument("--applicatie", required=True, help="Naam of uuid van de applicatie.")
        parser.add_argument("--naam", default="opdrachtregel", help="Waar het token voor is.")
        parser.add_argument("--scopes", required=True, nargs="+", choices=sorted(SCOPES), help="Wat het token mag.")
        parser.add_argument("--test", action="store_true", help="Een testsleutel: alleen voor testpersonen.")
        parser.add_argument("--dagen", type=int, help="Na hoeveel dagen het token verloopt; zonder: nooit.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Maak het token; een onbekende applicatie is een fout."""
        gezocht: str = options["applicatie"]
        treffers = [
            a for a in Applicatie.objects.filter(~Q(beheer=True), test_van=None) if gezocht in (a.naam, str(a.pk))
        ]
        if len(treffers) != 1:
            raise CommandError(f"Er is geen applicatie met naam of uuid {gezocht!r}.")
        dagen: int | None = options["dagen"]
        if dagen is not None and dagen < 1:
            raise CommandError("--dagen is ten minste 1.")
        verloopt_op = nu() + timedelta(days=dagen) if dagen else None
        token, geheim = Token.maak(treffers[0], options["naam"], options["scopes"], verloopt_op, test=options["test"])
        self.stderr.write(f"Token {token.prefix} voor {token.applicatie.naam}. U ziet het geheim alleen nu:")
        self.stdout.write(geheim)
