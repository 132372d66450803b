"""De ketenpartners van de demo, met hun leden; gemaakt met de handelingen die een medewerker ook gebruikt."""

from portaal.betrokkenen.handelingen import registreer_ketenpartner, vind_betrokkene, voeg_lid_toe
from portaal.betrokkenen.models import Ketenpartner, KetenpartnerRol
from portaal.betrokkenen.nummers import NummerSoort
from portaal.betrokkenen.urn import ALS_KETENPARTNER
from portaal.demo.personen import PERSONEN
from portaal.gebeurtenissen.vastleggen import SYSTEEM
from portaal.inloggen.inlogmiddelen import inlogmiddelen


def zet_ketenpartners_klaar() -> None:
    """Registreer elke ketenpartner en geef haar leden toegang. Nog eens maakt niets dubbel en herstelt niets."""
    uitgever = inlogmiddelen()["ketenpartner"].issuer
    for wie in PERSONEN:
        if not wie.rol:
            continue
        partner = _ketenpartner(wie.bedrijf, wie.kvk)
        persoon = vind_betrokkene(NummerSoort.PSEUDONIEM, wie.sub, uitgever)
        if persoon is None or not partner.leden.filter(persoon=persoon).exists():
            voeg_lid_toe(partner.pk, uitgever, wie.sub, KetenpartnerRol(wie.rol), SYSTEEM, naam=wie.naam)


def _ketenpartner(naam: str, kvk: str) -> Ketenpartner:
    betrokkene = vind_betrokkene(NummerSoort.KVK, kvk, ALS_KETENPARTNER)
    bestaand = Ketenpartner.objects.filter(betrokkene=betrokkene).first() if betrokkene else None
    return bestaand or registreer_ketenpartner(naam, NummerSoort.KVK, kvk, SYSTEEM)
