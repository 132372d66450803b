from typing import Any

import pyotp
from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from portaal.inloggen import nood


class Command(BaseCommand):
    help = (
        "Maak het noodaccount van het beheer, of geef het een nieuw wachtwoord en geheim. Toont ze één keer; het slot "
        "gaat eraf en wie nog met het oude was ingelogd is uitgelogd."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        wachtwoord, geheim = nood.stel_in()
        uri = pyotp.TOTP(geheim).provisioning_uri(name="noodaccount", issuer_name=settings.PORTAAL_NAAM)
        self.stdout.write(f"""Adres:       {settings.PORTAAL_URL}{reverse("admin:noodtoegang")}
Wachtwoord:  {wachtwoord}
Geheim:      {geheim}
Voor de app: {uri}

Dit staat nergens anders. Bewaar wachtwoord en geheim apart van elkaar in een kluis, en gebruik ze alleen als de
inlogdienst van uw organisatie uitvalt. Elk gebruik staat in het boek.""")
