"""Voor een ander handelen: een machtiging, bewind, een bedrijf; en wie uit Europa komt. Elk middel is gegevens."""

import re
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.test import Client

from portaal.betrokkenen.handelingen import vind_betrokkene
from portaal.betrokkenen.models import Betrokkene, BetrokkeneSoort
from portaal.betrokkenen.nummers import NummerSoort
from portaal.demo.personen import DIENST_INFORMATIE, persoon
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.inloggen.fouten import Reden
from portaal.inloggen.models import Sessie
from taken.handelingen import Geadresseerde
from taken.models import Taak
from tests import wereld
from tests.inloggen.hulp import NaarDeTestclient, doorloop, ingelogd, log_in, sessie_voor, toegang_van

pytestmark = pytest.mark.django_db


def taak_voor(wie: str, titel: str, **velden: Any) -> Taak:
    """Een taak voor iemand van de demo met een bsn."""
    bsn = persoon(wie).bsn
    return wereld.taak(titel=titel, voor=Geadresseerde(NummerSoort.BSN, bsn, f"urn:nld:brp:bsn:{bsn}"), **velden)


@pytest.fixture
def taken(db: None) -> tuple[Taak, Taak]:
    """Van Fatima: een taak die onder de machtiging valt, en een die er niet onder valt."""
    gedekt = wereld.categorie("gedekt", machtigingsdiensten=[DIENST_INFORMATIE, "nog-een"])
    anders = wereld.categorie("anders", machtigingsdiensten=["urn:voorbeeld:dienst:belastingen"])
    return taak_voor("fatima", "Geef informatie", categorie=gedekt), taak_voor("fatima", "Geheim", categorie=anders)


# --- machtiging -------------------------------------------------------------------------------------------------------
def test_karim_ziet_van_zijn_zus_alleen_wat_bij_zijn_machtiging_hoort(client: Client, taken: tuple[Taak, Taak]) -> None:
    log_in(client, "karim")
    lijst = client.get("/taken").content.decode()
    assert "Geef informatie" in lijst
    assert "Geheim" not in lijst
    assert [client.get(f"/taken/{taak.pk}").status_code for taak in taken] == [200, 404]


def test_op_de_pagina_staat_dat_karim_voor_een_ander_handelt_en_geen_nummer(
    client: Client, taken: tuple[Taak, Taak]
) -> None:
    log_in(client, "karim")
    pagina = client.get("/overzicht").content.decode()
    assert "Ingelogd met uw machtiging (DigiD Machtigen), namens iemand die u vertegenwoordigt" in pagina
    assert not re.search(r"9999\d{5}", pagina)


def test_wat_karim_doet_staat_in_het_boek_met_beide_personen(client: Client, taken: tuple[Taak, Taak]) -> None:
    log_in(client, "karim")
    client.post(f"/taken/{taken[0].pk}/gedaan")
    regel = Gebeurtenis.objects.filter(record_id=taken[0].pk).latest("nummer")
    assert regel.actor == vind_betrokkene(NummerSoort.BSN, persoon("karim").bsn)
    assert regel.namens == vind_betrokkene(NummerSoort.BSN, persoon("fatima").bsn)
    assert regel.niveau == 2


def test_karim_ziet_en_wijzigt_de_contactgegevens_van_zijn_zus_niet(client: Client, taken: tuple[Taak, Taak]) -> None:
    """Anders kan wie voor één dienst is gemachtigd al haar berichten naar zichzelf laten gaan."""
    wereld.emailadres(taken[0].betrokkene_id, "fatima@voorbeeld.test")
    log_in(client, "karim")
    assert "/mijn-gegevens" not in client.get("/overzicht").content.decode()
    assert client.get("/mijn-gegevens").status_code == 403
    assert client.post("/mijn-gegevens/email", {"adres": "karim@voorbeeld.test"}).status_code == 403
    assert client.get("/mijn-gegevens/voorkeuren").status_code == 403
    assert client.post("/mijn-gegevens/email/verwijderen").status_code == 403


def test_een_machtiging_voor_een_onbekende_dienst_dekt_niets(client: Client, taken: tuple[Taak, Taak]) -> None:
    sessie_voor(client, taken[0].betrokkene_id, diensten=["urn:voorbeeld:dienst:bestaat-niet"])
    assert toegang_van(client).categorieen == frozenset()
    assert client.get(f"/taken/{taken[0].pk}").status_code == 404


def test_een_machtiging_voor_niets_dekt_niets(client: Client, taken: tuple[Taak, Taak]) -> None:
    sessie_voor(client, taken[0].betrokkene_id, diensten=[])
    assert "Geef informatie" not in client.get("/taken").content.decode()


def test_fatima_zelf_is_niet_beperkt(client: Client, taken: tuple[Taak, Taak]) -> None:
    log_in(client, "fatima")
    assert toegang_van(client).categorieen is None


def test_verdwijnt_het_middel_uit_het_bestand_dan_is_de_deur_dicht(client: Client) -> None:
    """Zonder het middel zijn de regels van de sessie niet te lezen: dan geldt zij niet."""
    sessie_voor(client, wereld.fatima(), middel="is-weg")
    assert client.get("/overzicht").status_code == 302


def test_in_de_sessie_van_een_gemachtigde_staat_geen_nummer(client: Client) -> None:
    log_in(client, "karim")
    (sessie,) = ingelogd()
    kolommen = {veld.attname: getattr(sessie, veld.attname) for veld in Sessie._meta.concrete_fields}
    assert not re.search(r"9999\d{5}", str({n: w for n, w in kolommen.items() if n != "id_token"}))
    assert sessie.diensten == [DIENST_INFORMATIE]


# --- bewind -----------------------------------------------------------------------------------------------------------
def test_de_bewindvoerder_handelt_voor_noor(client: Client) -> None:
    log_in(client, "bea")
    toegang = toegang_van(client)
    assert toegang.betrokkene == vind_betrokkene(NummerSoort.BSN, persoon("noor").bsn)
    assert toegang.vertegenwoordigt
    assert toegang.doelgroep == "inwoner"
    assert toegang.categorieen == frozenset()


# --- bedrijf met een rsin -----------------------------------------------------------------------------------------------
def test_een_vereniging_logt_in_met_haar_rsin(client: Client) -> None:
    rsin = persoon("vereniging").rsin
    taak = wereld.taak(
        titel="Geef uw bestuur door", voor=Geadresseerde(NummerSoort.RSIN, rsin, f"urn:nld:hr:rsin:{rsin}")
    )
    log_in(client, "vereniging")
    assert client.get(f"/taken/{taak.pk}").status_code == 200
    assert "namens" in client.get("/overzicht").content.decode()
    assert toegang_van(client).namens == "Buurtvereniging De Linde"


# --- Europa -----------------------------------------------------------------------------------------------------------
def test_lena_met_een_bsn_is_met_eidas_dezelfde_persoon_als_met_digid(client: Client) -> None:
    taak = taak_voor("lena", "Vul uw aangifte aan")
    log_in(client, "lena")
    assert client.get(f"/taken/{taak.pk}").status_code == 200
    assert "Lena Brandt" in client.get("/overzicht").content.decode()


def test_luca_zonder_bsn_is_elke_keer_dezelfde(client: Client) -> None:
    log_in(client, "luca")
    log_in(Client(), "luca")
    assert Betrokkene.objects.count() == 1
    assert toegang_van(client).niveau == 3


def test_een_europees_bedrijf_is_een_organisatie_en_de_mens_een_ander(client: Client) -> None:
    log_in(client, "studio")
    toegang = toegang_van(client)
    assert Betrokkene.objects.get(pk=toegang.betrokkene).soort == BetrokkeneSoort.ORGANISATIE
    assert Betrokkene.objects.get(pk=toegang.persoon).soort == BetrokkeneSoort.PERSOON
    assert toegang.namens == "Studio Nova d.o.o."


# --- private_key_jwt --------------------------------------------------------------------------------------------------
def met_sleutel(settings: Any, map_: Path, sleutel: Any, middel: str = "digid") -> None:
    """Dezelfde middelen, maar dit bewijst zich met een ondertekende verklaring."""
    pem = map_ / "client.pem"
    vorm = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(sleutel.private_bytes(*vorm))
    tekst = Path(settings.INLOGMIDDELEN_BESTAND).read_text()
    geheim = f'client_secret = "alleen-voor-de-demo-{middel}"\n'
    assert geheim in tekst
    nieuw = f'token_auth = "private_key_jwt"\nclient_sleutel = "{pem}"\nclient_sleutel_id = "portaal-1"\n'
    bestand = map_ / "middelen.toml"
    bestand.write_text(tekst.replace(geheim, nieuw))
    settings.INLOGMIDDELEN_BESTAND = str(bestand)


@pytest.mark.parametrize(
    ("sleutel", "algoritme"),
    [(rsa.generate_private_key(65537, 2048), "PS256"), (ec.generate_private_key(ec.SECP256R1()), "ES256")],
)
def test_de_portaal_bewijst_zich_met_een_sleutel_in_plaats_van_een_geheim(
    client: Client, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sleutel: Any, algoritme: str
) -> None:
    met_sleutel(settings, tmp_path, sleutel)
    gestuurd: list[str] = []
    echt = NaarDeTestclient.send

    def kijk_mee(self: NaarDeTestclient, request: Any, *args: Any, **kwargs: Any) -> Any:
        gestuurd.append(f"{request.headers.get('Authorization', '')} {request.body or ''}")
        return echt(self, request, *args, **kwargs)

    monkeypatch.setattr(NaarDeTestclient, "send", kijk_mee)
    assert log_in(client, "fatima").status_code == 302
    aanvraag = next(regel for regel in gestuurd if "client_assertion=" in regel)
    bewijs = re.search(r"client_assertion=([\w.-]+)", aanvraag)
    assert bewijs
    assert jwt.get_unverified_header(bewijs[1]) == {"alg": algoritme, "typ": "JWT", "kid": "portaal-1"}
    assert "client_secret" not in aanvraag
    assert len(ingelogd()) == 1


def test_met_een_andere_sleutel_weigert_de_dienst(
    client: Client, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    met_sleutel(settings, tmp_path, rsa.generate_private_key(65537, 2048))
    ander = rsa.generate_private_key(65537, 2048)
    maak = jwt.encode

    def vervals(inhoud: Any, *args: Any, **kwargs: Any) -> str:
        return maak(inhoud, ander, algorithm="PS256") if "jti" in inhoud else maak(inhoud, *args, **kwargs)

    monkeypatch.setattr(jwt, "encode", vervals)
    assert doorloop(client, "digid", persoon="fatima").status_code == 403
    assert f"inloggen mislukt: {Reden.CODE_GEWEIGERD.value}" in caplog.text
    assert ingelogd() == []
