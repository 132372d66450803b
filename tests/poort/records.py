"""De dingen van een eigenaar waar de wandeling langs loopt: in elk ding dat een mens leest staat het merkteken.

Een nieuw ding is één functie in `RECORDS`: zij krijgt de `Wereld` en geeft wat er in het adres komt.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from berichten import handelingen as berichten
from berichten.handelingen import NieuwBericht
from portaal.api.models import Token
from portaal.api.scopes import SCOPES
from portaal.bestanden.models import Bestand, Stand
from portaal.betrokkenen.handelingen import nodig_uit, vind_of_maak_geadresseerde
from portaal.betrokkenen.models import Applicatie, Grant, Ketenpartner, KetenpartnerRol
from portaal.betrokkenen.nummers import NummerSoort
from portaal.betrokkenen.urn import Geadresseerde, lees_geadresseerde
from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from portaal.formulieren.handelingen import zet_klaar
from portaal.gebeurtenissen.models import Aflevering, Gebeurtenis
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.gebeurtenissen.vastleggen import Actor
from portaal.inloggen import nood
from portaal.inloggen.inlogmiddelen import Doelgroep
from portaal.inloggen.models import Medewerker, Noodaccount
from portaal.inloggen.partij import PORTAAL, Partij
from portaal.inloggen.toegang import Toegang
from portaal.logboek.models import Inzage
from portaal.notificaties.models import Contactherstel, Kanaal, Notificatie
from portaal.objecten import handelingen as objecten
from portaal.objecten.models import Dialect, Koppelfout, Koppeling, Objectmelding, Objecttype
from portaal.tijd import nu, vandaag
from portaal.webhooks.models import Abonnement, Bezorging
from portaal.zaken.handelingen import Zaakgegevens, registreer
from portaal.zaken.models import Rol, ZaakSleutel
from taken import handelingen as taken
from taken.handelingen import NieuweTaak
from taken.models import Betaling, Taak, TaakSoort
from tests import wereld
from tests.verzoeken.conftest import maak_type
from verzoeken import handelingen as verzoeken
from verzoeken.models import Verzoek

MERK = "Merkteken-Q7-van-de-eigenaar"
NIVEAU = 3  # alles vraagt dit niveau, zodat een lagere inlog overal de weg omhoog moet zien
FORMULIER = {"components": [{"type": "textfield", "key": "vraag", "label": MERK, "validate": {"required": True}}]}
LEEG = {"components": [{"type": "textfield", "key": "vraag", "label": "Wat wilt u?", "validate": {"required": True}}]}
BETALING = {
    "bedrag": "74.90", "valuta": "EUR", "transactieomschrijving": MERK,
    "doelrekening": {"naam": "Gemeente Voorbeeld", "code": "FACTUUR1", "iban": "NL02ABNA0123456789"},
}  # fmt: skip


@dataclass
class Wereld:
    """De dingen van één eigenaar, gemaakt als zij voor het eerst nodig zijn."""

    urn: str
    doelgroep: Doelgroep = Doelgroep.INWONER
    gemaakt: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def voor(self) -> Geadresseerde:
        return lees_geadresseerde(self.urn)

    @cached_property
    def eigenaar(self) -> UUID:
        return vind_of_maak_geadresseerde(self.voor)

    @cached_property
    def applicatie(self) -> Applicatie:
        return wereld.applicatie()

    @cached_property
    def toegang(self) -> Toegang:
        return wereld.toegang(self.eigenaar, NIVEAU, doelgroep=self.doelgroep)

    @property
    def door(self) -> Partij:
        return Partij.systeem(self.applicatie)

    def geef(self, naam: str) -> Any:
        """Wat er voor dit ding in het adres komt. `KeyError` als records.py het niet kent."""
        if naam not in self.gemaakt:
            self.gemaakt[naam] = RECORDS[naam](self)
        return self.gemaakt[naam]

    def alles(self) -> None:
        """Maak alles wat van de eigenaar is, zodat het in elke lijst zou kunnen staan."""
        for naam in VAN_DE_EIGENAAR:
            self.geef(naam)

    def verklapt(self, antwoord: Any) -> bool:
        """Of dit antwoord iets van de eigenaar toont: het merkteken, of de sleutel van een ding van hem."""
        if antwoord.headers.get("Content-Type") == "application/pdf":
            return True  # de tekst staat er ingepakt in
        tekst = antwoord.content.decode()
        return MERK in tekst or any(str(self.gemaakt.get(naam)) in tekst for naam in VAN_DE_EIGENAAR)


# --- wat van de eigenaar is -----------------------------------------------------------------------------------------------
def _taak(w: Wereld, soort: TaakSoort, details: dict[str, Any]) -> Taak:
    nieuw = NieuweTaak(
        soort=soort, titel=MERK, voor=w.voor, details=details, toelichting=MERK, minimaal_niveau=NIVEAU,
        einddatum=vandaag() + timedelta(days=5),
        zaaksleutels=[(ZaakSleutel.Soort.NUMMER, "Z-1")],
    )  # fmt: skip
    return taken.maak_aan(nieuw, w.door)


def _bericht(w: Wereld) -> UUID:
    nieuw = NieuwBericht(voor=w.voor, onderwerp=MERK, tekst=MERK, minimaal_niveau=NIVEAU, referentie=MERK)
    bericht = berichten.maak_aan(nieuw, w.door)
    berichten.publiceer(bericht.pk)
    return bericht.pk


def _zaak(w: Wereld) -> UUID:
    gegevens = Zaakgegevens(
        {"omschrijving": MERK, "identificatie": "Z-1", "toelichting": MERK, "minimaal_niveau": NIVEAU},
        [(ZaakSleutel.Soort.NUMMER, "Z-1")],
        betrokkenen=[(w.voor, Rol.AANVRAGER)],
    )
    return registreer(gegevens, w.door)[0].pk


def _type(w: Wereld, code: str = "straatfeest", **velden: Any) -> Any:
    doelgroepen = ["inwoner", "ondernemer", "ketenpartner"]
    return maak_type(w.applicatie, code, LEEG, doelgroepen=doelgroepen, minimaal_niveau=NIVEAU, **velden)


def _verzoek(w: Wereld) -> UUID:
    w.geef("verzoektype")
    concept = verzoeken.begin_concept("straatfeest", w.toegang)
    concept = verzoeken.bewaar_concept(concept.pk, {"vraag": MERK}, w.toegang)
    return verzoeken.dien_in(concept.pk, w.toegang, concept.versie).pk


def _concept(w: Wereld) -> UUID:
    w.geef("verzoek")
    concept: Verzoek = verzoeken.begin_concept("straatfeest", w.toegang)
    return verzoeken.bewaar_concept(concept.pk, {"vraag": MERK}, w.toegang).pk


# --- wat GZAC en Common Gateway van de eigenaar hebben: het merkteken staat in wat zij stuurden, niet op de pagina ---------
def _koppeling(w: Wereld) -> Koppeling:
    koppeling, _nieuw = Koppeling.objects.get_or_create(
        applicatie=w.applicatie, defaults={"notificaties_url": "http://127.0.0.1:9/", "geheim": "x" * 32}
    )
    return koppeling


def _objecttype(w: Wereld) -> UUID:
    """Met de uuid van de taak: daaraan herkent de wandeling dat het er staat."""
    type_, _nieuw = Objecttype.objects.get_or_create(
        koppeling=_koppeling(w), uuid=w.geef("taak"), versie=1, defaults={"dialect": Dialect.V1}
    )
    return type_.uuid


def _wie(w: Wereld) -> dict[str, str]:
    namen = {NummerSoort.BSN: "bsn", NummerSoort.KVK: "kvk", NummerSoort.VESTIGING: "vestigingsnummer"}
    return {"type": namen[w.voor.soort], "value": w.voor.nummer}


def _object(w: Wereld) -> UUID:
    objecttype = Objecttype.objects.get(koppeling=_koppeling(w), uuid=_objecttype(w))
    data = {"identificatie": _wie(w), "title": "Uit GZAC", "status": "open", "data": {"x": MERK}}
    return objecten.maak_aan(objecten.NieuwObject(data, b"1" * 32), objecttype, Dialect.V1, w.door)[0].pk


def _klanttaak(w: Wereld) -> UUID:
    data = {"title": "Uit Common Gateway", "identificatie": _wie(w), "extraData": [MERK]}
    return objecten.maak_aan(objecten.NieuwObject(data, b"2" * 32), None, Dialect.KLANTTAAK, w.door)[0].pk


# --- wat een medewerker ziet ----------------------------------------------------------------------------------------------
def _gebeurtenis(w: Wereld) -> int:
    return Gebeurtenis.objects.get(record_id=w.geef("taak"), nummer=1).pk


def _aflevering(w: Wereld) -> int:
    gebeurtenis = Gebeurtenis.objects.get(pk=w.geef("gebeurtenis"))
    return Aflevering.objects.create(gebeurtenis=gebeurtenis, volger="proef").pk


def _grant(w: Wereld) -> int:
    return Grant.objects.create(eigenaar=w.applicatie, uitvoerder=wereld.applicatie("Formulieren")).pk


def _ketenpartner(w: Wereld) -> UUID:
    zet_ketenpartners_klaar()
    return Ketenpartner.objects.get(naam="Notariskantoor De Waal").pk


def _abonnement(w: Wereld) -> UUID:
    return Abonnement.objects.create(
        applicatie=w.applicatie, naam=MERK, url="https://ontvanger.voorbeeld.test/", types=["taak-aangemaakt"],
        geheimen=[], gelezen_xid8=0, gelezen_volgnummer=0, aangemaakt_op=nu(), gewijzigd_op=nu(),
    ).pk  # fmt: skip


def _bezorging(w: Wereld) -> UUID:
    gebeurtenis = Gebeurtenis.objects.get(pk=w.geef("gebeurtenis"))
    velden = {"abonnement_id": w.geef("abonnement"), "gebeurtenis": gebeurtenis, "type": "taak-aangemaakt"}
    return Bezorging.objects.create(**velden, volgende_op=nu()).pk


def _contactherstel(w: Wereld) -> UUID:
    return Contactherstel.objects.create(notificatie_id=w.geef("notificatie"), betrokkene_id=w.eigenaar).pk


def _bestand(w: Wereld) -> UUID:
    """Een verstuurd bestand bij de formuliertaak; de inhoud zelf is voor de wandeling niet nodig."""
    bestand = Bestand(
        betrokkene_id=w.eigenaar, persoon_id=w.eigenaar, applicatie=w.applicatie, minimaal_niveau=NIVEAU,
        bij_soort="taak", bij_id=w.geef("formuliertaak"), veld="vraag", naam=f"{MERK}.pdf", mime="application/pdf",
        grootte=1, stand=Stand.SCHOON, verstuurd_op=nu(), aangemaakt_op=nu(), gewijzigd_op=nu(),
    )  # fmt: skip
    bestand.save(force_insert=True)
    return bestand.pk


def _betaling(w: Wereld) -> UUID:
    betaling = Betaling(taak_id=w.geef("betaaltaak"), aanbieder="proef", centen=7490, begonnen_op=nu())
    betaling.save(force_insert=True)
    return betaling.pk


def _uitnodiging(w: Wereld) -> UUID:
    partner = w.geef("ketenpartner")
    return nodig_uit(partner, MERK, KetenpartnerRol.LEZER, Actor(ActorSoort.SYSTEEM))[0].pk


def _noodaccount(w: Wereld) -> UUID:
    nood.stel_in()
    return Noodaccount.objects.get().pk


def _notificatie(w: Wereld) -> UUID:
    return Notificatie.objects.create(
        gebeurtenis=w.geef("taak"), record_soort="taak", record_id=w.geef("taak"), betrokkene_id=w.eigenaar,
        applicatie=w.applicatie.pk, kanaal=Kanaal.EMAIL, aard="informatie", volgende_op=nu(),
    ).pk  # fmt: skip


def _inzage(w: Wereld) -> int:
    velden = {"actor_soort": ActorSoort.APPLICATIE, "actor": w.applicatie.pk, "betrokkene": w.eigenaar}
    return Inzage.objects.create(**velden, record_soort="taak", record_id=w.geef("taak"), waarvoor="proef").pk


VAN_DE_EIGENAAR = (
    "bestand",
    *("taak", "formuliertaak", "betaaltaak", "nietdigitaaltaak", "bericht", "zaak", "verzoek", "concept"),
    *("object", "klanttaak"),
)
RECORDS: dict[str, Callable[[Wereld], Any]] = {
    "taak": lambda w: _taak(w, TaakSoort.URLTAAK, {"uitvraagLink": wereld.FORMULIER}).pk,
    "formuliertaak": lambda w: _taak(w, TaakSoort.FORMULIERTAAK, {"formulierDefinitie": FORMULIER}).pk,
    "betaaltaak": lambda w: _taak(w, TaakSoort.BETAALTAAK, BETALING).pk,
    "nietdigitaaltaak": lambda w: _taak(w, TaakSoort.NIETDIGITAALTAAK, {"waar": MERK}).pk,
    "bericht": _bericht,
    "zaak": _zaak,
    "verzoektype": lambda w: _type(w).code,
    "verzoektype_id": lambda w: _type(w, "marktdag").pk,
    "zaakverzoektype": lambda w: _type(w, "wijziging", is_zaakverzoek=True, zaakverzoek_soort="wijzigen").code,
    "verzoek": _verzoek,
    "concept": _concept,
    "objecttype": _objecttype,
    "object": _object,
    "klanttaak": _klanttaak,
    "koppeling": lambda w: _koppeling(w).pk,
    "koppelfout": lambda w: Koppelfout.objects.create(koppeling=_koppeling(w), soort="geweigerd").pk,
    "koppelfoutknop": lambda w: "afgehandeld",
    "objectmelding": lambda w: Objectmelding.objects.filter(object=w.geef("object")).earliest("pk").pk,
    "gebeurtenis": _gebeurtenis,
    "aflevering": _aflevering,
    "organisatie": lambda w: w.applicatie.organisatie_id,
    "categorie": lambda w: w.applicatie.standaard_categorie_id,
    "applicatie": lambda w: w.applicatie.pk,
    "grant": _grant,
    "ketenpartner": _ketenpartner,
    "lid": lambda w: Ketenpartner.objects.get(pk=w.geef("ketenpartner")).leden.earliest("toegevoegd_op").pk,
    "uitnodiging": _uitnodiging,
    "betrokkene": lambda w: w.eigenaar,
    "medewerker": lambda w: Medewerker.objects.create(gebruikersnaam="een-ander", naam=MERK).pk,
    "noodaccount": _noodaccount,
    "token": lambda w: Token.maak(w.applicatie, MERK, SCOPES)[0].pk,
    "notificatie": _notificatie,
    "inzage": _inzage,
    "abonnement": _abonnement,
    "bezorging": _bezorging,
    "soort": lambda w: "taak",
    "formulier": lambda w: zet_klaar("proef", MERK, LEEG, [w.applicatie], PORTAAL).formulier_id,
    "kanaal": lambda w: "email",
    "contactherstel": _contactherstel,
    "bestand": _bestand,
    "betaling": _betaling,
    "een": lambda w: 1,
    "middel": lambda w: "digid",
    "app": lambda w: "taken",
}


def token_van(applicatie: Applicatie) -> dict[str, str]:
    """De kop waarmee deze applicatie met elk recht de API aanroept."""
    return {"authorization": f"Token {Token.maak(applicatie, 'wandeling', SCOPES)[1]}"}
