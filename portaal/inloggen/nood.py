"""Het noodaccount: als de inlogdienst van de organisatie uitvalt komt er toch iemand in het beheer.

Er is er één, zonder naam om te raden. Wachtwoord en geheim maakt `manage.py noodaccount`; zij horen in de kluis.
"""

import secrets
from datetime import timedelta
from uuid import UUID

import pyotp
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from portaal.gebeurtenissen.soorten import ActorSoort, Soort
from portaal.gebeurtenissen.vastleggen import SYSTEEM, Actor, Over, leg_vast
from portaal.inloggen.medewerkers import ROLLEN, groep_van
from portaal.inloggen.models import Medewerker, Noodaccount
from portaal.tijd import nu

MAG_MISLUKKEN = 5
OP_SLOT = timedelta(hours=1)
MELD_ELKE = timedelta(minutes=1)
TIJDVAK = 30  # seconden dat een code geldt; die van ervoor en erna tellen ook


class NoodFout(Exception):
    """Het noodaccount weigert. `op_slot`: door te veel pogingen."""

    def __init__(self, *, op_slot: bool = False) -> None:
        super().__init__("op slot" if op_slot else "geweigerd")
        self.op_slot = op_slot


@transaction.atomic
def stel_in() -> tuple[str, str]:
    """Maak het noodaccount, of geef het een nieuw wachtwoord en geheim; geeft die twee. Het slot gaat eraf.

    Wie nog met het oude was ingelogd is meteen uitgelogd.
    """
    wachtwoord, geheim = secrets.token_urlsafe(18), pyotp.random_base32()
    medewerker, _nieuw = Medewerker.objects.get_or_create(
        gebruikersnaam="noodaccount", defaults={"naam": "Noodaccount"}
    )
    medewerker.set_password(wachtwoord)
    medewerker.is_active = medewerker.is_staff = True
    medewerker.save()
    medewerker.groups.set([groep_van(ROLLEN["beheerder"])])
    account = Noodaccount.objects.select_for_update().first() or Noodaccount(medewerker=medewerker)
    account.geheim, account.laatste_stap, account.mislukt, account.op_slot_tot = geheim, 0, 0, None
    leg_vast(account, Soort.NOODACCOUNT_INGESTELD, SYSTEEM, Over())
    return wachtwoord, geheim


def log_in(wachtwoord: str, code: str) -> Medewerker:
    """De medewerker van het noodaccount, als beide kloppen; anders `NoodFout`.

    Het slot is er voor wie het wachtwoord heeft en de code raadt. Het wachtwoord zelf is willekeurig (144 bits) en niet
    te raden; zou een verkeerd wachtwoord meetellen, dan hield ieder die het adres kent de eigenaar buiten.
    """
    account = Noodaccount.objects.select_related("medewerker").first()
    if account is None or not account.medewerker.is_active:
        make_password(wachtwoord)  # even traag als een echt wachtwoord: of het account bestaat is niet te meten
        raise NoodFout
    klopt = check_password(wachtwoord, account.medewerker.password)  # traag, dus vóór de rij op slot gaat
    with transaction.atomic():
        gelukt = _probeer(account.pk, klopt, code)
    if not gelukt:
        raise NoodFout(op_slot=gelukt is None)
    return account.medewerker


def _probeer(pk: UUID, wachtwoord_klopt: bool, code: str) -> bool | None:
    """Of het lukt; None als het account op slot is. Elke poging met het wachtwoord staat in het boek."""
    account = Noodaccount.objects.select_for_update().get(pk=pk)
    if account.op_slot_tot and account.op_slot_tot > nu():
        return None
    if not wachtwoord_klopt:
        _meld_mislukt(account)
        return False
    stap = _tijdvak(str(account.geheim), code, na=account.laatste_stap)
    if stap is not None:
        account.laatste_stap, account.mislukt, account.op_slot_tot = stap, 0, None
        leg_vast(account, Soort.NOODACCOUNT_GEBRUIKT, Actor(ActorSoort.MEDEWERKER, account.medewerker_id), Over())
        return True
    account.mislukt += 1
    if account.mislukt < MAG_MISLUKKEN:
        leg_vast(account, Soort.NOODACCOUNT_MISLUKT, SYSTEEM, Over())
        return False
    account.mislukt, account.op_slot_tot = 0, nu() + OP_SLOT
    leg_vast(account, Soort.NOODACCOUNT_OP_SLOT, SYSTEEM, Over())
    return None


def _meld_mislukt(account: Noodaccount) -> None:
    """Een verkeerd wachtwoord: hoogstens één regel per minuut, anders vult wie het adres kent het boek."""
    if account.gemeld_op is None or nu() - account.gemeld_op >= MELD_ELKE:
        account.gemeld_op = nu()
        leg_vast(account, Soort.NOODACCOUNT_MISLUKT, SYSTEEM, Over())


def _tijdvak(geheim: str, code: str, *, na: int) -> int | None:
    """Het tijdvak waar deze code bij hoort, later dan `na`; None als zij niet klopt of al is gebruikt."""
    totp, vak = pyotp.TOTP(geheim, interval=TIJDVAK), int(nu().timestamp()) // TIJDVAK
    schoon = code.replace(" ", "")
    passend = (v for v in (vak - 1, vak, vak + 1) if v > na and secrets.compare_digest(totp.at(v * TIJDVAK), schoon))
    return next(passend, None) if schoon.isascii() else None
