import sys
from email import message_from_bytes, policy
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError

from portaal.notificaties.terugmelding import OnleesbaarError, verwerk_dsn


class Command(BaseCommand):
    help = (
        "Lees van stdin één bericht van een mailserver over de bezorging van een e-mail (DSN, RFC 3464) en verwerk het. "
        "Laat de mailserver dit aanroepen voor het adres waar retourberichten komen."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        bericht = message_from_bytes(sys.stdin.buffer.read(1_000_000), policy=policy.default)
        try:
            self.stdout.write(verwerk_dsn(cast(Any, bericht)))
        except OnleesbaarError as fout:
            raise CommandError(str(fout)) from None
