"""Fatima vult iets in zonder JavaScript, en intussen is haar sessie voorbij. Wat zij typte is niet weg, en van niemand anders."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from portaal.inloggen.invuller import vul_in
from portaal.inloggen.models import Onderbreking
from portaal.inloggen.onderbroken import GROOTST, MEESTE
from portaal.inloggen.tasks import ruim_sessies_op
from taken.models import Taak, TaakConcept
from tests import wereld
from tests.inloggen.hulp import ingelogd, log_in, pad, sessie_voor

pytestmark = pytest.mark.django_db

MINUUT = 60
JA_NEE = [{"label": "Ja", "value": "ja"}, {"label": "Nee", "value": "nee"}]
VRAGEN: list[dict[str, Any]] = [
    {"type": "textfield", "key": "werkgever", "label": "Werkgever"},
    {"type": "number", "key": "loon", "label": "Loon"},
    {"type": "radio", "key": "vast", "label": "Vast contract?", "values": JA_NEE},
    {"type": "selectboxes", "key": "extra", "label": "Extra", "values": JA_NEE},
    {"type": "select", "key": "wanneer", "label": "Wanneer?", "data": {"values": JA_NEE}},
    {"type": "checkbox", "key": "waar", "label": "Naar waarheid"},
    {"type": "textarea", "key": "opmerking", "label": "Opmerking"},
]
NAAM = {"type": "textfield", "key": "naam", "label": "Naam", "validate": {"required": True}}
FORMULIER = {
    "display": "wizard",
    "components": [
        {"type": "panel", "key": "wie", "title": "Wie bent u?", "components": [NAAM]},
        {"type": "panel", "key": "werk", "title": "Uw werk", "components": VRAGEN},
    ],
}
# Een getal dat niet klopt, aanhalingstekens, regels: alles wat iemand typt komt letterlijk terug.
GETYPT: dict[str, Any] = {
    "_stap": "werk",
    "_actie": "verder",
    "werkgever": 'Bakker "De Hoek" & <zonen>',
    "loon": "twaalfhonderd",
    "vast": "nee",
    "extra": ["ja"],
    "wanneer": "nee",
    "waar": "ja",
    "opmerking": "Eerste regel\r\n</textarea>tweede",
}


@pytest.fixture
def klok(time_machine: Any) -> Any:
    time_machine.move_to(datetime(2026, 11, 24, 10, 0, tzinfo=UTC), tick=False)
    return time_machine


@pytest.fixture
def taak(klok: Any) -> Taak:
    return wereld.taak(dagen=10, soort="formuliertaak", details={"formulierDefinitie": FORMULIER})


@pytest.fixture
def adres(client: Client, taak: Taak) -> str:
    """Het formulier; Fatima is ingelogd en heeft de eerste stap gedaan."""
    aan_het_werk(client, "fatima")
    adres = f"/taken/{taak.pk}/formulier"
    assert client.post(adres, {"_stap": "wie", "_versie": "", "_actie": "verder", "naam": "Fatima"}).status_code == 302
    client.get(f"{adres}?stap=werk")
    return adres


def aan_het_werk(client: Client, persoon: str) -> None:
    """Ingelogd, en op de pagina waar dat eindigt."""
    client.get(pad(log_in(client, persoon).headers["Location"]))


def verstuur(client: Client, adres: str, velden: dict[str, Any], **koppen: str) -> Any:
    """Zoals een browser: met het adres van de pagina waarop het formulier stond."""
    bij = adres.partition("?")[0]
    return client.post(adres, velden, headers={"Referer": f"http://testserver{koppen.pop('vanaf', bij)}", **koppen})


def te_laat(client: Client, klok: Any, adres: str, velden: dict[str, Any], **koppen: str) -> Any:
    """De sessie is voorbij, en dan pas komt het formulier."""
    klok.shift(16 * MINUUT)
    return verstuur(client, adres, velden, **koppen)


def weer_in(client: Client, antwoord: Any, persoon: str = "fatima") -> str:
    """Opnieuw inloggen vanaf de inlogpagina; geeft de pagina waar dat eindigt."""
    inlog = client.get(antwoord.headers["Location"]).content.decode()
    naar = re.search(r'href="/inloggen/digid\?next=([^"&]+)', inlog)
    assert naar is not None
    terug = log_in(client, persoon, unquote(naar[1]))
    return str(client.get(pad(terug.headers["Location"])).content.decode())


def waarde(pagina: str, naam: str) -> str:
    gevonden = re.search(rf'<input[^>]*name="{naam}"[^>]*value="([^"]*)"', pagina)
    assert gevonden is not None
    return gevonden[1]


def gekozen(pagina: str, naam: str) -> list[str]:
    """De aangevinkte waarden."""
    invoer = re.findall(rf'<input[^>]*name="{naam}"[^>]*>', pagina)
    return [m[1] for i in invoer if " checked" in i and (m := re.search(r'value="([^"]*)"', i))]


def concept(taak: Taak) -> dict[str, Any]:
    return TaakConcept.objects.als_systeem("een test").get(taak=taak).gegevens  # type: ignore[no-any-return]


# --- dezelfde persoon -----------------------------------------------------------------------------------------------
def test_fatima_logt_weer_in_en_alles_staat_er_nog(client: Client, klok: Any, adres: str, taak: Taak) -> None:
    antwoord = te_laat(client, klok, f"{adres}?stap=werk", GETYPT)
    assert "reden=inactief" in antwoord.headers["Location"]
    inlog = client.get(antwoord.headers["Location"]).content.decode()
    assert "Wat u had ingevuld hebben wij een half uur voor u bewaard." in inlog
    assert "Bakker" not in inlog

    pagina = weer_in(client, antwoord)
    assert "Hier staat weer wat u had ingevuld" in pagina
    assert "Stap 2 van 2" in pagina
    assert waarde(pagina, "werkgever") == "Bakker &quot;De Hoek&quot; &amp; &lt;zonen&gt;"
    assert waarde(pagina, "loon") == "twaalfhonderd"
    assert (gekozen(pagina, "vast"), gekozen(pagina, "extra"), gekozen(pagina, "waar")) == (["nee"], ["ja"], ["ja"])
    assert re.search(r'<option value="nee" selected>', pagina)
    assert "Eerste regel\r\n&lt;/textarea&gt;tweede</textarea>" in pagina
    assert concept(taak)["werkgever"] == "", "terugleggen doet niets: alleen Fatima verstuurt"


def test_daarna_verstuurt_zij_het_zelf_en_dan_is_het_weg(client: Client, klok: Any, adres: str, taak: Taak) -> None:
    pagina = weer_in(client, te_laat(client, klok, f"{adres}?stap=werk", GETYPT))
    antwoord = verstuur(client, adres, GETYPT | {"loon": "1200", "_versie": waarde(pagina, "_versie")})
    assert antwoord.headers["Location"] == f"/taken/{taak.pk}/controle"
    assert not Onderbreking.objects.exists()
    assert antwoord.cookies["onderbroken"].value == ""
    assert concept(taak)["werkgever"] == 'Bakker "De Hoek" & <zonen>'
    assert "Hier staat weer" not in client.get(f"{adres}?stap=werk").content.decode()


def test_ook_als_de_sessie_al_is_opgeruimd_of_een_ander_tabblad_het_al_merkte(
    client: Client, klok: Any, adres: str
) -> None:
    klok.shift(16 * MINUUT)
    ruim_sessies_op()
    assert client.get("/overzicht").status_code == 302
    assert "sessie" not in client.cookies or client.cookies["sessie"].value == ""
    antwoord = verstuur(client, f"{adres}?stap=werk", GETYPT)
    assert "ingevuld=ja" in antwoord.headers["Location"]
    assert waarde(weer_in(client, antwoord), "loon") == "twaalfhonderd"


def test_een_nieuw_bericht_in_het_andere_tabblad_gaat_niet_stil_verloren(
    client: Client, klok: Any, adres: str, taak: Taak
) -> None:
    """Op haar telefoon bewaarde zij intussen iets anders: de pagina laat straks kiezen, zoals altijd."""
    oud = waarde(client.get(f"{adres}?stap=werk").content.decode(), "_versie")
    antwoord = te_laat(client, klok, f"{adres}?stap=werk", GETYPT | {"_versie": oud})
    telefoon = Client()
    sessie_voor(telefoon, wereld.fatima())
    telefoon.post(adres, {"_stap": "werk", "_versie": oud, "_actie": "bewaar", "werkgever": "Kapper Krul"})
    pagina = weer_in(client, antwoord)
    assert waarde(pagina, "_versie") == oud
    daarna = verstuur(client, adres, GETYPT | {"_versie": oud, "loon": "1200"})
    assert daarna.status_code == 200
    assert "Kapper Krul" in daarna.content.decode()


def test_haar_andere_tabblad_werkt_na_opnieuw_inloggen_gewoon_door(klok: Any, taak: Taak) -> None:
    streng = Client(enforce_csrf_checks=True)
    aan_het_werk(streng, "fatima")
    adres = f"/taken/{taak.pk}/formulier"
    token = waarde(streng.get(adres).content.decode(), "csrfmiddlewaretoken")
    klok.shift(16 * MINUUT)
    aan_het_werk(streng, "fatima")
    velden = {"csrfmiddlewaretoken": token, "_stap": "wie", "_versie": "", "_actie": "verder", "naam": "Fatima"}
    assert streng.post(adres, velden).status_code == 302
    aan_het_werk(streng, "henk")
    assert streng.post(adres, velden).status_code == 403, "een ander krijgt een nieuw token"


def test_elk_formulier_doet_mee_ook_buiten_de_formulieren_van_taken_en_verzoeken(client: Client, klok: Any) -> None:
    aan_het_werk(client, "fatima")
    antwoord = te_laat(client, klok, "/mijn-gegevens/email", {"adres": "fatima@nieuw.test"})
    assert waarde(weer_in(client, antwoord), "adres") == "fatima@nieuw.test"


def test_ook_een_formulier_dat_naar_een_ander_adres_gaat_dan_zijn_eigen_pagina(client: Client, klok: Any) -> None:
    """Anne geeft een collega een andere rol: dat formulier staat op de pagina van haar organisatie."""
    zet_ketenpartners_klaar()
    aan_het_werk(client, "anne")
    pagina = client.get("/organisatie").content.decode()
    doel = re.search(r'action="(/organisatie/leden/[^"]+/rol)"', pagina)
    assert doel is not None
    antwoord = te_laat(client, klok, doel[1], {"rol": "lezer"}, vanaf="/organisatie")
    assert "next=%2Forganisatie&" in antwoord.headers["Location"]
    aan_het_werk(client, "anne")
    formulier = client.get("/organisatie").content.decode().split(f'action="{doel[1]}"')[1].split("</form>")[0]
    assert re.search(r'<option value="lezer" selected>', formulier)


def test_een_bestand_moet_zij_opnieuw_kiezen_en_dat_staat_er(client: Client, klok: Any, adres: str) -> None:
    bestand = SimpleUploadedFile("loonstrook.pdf", b"%PDF-1.7 geheim")
    antwoord = te_laat(client, klok, f"{adres}?stap=werk", {**GETYPT, "loonstrook": bestand})
    assert "kies uw bestand opnieuw" in weer_in(client, antwoord)


def test_met_alleen_een_knop_is_er_niets_te_bewaren(client: Client, klok: Any, taak: Taak) -> None:
    aan_het_werk(client, "fatima")
    antwoord = te_laat(
        client, klok, f"/taken/{taak.pk}/gedaan", {"csrfmiddlewaretoken": "x"}, vanaf=f"/taken/{taak.pk}"
    )
    assert "ingevuld" not in antwoord.headers["Location"]
    assert f"next=%2Ftaken%2F{taak.pk}&" in antwoord.headers["Location"]
    assert not Onderbreking.objects.exists()


# --- een ander ------------------------------------------------------------------------------------------------------
def test_haar_buurman_logt_in_op_dezelfde_computer_en_ziet_niets(client: Client, klok: Any) -> None:
    adres = "/mijn-gegevens/email"  # een pagina die Henk ook heeft
    aan_het_werk(client, "fatima")
    antwoord = te_laat(client, klok, adres, {"adres": "fatima@geheim.test"})
    pagina = weer_in(client, antwoord, "henk")
    assert "geheim.test" not in pagina
    assert "Hier staat weer" not in pagina
    assert 'name="adres"' in pagina
    assert not Onderbreking.objects.exists()
    aan_het_werk(client, "fatima")
    assert "geheim.test" not in client.get(adres).content.decode(), "ook voor Fatima is het daarna weg"


def test_fatima_zelf_ziet_het_niet_op_een_andere_computer(client: Client, klok: Any) -> None:
    aan_het_werk(client, "fatima")
    te_laat(client, klok, "/mijn-gegevens/email", {"adres": "fatima@geheim.test"})
    elders = Client()
    aan_het_werk(elders, "fatima")
    assert "geheim.test" not in elders.get("/mijn-gegevens/email").content.decode()
    assert Onderbreking.objects.exists()


def test_voor_zichzelf_is_niet_hetzelfde_als_namens_een_ander(client: Client, klok: Any) -> None:
    """Henk vulde iets in als gemachtigde van Fatima; ingelogd voor zichzelf hoort het daar niet."""
    fatima, henk = wereld.fatima(), wereld.henk()
    sessie_voor(
        client, fatima, persoon_id=henk, middel="digid-machtigen", diensten=["urn:voorbeeld:dienst:informatie-geven"]
    )
    client.get("/contact")
    te_laat(client, klok, "/mijn-gegevens/email", {"adres": "fatima@geheim.test"})
    sessie_voor(client, henk)
    assert "geheim.test" not in client.get("/mijn-gegevens/email").content.decode()
    assert not Onderbreking.objects.exists()


def test_wie_zelf_uitlogt_laat_niets_achter(client: Client, klok: Any, adres: str) -> None:
    weer_in(client, te_laat(client, klok, f"{adres}?stap=werk", GETYPT))
    uit = client.post("/uitloggen")
    assert not Onderbreking.objects.exists()
    assert (uit.cookies["onderbroken"].value, uit.cookies["laatst"].value) == ("", "")
    assert "ingevuld=nee" in verstuur(client, adres, GETYPT).headers["Location"]


# --- misbruik -------------------------------------------------------------------------------------------------------
def test_wie_nooit_was_ingelogd_legt_hier_niets_neer(client: Client, adres: str) -> None:
    vreemd = Client()
    for cookie in ("", "a" * 64):
        if cookie:
            vreemd.cookies["onderbroken"] = cookie
        antwoord = verstuur(vreemd, adres, GETYPT)
        assert "ingevuld=nee" in antwoord.headers["Location"]
    assert not Onderbreking.objects.exists()


def test_een_andere_website_legt_hier_niets_neer(klok: Any) -> None:
    """Zonder het csrf-token van deze browser komt het niet eens bij de poort."""
    streng = Client(enforce_csrf_checks=True)
    aan_het_werk(streng, "fatima")
    streng.get("/mijn-gegevens/email")
    antwoord = te_laat(
        streng, klok, "/mijn-gegevens/email", {"adres": "boef@voorbeeld.test"}, Origin="https://boef.test"
    )
    assert antwoord.status_code == 403
    assert not Onderbreking.objects.exists()


@pytest.mark.parametrize("verzonnen", ["f" * 64, f"{'f' * 64}:1abcde:handtekening"])
def test_met_een_verzonnen_cookie_vult_niemand_de_tabel(client: Client, adres: str, verzonnen: str) -> None:
    vreemd = Client()
    vreemd.cookies["laatst"] = verzonnen
    assert "ingevuld=nee" in verstuur(vreemd, adres, GETYPT).headers["Location"]
    assert not Onderbreking.objects.exists()


def test_te_veel_wordt_niet_bewaard_en_de_pagina_zegt_dat(client: Client, klok: Any, adres: str) -> None:
    antwoord = te_laat(client, klok, adres, GETYPT | {"opmerking": "x" * GROOTST})
    assert not Onderbreking.objects.exists()
    assert "konden wij niet bewaren" in client.get(antwoord.headers["Location"]).content.decode()


def test_niemand_vult_de_tabel(client: Client, klok: Any) -> None:
    aan_het_werk(client, "fatima")
    klok.shift(16 * MINUUT)
    for nummer in range(MEESTE + 3):
        client.cookies.pop("onderbroken", None)
        verstuur(client, f"/verzoeken/nieuw/soort-{nummer}", {"naam": str(nummer)})
    assert sorted(rij.pad[-1] for rij in Onderbreking.objects.all()) == ["3", "4", "5", "6", "7"]


def test_na_een_half_uur_is_het_weg(client: Client, klok: Any, adres: str) -> None:
    antwoord = te_laat(client, klok, f"{adres}?stap=werk", GETYPT)
    assert antwoord.cookies["onderbroken"]["max-age"] == 30 * MINUUT
    klok.shift(31 * MINUUT)
    assert "Hier staat weer" not in weer_in(client, antwoord)
    ruim_sessies_op()
    assert not Onderbreking.objects.exists()


def test_het_csrf_token_en_een_wachtwoord_worden_niet_bewaard(client: Client, klok: Any) -> None:
    aan_het_werk(client, "fatima")
    te_laat(client, klok, "/mijn-gegevens/email", {"adres": "a@b.test", "csrfmiddlewaretoken": "x", "wachtwoord": "y"})
    assert Onderbreking.objects.get().velden == {"adres": ["a@b.test"]}


def test_in_de_database_staat_niet_wie_het_was_en_niet_wat_er_staat(client: Client, klok: Any, adres: str) -> None:
    antwoord = te_laat(client, klok, f"{adres}?stap=werk", GETYPT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(o)::text, velden FROM portaal_inloggen_onderbreking o")
        rij, velden = cursor.fetchone()
    assert b"Bakker" not in bytes(velden)
    for geheim in (
        str(wereld.fatima()),
        "999990019",
        client.cookies["onderbroken"].value,
        client.cookies["laatst"].value,
    ):
        assert geheim not in rij
    for naam in ("onderbroken", "laatst"):
        cookie = client.cookies[naam]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        assert str(wereld.fatima()) not in cookie.value
    assert "Bakker" not in antwoord.headers["Location"]
    assert ingelogd() == []


def test_zonder_onderbreking_kost_een_pagina_geen_vraag_extra(
    client: Client, klok: Any, django_assert_num_queries: Any
) -> None:
    aan_het_werk(client, "fatima")
    client.get("/contact")
    with django_assert_num_queries(3):  # de sessie, en de twee aantallen in het menu
        client.get("/contact")


# --- invullen ---------------------------------------------------------------------------------------------------------
def test_de_rest_van_de_pagina_verandert_niet() -> None:
    html = (
        '<!doctype html><html lang="nl"><head><title>A &amp; B &#39;</title><script>if (1 < 2) { "<p>" }</script></head>'
        '<body><!-- x --><form method="post" action="/taal"><input name="naam" value="taal"></form><br/>'
        '<form method="post"><input name="naam" value=""><input type="password" name="geheim"><input type="file" name="f">'
        "</form></body></html>"
    )
    velden = {"naam": ["Fatima"], "geheim": ["x"], "f": ["y"]}
    uit = vul_in(html, "/hier", "/hier", velden, "<p>melding</p>")
    assert uit == html.replace('<form method="post">', '<form method="post"><p>melding</p>').replace(
        'name="naam" value=""', 'name="naam" value="Fatima"'
    )
    assert vul_in(html, "/elders", "/hier", velden, "") is None
