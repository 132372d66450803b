"""De sessie: hoe lang zij duurt, wat erin staat, en dat zij bij één plek hoort."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portaal.betrokkenen.handelingen import vind_of_maak_betrokkene
from portaal.betrokkenen.nummers import NummerSoort
from portaal.inloggen.models import Sessie
from portaal.inloggen.sessies import SessionStore
from portaal.inloggen.tasks import ruim_sessies_op
from portaal.inloggen.toegang import bouw_toegang
from tests.inloggen.hulp import ingelogd, log_in, log_in_beheer, sessie_voor
from tests.wereld import bakkerij, fatima, henk

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MINUUT = 60


@pytest.fixture
def klok(time_machine: Any) -> Any:
    time_machine.move_to(START, tick=False)
    return time_machine


def binnen(client: Client) -> bool:
    return client.get("/overzicht").status_code == 200


# --- hoe lang -------------------------------------------------------------------------------------------------------
def test_na_een_kwartier_niets_doen_is_de_sessie_weg_en_de_pagina_zegt_waarom(client: Client, klok: Any) -> None:
    sessie_voor(client, fatima())
    klok.shift(15 * MINUUT)
    antwoord = client.get("/overzicht")
    assert antwoord.headers["Location"] == "/inloggen?next=%2Foverzicht&reden=inactief"
    assert ingelogd() == []
    assert antwoord.cookies["sessie"].value == ""
    assert "omdat u een tijd niets heeft gedaan" in client.get(antwoord.headers["Location"]).content.decode()


def test_wie_bezig_blijft_blijft_ingelogd(client: Client, klok: Any) -> None:
    sessie_voor(client, fatima())
    for _keer in range(4):
        klok.shift(14 * MINUUT)
        assert binnen(client)


def test_na_vier_uur_is_de_sessie_weg_ook_voor_wie_bezig_bleef(client: Client, klok: Any) -> None:
    sessie_voor(client, fatima())
    for _keer in range(23):
        klok.shift(10 * MINUUT)
        assert binnen(client)
    klok.shift(10 * MINUUT)
    antwoord = client.get("/overzicht")
    assert antwoord.headers["Location"] == "/inloggen?next=%2Foverzicht&reden=hoogstens"
    assert ingelogd() == []
    assert "omdat u lang was ingelogd" in client.get(antwoord.headers["Location"]).content.decode()


@pytest.mark.parametrize("kop", [{"X-Achtergrond": "1"}, {"Sec-Purpose": "prefetch"}])
def test_verversen_op_de_achtergrond_houdt_de_sessie_niet_in_leven(
    client: Client, klok: Any, kop: dict[str, str]
) -> None:
    sessie_voor(client, fatima())
    klok.shift(10 * MINUUT)
    assert client.get("/overzicht", headers=kop).status_code == 200
    klok.shift(6 * MINUUT)
    assert not binnen(client)


def test_verlengen_begint_het_kwartier_opnieuw(client: Client, klok: Any) -> None:
    sessie_voor(client, fatima())
    klok.shift(14 * MINUUT)
    antwoord = client.post("/sessie/verlengen")
    assert (antwoord.status_code, antwoord.headers["X-Sessie-Seconden"]) == (204, "900")
    klok.shift(14 * MINUUT)
    assert binnen(client)


def test_verlengen_gaat_niet_voorbij_vier_uur(client: Client, klok: Any) -> None:
    rij = sessie_voor(client, fatima())
    begonnen = START - timedelta(hours=3, minutes=50)
    Sessie.objects.filter(pk=rij.pk).update(begonnen=begonnen)
    assert client.post("/sessie/verlengen").headers["X-Sessie-Seconden"] == "600"


def test_verlengen_van_een_sessie_die_voorbij_is_geeft_401(client: Client, klok: Any) -> None:
    sessie_voor(client, fatima())
    klok.shift(15 * MINUUT)
    antwoord = client.post("/sessie/verlengen")
    assert (antwoord.status_code, antwoord.headers["X-Sessie-Seconden"]) == (401, "0")


def test_verlengen_vraagt_het_csrf_token() -> None:
    streng = Client(enforce_csrf_checks=True)
    sessie_voor(streng, fatima())
    assert streng.post("/sessie/verlengen").status_code == 403


def test_een_htmx_aanvraag_na_afloop_stuurt_de_hele_pagina_naar_het_inloggen(client: Client, klok: Any) -> None:
    sessie_voor(client, fatima())
    klok.shift(15 * MINUUT)
    koppen = {"HX-Request": "true", "HX-Current-URL": "http://testserver/taken?soort=x"}
    antwoord = client.get("/overzicht", headers=koppen)
    assert antwoord.headers["HX-Redirect"] == "/inloggen?next=%2Ftaken&reden=inactief"


def test_een_sessie_die_al_is_opgeruimd_geeft_ook_uitleg(client: Client, klok: Any) -> None:
    sessie_voor(client, fatima())
    klok.shift(15 * MINUUT)
    assert ruim_sessies_op() == 1
    assert client.get("/overzicht").headers["Location"] == "/inloggen?next=%2Foverzicht&reden=verlopen"


def test_opruimen_laat_lopende_sessies_staan(client: Client, klok: Any) -> None:
    sessie_voor(Client(), henk())
    klok.shift(10 * MINUUT)
    sessie_voor(client, fatima())
    klok.shift(6 * MINUUT)
    ruim_sessies_op()
    assert [s.persoon_id for s in ingelogd()] == [fatima()]


# --- de sleutel -------------------------------------------------------------------------------------------------------
def test_de_sleutel_wisselt_bij_elke_inlog_ook_van_dezelfde_persoon(client: Client) -> None:
    sleutels = []
    for _keer in range(2):
        log_in(client, "fatima")
        sleutels.append(client.cookies["sessie"].value)
    assert sleutels[0] != sleutels[1]
    assert [s.pk for s in ingelogd()] == [sleutels[1]]


def test_een_sleutel_van_voor_het_inloggen_is_daarna_niets_waard(client: Client) -> None:
    """Een aanvaller zette vooraf zijn eigen cookie bij Fatima."""
    vooraf = SessionStore()
    vooraf["iets"] = 1
    vooraf.save()
    client.cookies["sessie"] = str(vooraf.session_key)
    log_in(client, "fatima")
    aanvaller = Client()
    aanvaller.cookies["sessie"] = str(vooraf.session_key)
    assert not binnen(aanvaller)


def test_een_verzonnen_sleutel_geeft_niets(client: Client) -> None:
    client.cookies["sessie"] = "a" * 32
    assert not binnen(client)


def test_inloggen_als_een_ander_laat_niets_van_de_eerste_achter(client: Client) -> None:
    log_in(client, "fatima")
    log_in(client, "henk")
    assert [s.persoon_id for s in ingelogd()] == [vind_of_maak_betrokkene(NummerSoort.BSN, "999990020")]


# --- het cookie -------------------------------------------------------------------------------------------------------
def test_het_cookie_is_httponly_lax_en_weg_met_de_browser(client: Client) -> None:
    cookie = log_in(client, "fatima").cookies["sessie"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["max-age"] == cookie["expires"] == ""


def test_met_https_is_het_cookie_secure(client: Client, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    assert log_in(client, "fatima").cookies["sessie"]["secure"]


def test_wie_niet_inlogt_krijgt_geen_sessie(client: Client) -> None:
    antwoord = client.get("/")
    assert "sessie" not in antwoord.cookies
    assert not Sessie.objects.exists()


@pytest.mark.parametrize("adres", ["/taken/api/v1/urltaken", "/demo/oidc/digid/jwks"])
def test_voor_systemen_bestaat_geen_sessie(client: Client, adres: str) -> None:
    sessie_voor(client, fatima())
    with CaptureQueriesContext(connection) as vragen:
        antwoord = client.get(adres)
    assert "sessie" not in antwoord.cookies
    assert not any("portaal_inloggen_sessie" in v["sql"] for v in vragen.captured_queries)


def test_een_inwonersessie_opent_de_api_niet(client: Client) -> None:
    sessie_voor(client, fatima())
    assert client.get("/taken/api/v1/urltaken").status_code == 401


# --- wat er in de database staat ----------------------------------------------------------------------------------------
def test_in_de_sessie_staat_geen_nummer_en_het_id_token_is_versleuteld(client: Client) -> None:
    log_in(client, "fatima")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(s)::text, id_token FROM portaal_inloggen_sessie s")
        rij, id_token = cursor.fetchone()
    (sessie,) = ingelogd()
    assert "999990019" not in rij
    assert b"eyJ" not in bytes(id_token)
    assert sessie.id_token.startswith("eyJ")
    assert sessie.get_decoded() == {"ingelogd": True}


def test_een_medewerker_kan_nooit_in_een_portaalsessie_staan() -> None:
    with pytest.raises(RuntimeError, match="medewerker"):
        SessionStore()["_auth_user_id"] = "1"


# --- toegang ------------------------------------------------------------------------------------------------------------
def test_een_pagina_kost_hoogstens_een_query_voor_de_sessie_van_een_inwoner(client: Client) -> None:
    rij = sessie_voor(client, fatima())
    with CaptureQueriesContext(connection) as vragen:
        toegang = bouw_toegang(SessionStore(rij.pk))
    assert len(vragen) == 1
    assert toegang is not None
    assert (toegang.persoon, toegang.niveau, toegang.middel) == (fatima(), 2, "digid")
    assert rij.laatst_actief is not None
    assert toegang.verloopt_op == rij.laatst_actief + timedelta(minutes=15)


def test_een_pagina_kost_hoogstens_twee_queries_voor_een_bedrijf(client: Client) -> None:
    for nummer in range(5):
        vind_of_maak_betrokkene(NummerSoort.VESTIGING, f"00000000000{nummer}", onderdeel_van=bakkerij())
    rij = sessie_voor(client, bakkerij(), middel="eherkenning")
    with CaptureQueriesContext(connection) as vragen:
        toegang = bouw_toegang(SessionStore(rij.pk))
    assert len(vragen) == 2
    assert toegang is not None
    assert len(toegang.betrokkenen) == 6


def test_de_sessie_wordt_hoogstens_eens_per_minuut_geschreven(client: Client, klok: Any) -> None:
    sessie_voor(client, fatima())

    def geschreven() -> int:
        with CaptureQueriesContext(connection) as vragen:
            client.get("/contact")
        return sum(v["sql"].startswith("UPDATE") for v in vragen.captured_queries)

    klok.shift(59)
    assert geschreven() == 0
    klok.shift(1)
    assert [geschreven(), geschreven()] == [1, 0]


def test_de_sleutel_van_de_sessie_staat_niet_in_de_toegang(client: Client) -> None:
    rij = sessie_voor(client, fatima())
    assert rij.pk not in repr(bouw_toegang(SessionStore(rij.pk)))


def test_wie_uit_de_portaal_verdwijnt_is_meteen_uitgelogd(client: Client) -> None:
    rij = sessie_voor(client, fatima())
    assert rij.persoon is not None
    rij.persoon.delete()
    assert not binnen(client)


# --- de deur ------------------------------------------------------------------------------------------------------------
def test_een_nieuwe_pagina_is_vanzelf_dicht(client: Client, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.inloggen.adressen"
    assert client.get("/vergeten").headers["Location"] == "/inloggen?next=%2Fvergeten"
    sessie_voor(client, fatima())
    assert client.get("/vergeten").content == b"geheim"


def test_na_inloggen_bewaart_de_browser_niets(client: Client) -> None:
    sessie_voor(client, fatima())
    for adres in ("/overzicht", "/taken", "/contact"):
        assert "no-store" in client.get(adres).headers["Cache-Control"]


# --- beheer -------------------------------------------------------------------------------------------------------------
def test_een_medewerker_is_na_een_uur_niets_doen_uitgelogd(client: Client, klok: Any) -> None:
    log_in_beheer(client)
    klok.shift(59 * MINUUT)
    assert client.get("/beheer/").status_code == 200
    klok.shift(60 * MINUUT)
    assert client.get("/beheer/").status_code == 302
    assert not Session.objects.exists()


def test_een_medewerker_is_na_acht_uur_uitgelogd(client: Client, klok: Any) -> None:
    log_in_beheer(client)
    for _keer in range(15):
        klok.shift(31 * MINUUT)
        assert client.get("/beheer/").status_code == 200
    klok.shift(15 * MINUUT)
    assert client.get("/beheer/").status_code == 302


# --- hoe lang nog, voor de klok in de browser -----------------------------------------------------------------------------
def test_een_stukje_pagina_zegt_hoe_lang_de_sessie_nog_duurt_en_een_hele_pagina_niet(client: Client, klok: Any) -> None:
    sessie_voor(client, fatima())
    klok.shift(10 * MINUUT)
    deel = client.get("/taken", headers={"HX-Request": "true"})
    assert deel.headers["X-Sessie-Seconden"] == "900"
    assert "X-Sessie-Seconden" not in client.get("/taken").headers


def test_verversen_op_de_achtergrond_zegt_de_tijd_die_er_echt_nog_is(client: Client, klok: Any) -> None:
    sessie_voor(client, fatima())
    klok.shift(10 * MINUUT)
    deel = client.get("/taken", headers={"HX-Request": "true", "X-Achtergrond": "1"})
    assert deel.headers["X-Sessie-Seconden"] == "300"


def test_tegen_de_vier_uur_telt_de_pagina_af_tot_dat_einde(client: Client, klok: Any) -> None:
    rij = sessie_voor(client, fatima())
    Sessie.objects.filter(pk=rij.pk).update(begonnen=START - timedelta(hours=4) + timedelta(seconds=100))
    assert 'data-seconden="100"' in client.get("/overzicht").content.decode()
    assert client.get("/taken", headers={"HX-Request": "true"}).headers["X-Sessie-Seconden"] == "100"
