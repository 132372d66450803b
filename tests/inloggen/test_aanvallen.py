"""Wat niet klopt komt er niet in: elke aanval eindigt op een rustige pagina, zonder sessie en zonder spoor van wie het was."""

import logging
import re
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client

from portaal.betrokkenen.models import Betrokkene
from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from portaal.demo.simulator.fouten import FOUTEN
from portaal.inloggen import oidc
from portaal.inloggen.fouten import Reden
from portaal.inloggen.inlogmiddelen import inlogmiddelen
from portaal.inloggen.models import Medewerker
from tests.inloggen.hulp import NaarDeTestclient, begin, doorloop, ingelogd, kies, log_in, pad, simulator, vragen

pytestmark = pytest.mark.django_db

# Elke fout die de simulator kan maken, met de reden waarom de portaal haar weigert.
VERWACHT = {
    "aud": Reden.ONTVANGER,
    "azp": Reden.ONTVANGER,
    "aud_meer": Reden.ONTVANGER,
    "iss": Reden.UITGEVER,
    "exp": Reden.TIJD,
    "exp_weg": Reden.ID_TOKEN,
    "iat": Reden.TIJD,
    "nbf": Reden.TIJD,
    "nonce": Reden.NONCE,
    "sig": Reden.HANDTEKENING,
    "alg_none": Reden.ALGORITME,
    "hs256": Reden.ALGORITME,
    "kid": Reden.SLEUTEL,
    "sub": Reden.GEBRUIKER,
    "acr_missing": Reden.NIVEAU,
    "acr_low": Reden.NIVEAU,
    "acr_onbekend": Reden.NIVEAU,
    "iss_param": Reden.ANDERE_DIENST,
    "iss_param_weg": Reden.ANDERE_DIENST,
    "state": Reden.POGING_ONBEKEND,
    "token500": Reden.DIENST_ONBEREIKBAAR,
    "token_html": Reden.DIENST_ONBEREIKBAAR,
    "userinfo500": Reden.DIENST_ONBEREIKBAAR,
    "geweigerd": Reden.CODE_GEWEIGERD,
    "geen_nummer": Reden.NUMMER,
    "sector": Reden.NUMMER,
    "geen_dienst": Reden.MACHTIGING,
}

# Per middel iemand die er met een goed antwoord in komt, en de fouten die daar niet kunnen: geen bsn, of geen machtiging.
GEEN_BSN, GEEN_MACHTIGING = {"sector"}, {"geen_dienst"}
MIDDELEN = {
    "digid": ("fatima", GEEN_MACHTIGING),
    "digid-machtigen": ("karim", set()),
    "eidas": ("lena", GEEN_MACHTIGING),
    "eherkenning": ("bakkerij", GEEN_BSN | GEEN_MACHTIGING),
    "eherkenning-bewind": ("bea", set()),
    "eidas-bedrijf": ("studio", GEEN_BSN | GEEN_MACHTIGING),
    "ketenpartner": ("anne", GEEN_BSN | GEEN_MACHTIGING),
}
PER_MIDDEL = [
    # Elk middel loopt door dezelfde code: één fout van elke soort bij elke test, alle combinaties in `make test-lang`.
    pytest.param(middel, wie, fout, marks=() if (nummer + plek) % len(MIDDELEN) == 0 else pytest.mark.lang)
    for plek, (middel, (wie, niet)) in enumerate(MIDDELEN.items())
    for nummer, fout in enumerate(FOUTEN)
    if fout not in niet
]


def is_geweigerd(antwoord: Any, reden: Reden, caplog: pytest.LogCaptureFixture) -> None:
    """Een pagina in gewone taal met een weg verder, geen sessie, en in het log alleen de soort fout."""
    anders = {Reden.POGING_ONBEKEND: 400, Reden.DIENST_ONBEREIKBAAR: 503}
    assert antwoord.status_code == anders.get(reden, 403)
    tekst = antwoord.content.decode()
    assert "Inloggen is niet gelukt" in tekst
    assert "Opnieuw inloggen" in tekst
    assert ingelogd() == []
    assert f"inloggen mislukt: {reden.value}" in caplog.text
    for regel in caplog.messages:
        assert not re.search(r"\d{8,}|eyJ|demo-|Fatima|Anne|Karim|pseudoniem", regel), regel


def test_de_lijst_van_aanvallen_is_volledig() -> None:
    assert set(VERWACHT) == set(FOUTEN)


def test_elk_middel_van_de_demo_doet_mee() -> None:
    assert [m for m in inlogmiddelen() if m != "medewerkers"] == list(MIDDELEN)


@pytest.mark.parametrize("fout", [fout for fout in FOUTEN if fout not in GEEN_MACHTIGING])
def test_een_antwoord_met_een_fout_wordt_geweigerd(client: Client, caplog: pytest.LogCaptureFixture, fout: str) -> None:
    antwoord = doorloop(client, "digid", persoon="fatima", fout=fout)
    is_geweigerd(antwoord, VERWACHT[fout], caplog)
    assert not Betrokkene.objects.exists()


@pytest.mark.parametrize(("middel", "wie", "fout"), PER_MIDDEL)
def test_elk_middel_weigert_dezelfde_fouten(
    client: Client, caplog: pytest.LogCaptureFixture, middel: str, wie: str, fout: str
) -> None:
    zet_ketenpartners_klaar()
    eerder = Betrokkene.objects.count()
    is_geweigerd(doorloop(client, middel, persoon=wie, fout=fout), VERWACHT[fout], caplog)
    assert Betrokkene.objects.count() == eerder


# Een medewerker heeft geen nummer en geen machtiging; verder dezelfde fouten.
@pytest.mark.parametrize("fout", [fout for fout in FOUTEN if fout not in GEEN_BSN | GEEN_MACHTIGING | {"geen_nummer"}])
def test_ook_een_medewerker_komt_er_met_een_fout_niet_in(
    client: Client, caplog: pytest.LogCaptureFixture, fout: str
) -> None:
    is_geweigerd(doorloop(client, "medewerkers", persoon="marieke", fout=fout), VERWACHT[fout], caplog)
    medewerker_is_buiten(client)


def medewerker_is_buiten(client: Client) -> None:
    assert client.get("/beheer/").status_code == 302
    assert not Medewerker.objects.exists()
    assert not any(SESSION_KEY in sessie.get_decoded() for sessie in Session.objects.all())


# De aanvallen die niet in het antwoord zitten maar in wat er met de code of het adres gebeurt, voor elk middel.
ELK_MIDDEL = [
    pytest.param(middel, wie, marks=() if middel in ("digid", "medewerkers") else pytest.mark.lang)
    for middel, wie in [*((m, wie) for m, (wie, _niet) in MIDDELEN.items()), ("medewerkers", "marieke")]
]


@pytest.mark.parametrize(("middel", "wie"), ELK_MIDDEL)
def test_een_code_die_is_veranderd_wordt_geweigerd(
    client: Client, caplog: pytest.LogCaptureFixture, middel: str, wie: str
) -> None:
    zet_ketenpartners_klaar()
    with simulator():
        terug = pad(kies(pad(begin(client, middel).headers["Location"]), persoon=wie))
        code = vragen(terug)["code"]
        antwoord = client.get(terug.replace(code, code[:-8] + "AAAAAAAA"))
    is_geweigerd(antwoord, Reden.CODE_GEWEIGERD, caplog)
    medewerker_is_buiten(client)


@pytest.mark.parametrize(("middel", "wie"), ELK_MIDDEL)
def test_hetzelfde_antwoord_twee_keer_werkt_maar_een_keer(
    client: Client, caplog: pytest.LogCaptureFixture, middel: str, wie: str
) -> None:
    zet_ketenpartners_klaar()
    binnen, uit = ("/beheer/", "/beheer/logout/") if middel == "medewerkers" else ("/overzicht", "/uitloggen")
    with simulator():
        terug = pad(kies(pad(begin(client, middel).headers["Location"]), persoon=wie))
        assert client.get(terug).headers["Location"] == binnen
        assert client.get(binnen).status_code == 200
        client.post(uit)
        antwoord = client.get(terug)
    is_geweigerd(antwoord, Reden.POGING_ONBEKEND, caplog)
    assert client.get(binnen).status_code == 302


@pytest.mark.parametrize(("middel", "wie"), ELK_MIDDEL)
def test_wie_bij_de_dienst_annuleert_is_niet_ingelogd(client: Client, middel: str, wie: str) -> None:
    with simulator():
        terug = pad(kies(pad(begin(client, middel).headers["Location"]), annuleren="ja"))
        pagina = client.get(terug, follow=True)
    assert "U heeft het inloggen geannuleerd" in pagina.content.decode()
    assert ingelogd() == []
    medewerker_is_buiten(client)


@pytest.mark.parametrize(
    ("van", "wie", "doel"),
    [
        ("medewerkers", "marieke", "/inloggen/ketenpartner/terug"),
        ("medewerkers", "marieke", "/inloggen/digid/terug"),
        ("ketenpartner", "anne", "/beheer/inloggen/terug"),
        ("digid", "fatima", "/beheer/inloggen/terug"),
    ],
)
def test_een_poging_van_een_medewerker_en_die_van_een_ander_zijn_niet_te_verwisselen(
    client: Client, caplog: pytest.LogCaptureFixture, van: str, wie: str, doel: str
) -> None:
    zet_ketenpartners_klaar()
    with simulator() as aangeroepen:
        terug = pad(kies(pad(begin(client, van).headers["Location"]), persoon=wie))
        aangeroepen.aanroepen.clear()
        antwoord = client.get(f"{doel}?{terug.partition('?')[2]}")
    is_geweigerd(antwoord, Reden.POGING_ONBEKEND, caplog)
    assert not any(adres.endswith("/token") for adres in aangeroepen.aanroepen)
    medewerker_is_buiten(client)


def test_een_gestolen_code_werkt_niet_in_een_andere_poging(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """De aanvaller heeft een code van Fatima, en een eigen poging met een eigen verifier: PKCE houdt hem tegen."""
    with simulator():
        gestolen = vragen(kies(pad(begin(Client(), "digid").headers["Location"]), persoon="fatima"))["code"]
        eigen = pad(kies(pad(begin(client, "digid").headers["Location"]), persoon="henk"))
        antwoord = client.get(eigen.replace(vragen(eigen)["code"], gestolen))
    is_geweigerd(antwoord, Reden.CODE_GEWEIGERD, caplog)


def test_het_antwoord_in_een_andere_browser_werkt_niet(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """Iemand stuurt Fatima een link waarmee zij in zijn sessie zou belanden."""
    with simulator():
        terug = pad(kies(pad(begin(Client(), "digid").headers["Location"]), persoon="henk"))
        antwoord = client.get(terug)
    is_geweigerd(antwoord, Reden.POGING_ONBEKEND, caplog)


def test_een_poging_bij_digid_kan_niet_als_eherkenning_terugkomen(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with simulator() as aangeroepen:
        terug = pad(kies(pad(begin(client, "digid").headers["Location"]), persoon="fatima"))
        aangeroepen.aanroepen.clear()
        antwoord = client.get(terug.replace("/inloggen/digid/", "/inloggen/eherkenning/"))
    is_geweigerd(antwoord, Reden.ANDERE_DIENST, caplog)
    assert aangeroepen.aanroepen == []


def test_een_antwoord_zonder_poging_belt_geen_inlogdienst(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with simulator() as aangeroepen:
        antwoord = client.get("/inloggen/digid/terug", {"code": "x", "state": "y"})
    is_geweigerd(antwoord, Reden.POGING_ONBEKEND, caplog)
    assert aangeroepen.aanroepen == []


def test_een_poging_die_te_lang_duurt_geldt_niet_meer(
    client: Client, caplog: pytest.LogCaptureFixture, time_machine: Any
) -> None:
    time_machine.move_to("2026-11-24T10:00:00Z", tick=False)
    with simulator():
        heen = pad(begin(client, "digid").headers["Location"])
        time_machine.shift(16 * 60)
        antwoord = client.get(pad(kies(heen, persoon="fatima")))
    is_geweigerd(antwoord, Reden.POGING_ONBEKEND, caplog)


# Elk middel wordt één keer het begin en één keer het einde van een verwisseling (mix-up).
@pytest.mark.parametrize(("van", "naar"), list(zip(MIDDELEN, [*list(MIDDELEN)[1:], "digid"], strict=True)))
def test_een_poging_bij_de_ene_dienst_kan_niet_als_de_andere_terugkomen(
    client: Client, caplog: pytest.LogCaptureFixture, van: str, naar: str
) -> None:
    zet_ketenpartners_klaar()
    with simulator() as aangeroepen:
        terug = pad(kies(pad(begin(client, van).headers["Location"]), persoon=MIDDELEN[van][0]))
        aangeroepen.aanroepen.clear()
        antwoord = client.get(terug.replace(f"/inloggen/{van}/", f"/inloggen/{naar}/"))
    is_geweigerd(antwoord, Reden.ANDERE_DIENST, caplog)
    assert aangeroepen.aanroepen == []


@pytest.mark.parametrize("bsn", ["123456789", "000000000", "12345", "s00000001:999990019", "999990019x"])
def test_een_bsn_dat_niet_kan_bestaan_wordt_geweigerd(
    client: Client, caplog: pytest.LogCaptureFixture, bsn: str
) -> None:
    is_geweigerd(doorloop(client, "digid", nummer=bsn), Reden.NUMMER, caplog)
    assert not Betrokkene.objects.exists()


@pytest.mark.parametrize("kvk", ["1234567", "123456789", "abcdefgh"])
def test_een_kvk_nummer_dat_niet_kan_bestaan_wordt_geweigerd(
    client: Client, caplog: pytest.LogCaptureFixture, kvk: str
) -> None:
    is_geweigerd(doorloop(client, "eherkenning", nummer=kvk), Reden.NUMMER, caplog)


def test_de_inlogdienst_die_niet_antwoordt_geeft_een_uitleg(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def valt_uit(*args: Any, **kwargs: Any) -> None:
        raise requests.ConnectTimeout

    with simulator():
        monkeypatch.setattr(NaarDeTestclient, "send", valt_uit)
        antwoord = begin(client, "digid")
    is_geweigerd(antwoord, Reden.DIENST_ONBEREIKBAAR, caplog)
    assert "werkt op dit moment niet" in antwoord.content.decode()


def test_een_dienst_die_zich_voor_een_ander_uitgeeft_wordt_niet_gebruikt(
    client: Client, caplog: pytest.LogCaptureFixture, settings: Any, tmp_path: Path
) -> None:
    """Het document van de dienst noemt een andere uitgever dan het bestand: dan gaat er niemand heen."""
    bestand = tmp_path / "middelen.toml"
    tekst = Path(settings.INLOGMIDDELEN_BESTAND).read_text()
    bestand.write_text(tekst.replace('/demo/oidc/digid"', '/demo/oidc/../oidc/digid"'))
    settings.INLOGMIDDELEN_BESTAND = str(bestand)
    with simulator():
        antwoord = begin(client, "digid")
    assert antwoord.status_code in (403, 503)
    assert f"inloggen mislukt: {Reden.DIENST_ONBEREIKBAAR.value}" in caplog.text or Reden.UITGEVER.value in caplog.text


def test_een_geweigerde_inlog_laat_de_sessie_van_nu_staan(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    log_in(client, "henk")
    doorloop(client, "digid", persoon="fatima", fout="aud")
    (sessie,) = ingelogd()
    assert client.get("/overzicht").status_code == 200
    assert sessie.session_key == client.cookies["sessie"].value


# --- sleutels -----------------------------------------------------------------------------------------------------
def test_sleutels_worden_vijf_minuten_onthouden(client: Client) -> None:
    with simulator() as aangeroepen:
        for _keer in range(3):
            heen = begin(client, "digid")
            client.get(pad(kies(pad(heen.headers["Location"]), persoon="fatima")))
    assert sum(adres.endswith("/jwks") for adres in aangeroepen.aanroepen) == 1


def test_een_onbekende_sleutel_wordt_een_keer_opnieuw_gezocht(client: Client) -> None:
    with simulator() as aangeroepen:
        client.get(pad(kies(pad(begin(client, "digid").headers["Location"]), persoon="fatima", fout="kid")))
    assert sum(adres.endswith("/jwks") for adres in aangeroepen.aanroepen) == 2


def test_een_vervangen_sleutel_werkt_meteen(client: Client) -> None:
    """De dienst wisselt van sleutel terwijl wij de oude nog onthouden."""
    with simulator():
        heen = begin(client, "digid")
        adres = f"{settings.PORTAAL_URL}/demo/oidc/digid/jwks"
        oidc._haal_json(adres)
        oidc._geheugen[adres][1]["keys"][0]["kid"] = "de-vorige"
        client.get(pad(kies(pad(heen.headers["Location"]), persoon="fatima")))
    assert len(ingelogd()) == 1


def test_het_logboek_noemt_bij_een_gelukte_inlog_niemand(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    log_in(client, "fatima")
    assert "999990019" not in caplog.text
    assert "eyJ" not in caplog.text
