"""Notariskantoor De Waal is ketenpartner van de gemeente, en vraagt als bedrijf ook zelf iets aan: twee rollen, niets gedeeld."""

import pytest
from django.test import Client

from berichten.handelingen import NieuwBericht
from berichten.handelingen import maak_aan as stuur_bericht
from berichten.tasks import publiceer_wachtende
from portaal.betrokkenen.urn import lees_geadresseerde
from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from portaal.demo.personen import persoon
from portaal.inloggen.partij import Partij
from portaal.zaken.handelingen import Zaakgegevens, registreer
from portaal.zaken.models import Rol, Zaak
from tests import wereld
from tests.inloggen.hulp import doorloop, log_in, log_in_beheer
from tests.verzoeken.conftest import maak_type
from verzoeken.handelingen import NieuwVerzoek
from verzoeken.handelingen import registreer as leg_verzoek_vast

pytestmark = pytest.mark.django_db

KVK = persoon("anne").kvk
KLANT = f"urn:nld:hr:kvknummer:{KVK}"
URNS = {"klant": KLANT, "ketenpartner": f"{KLANT}:rol:ketenpartner"}


@pytest.fixture
def browsers() -> dict[str, Client]:
    """Anne in beide rollen: met het account van haar kantoor, en met eHerkenning."""
    zet_ketenpartners_klaar()
    uit = {"klant": Client(), "ketenpartner": Client()}
    doorloop(uit["klant"], "eherkenning", nummer=KVK, niveau="3")
    log_in(uit["ketenpartner"], "anne")
    return uit


def leesbaar(browsers: dict[str, Client], adres: str) -> set[str]:
    """In welke rollen deze pagina te zien is; in de andere bestaat zij niet."""
    codes = {rol: client.get(adres).status_code for rol, client in browsers.items()}
    assert set(codes.values()) <= {200, 404}
    return {rol for rol, code in codes.items() if code == 200}


@pytest.mark.parametrize("rol", ["klant", "ketenpartner"])
def test_een_taak_en_een_bericht_zijn_alleen_voor_de_rol_waaraan_ze_zijn_gericht(browsers, rol):
    ander = ({"klant", "ketenpartner"} - {rol}).pop()
    voor = lees_geadresseerde(URNS[rol])
    taak = wereld.taak(titel="Onderteken de akte", voor=voor)
    nieuw = NieuwBericht(voor=voor, onderwerp="Uw akte is klaar", tekst="Kom langs.")
    bericht = stuur_bericht(nieuw, Partij.systeem(wereld.applicatie()))
    publiceer_wachtende()

    assert leesbaar(browsers, f"/taken/{taak.pk}") == {rol}
    assert leesbaar(browsers, f"/berichten/{bericht.pk}") == {rol}
    assert "Onderteken de akte" in browsers[rol].get("/overzicht").content.decode()
    elders = browsers[ander].get("/overzicht").content.decode()
    assert "Onderteken de akte" not in elders
    assert "Uw akte is klaar" not in elders


def test_de_rol_bij_de_zaak_zegt_wie_haar_ziet_ook_als_de_urn_niets_zegt(browsers):
    door = Partij.systeem(wereld.applicatie())

    def zaak(nummer: str, rol: Rol) -> Zaak:
        betrokkenen = [(lees_geadresseerde(KLANT), rol)]
        velden = {"omschrijving": f"Zaak {nummer}", "identificatie": nummer}
        return registreer(Zaakgegevens(velden, betrokkenen=betrokkenen), door)[0]

    assert leesbaar(browsers, f"/zaken/{zaak('Z-1', Rol.KETENPARTNER).pk}") == {"ketenpartner"}
    assert leesbaar(browsers, f"/zaken/{zaak('Z-2', Rol.AANVRAGER).pk}") == {"klant"}


@pytest.mark.parametrize("rol", ["klant", "ketenpartner"])
def test_een_verzoek_dat_namens_haar_is_vastgelegd_ook(browsers, rol):
    applicatie = wereld.applicatie()
    type_ = maak_type(applicatie, doelgroepen=["ondernemer", "ketenpartner"])
    nieuw = NieuwVerzoek(type_, lees_geadresseerde(URNS[rol]), {"evenement": "Notarisdag"})

    verzoek = leg_verzoek_vast(nieuw, Partij.systeem(applicatie))

    assert leesbaar(browsers, f"/verzoeken/{verzoek.pk}") == {rol}


def test_een_medewerker_stuurt_een_bericht_aan_haar_als_ketenpartner_en_vindt_het_terug(browsers, client):
    log_in_beheer(client)
    wie = {"soort": "kvk_nummer", "nummer": KVK, "als_ketenpartner": "on"}
    inhoud = {"onderwerp": "Nieuwe werkwijze", "tekst": "Lees dit goed.", "aard": "informatie"}
    categorie = wereld.categorie().pk

    antwoord = client.post("/beheer/berichten/bericht/add/", {**wie, **inhoud, "categorie": categorie})
    publiceer_wachtende()
    pk = antwoord.headers["Location"].split("/")[-3]
    gevonden = client.post("/beheer/berichten/bericht/zoek-op-nummer/", wie, follow=True).content.decode()
    als_klant = client.post("/beheer/berichten/bericht/zoek-op-nummer/", {**wie, "als_ketenpartner": ""}, follow=True)

    assert leesbaar(browsers, f"/berichten/{pk}") == {"ketenpartner"}
    assert "Nieuwe werkwijze" in gevonden
    assert "Nieuwe werkwijze" not in als_klant.content.decode()


@pytest.mark.parametrize("soort", ["bsn", "vestigingsnummer"])
def test_een_persoon_of_vestiging_kan_in_het_beheer_geen_ketenpartner_zijn(client, soort):
    log_in_beheer(client)
    nummer = {"bsn": wereld.BSN_FATIMA, "vestigingsnummer": wereld.VESTIGING_DE_HOEK}[soort]

    wie = {"soort": soort, "nummer": nummer, "als_ketenpartner": "on"}
    antwoord = client.post("/beheer/berichten/bericht/zoek-op-nummer/", wie)

    assert "Een ketenpartner heeft een KVK-nummer of RSIN." in antwoord.content.decode()


def test_nummers_van_hetzelfde_bedrijf_horen_in_beide_rollen_bij_elkaar(browsers, client):
    log_in_beheer(client)
    rsin = "999990019"
    client.post("/beheer/portaal_betrokkenen/betrokkene/", {"kvk": KVK, "soort": "rsin", "nummer": rsin})

    als_klant = wereld.taak(voor=lees_geadresseerde(f"urn:nld:hr:rsin:{rsin}"))
    als_partner = wereld.taak(voor=lees_geadresseerde(f"urn:nld:hr:rsin:{rsin}:rol:ketenpartner"))

    assert leesbaar(browsers, f"/taken/{als_klant.pk}") == {"klant"}
    assert leesbaar(browsers, f"/taken/{als_partner.pk}") == {"ketenpartner"}
