"""Testsleutels: de hele kring proberen, ook in productie, zonder een echt mens en zonder iets echts te raken."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portaal.api.models import Token
from portaal.api.scopes import SCOPES
from portaal.betrokkenen.models import Applicatie, Betrokkene, Grant
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.tijd import nu
from tests import wereld
from tests.inloggen.hulp import log_in_beheer, sessie_voor

pytestmark = pytest.mark.django_db
FATIMA = f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}"
ECHT = "urn:nld:brp:bsn:123456782"  # doorstaat de elfproef, en begint niet met 9999
FORMULIER = {"components": [{"type": "textfield", "key": "naam", "label": "Uw naam", "validate": {"required": True}}]}


def praat_met(geheim: str) -> Any:
    client = Client(headers={"authorization": f"Token {geheim}"})

    def doe(methode: str, url: str, inhoud: Any = None) -> Any:
        extra = {"data": inhoud, "content_type": "application/json"} if inhoud is not None else {}
        return getattr(client, methode)(url.removeprefix("http://testserver"), **extra)

    return doe


@pytest.fixture
def zaaksysteem() -> Applicatie:
    return wereld.applicatie()


@pytest.fixture
def proef(zaaksysteem: Applicatie) -> Any:
    """De integrator van het zaaksysteem, met een testsleutel."""
    return praat_met(Token.maak(zaaksysteem, "proef", SCOPES, test=True)[1])


@pytest.fixture
def echt(zaaksysteem: Applicatie) -> Any:
    return praat_met(Token.maak(zaaksysteem, "echt", SCOPES)[1])


def taak(voor: str = FATIMA, **velden: Any) -> dict[str, Any]:
    return {
        "titel": "Stuur uw loonstrook op",
        "isToegewezenAan": voor,
        "details": {"uitvraagLink": wereld.FORMULIER},
        **velden,
    }


def bericht(voor: str = FATIMA) -> dict[str, Any]:
    return {"onderwerp": "Besluit", "berichtTekst": "Tekst.", "ontvanger": voor, "mijnOverheidBerichtenbox": False}


MAKEN = {
    "/taken/api/v1/urltaken": taak,
    "/berichten/api/v1/berichten": bericht,
    "/zaken/api/v1/zaken": lambda voor=FATIMA: {
        "identificatie": "Z-1", "omschrijving": "Aanvraag", "betrokkenen": [{"betrokkene": voor, "rol": "aanvrager"}],
    },
}  # fmt: skip


@pytest.mark.parametrize("pad", MAKEN)
def test_een_testsleutel_werkt_alleen_voor_testpersonen(proef: Any, echt: Any, pad: str) -> None:
    goed = proef("post", pad, MAKEN[pad]())
    assert goed.status_code == 201, goed.content
    mis = proef("post", pad, MAKEN[pad](ECHT))
    assert (mis.status_code, mis.json()["code"]) == (400, "test_person_only")
    assert "123456782" not in mis.content.decode()
    assert echt("post", pad, MAKEN[pad](ECHT)).status_code == 201


@pytest.mark.parametrize("pad", MAKEN)
def test_proef_en_echt_zien_elkaar_niet(proef: Any, echt: Any, pad: str) -> None:
    van_proef, van_echt = proef("post", pad, MAKEN[pad]()), echt("post", pad, MAKEN[pad]())
    assert proef("get", van_echt["Location"]).status_code == 404
    assert echt("get", van_proef["Location"]).status_code == 404
    assert [r["url"] for r in proef("get", pad).json()["results"]] == [van_proef["Location"]]
    assert [r["url"] for r in echt("get", pad).json()["results"]] == [van_echt["Location"]]


def test_ook_zoeken_kan_alleen_naar_een_testpersoon(proef: Any) -> None:
    assert proef("post", "/taken/api/v1/externetaken/_zoek", {"isToegewezenAan": FATIMA}).status_code == 200
    antwoord = proef("post", "/taken/api/v1/externetaken/_zoek", {"isToegewezenAan": ECHT})
    assert antwoord.json()["code"] == "test_person_only"


def test_een_toestemming_van_de_echte_kant_geldt_niet_voor_de_proef(zaaksysteem: Applicatie) -> None:
    formulieren = wereld.applicatie("Formulieren")
    Grant.objects.create(eigenaar=zaaksysteem, uitvoerder=formulieren)
    van_echt = wereld.taak()
    proef = praat_met(Token.maak(formulieren, "proef", SCOPES, test=True)[1])
    assert proef("get", f"/taken/api/v1/externetaken/{van_echt.pk}").status_code == 404


def test_de_persoon_verstuurt_het_formulier_en_de_integrator_hoort_het(proef: Any) -> None:
    gemaakt = proef("post", "/taken/api/v1/formuliertaken", taak(details={"formulierDefinitie": FORMULIER})).json()
    pad = f"/test/api/v1/taken/{gemaakt['uuid']}/inzendingen"
    leeg = proef("post", pad, {"gegevens": {"naam": ""}})
    assert leeg.json()["invalidParams"][0]["name"] == "gegevens.naam"
    assert proef("post", pad, {"gegevens": {"naam": "Fatima"}}).json()["wat"] == "taak-uitgevoerd"
    nu_ = proef("get", gemaakt["url"]).json()
    assert (nu_["status"], nu_["details"]["ontvangenGegevens"]) == ("uitgevoerd", {"naam": "Fatima"})
    assert proef("post", pad, {"gegevens": {"naam": "Fatima"}}).status_code == 409
    assert proef("patch", gemaakt["url"], {"status": "verwerkt"}).json()["status"] == "verwerkt"


def test_bij_een_andere_taak_zegt_de_persoon_dat_het_gedaan_is(proef: Any) -> None:
    gemaakt = proef("post", "/taken/api/v1/urltaken", taak()).json()
    assert proef("post", f"/test/api/v1/taken/{gemaakt['uuid']}/inzendingen", {}).json()["wat"] == "taak-gemeld"
    assert proef("get", gemaakt["url"]).json()["gemeldOp"] is not None


def test_de_persoon_leest_een_bericht_en_een_email_komt_niet_aan(proef: Any) -> None:
    gemaakt = proef("post", "/berichten/api/v1/berichten", bericht()).json()
    assert proef("post", f"/test/api/v1/berichten/{gemaakt['uuid']}/openingen").status_code == 200
    assert proef("get", gemaakt["url"]).json()["geopendOp"] is not None
    assert proef("post", f"/test/api/v1/berichten/{gemaakt['uuid']}/mislukte-notificaties").status_code == 200
    soorten = Gebeurtenis.objects.filter(record_id=gemaakt["uuid"]).order_by("nummer").values_list("soort", flat=True)
    assert list(soorten)[-2:] == ["bericht-geopend", "notificatie-mislukt"]


def test_een_bericht_voor_later_is_nog_niet_te_lezen(proef: Any) -> None:
    later = bericht() | {"publicatiedatum": (nu() + timedelta(days=1)).isoformat()}
    gemaakt = proef("post", "/berichten/api/v1/berichten", later).json()
    assert proef("post", f"/test/api/v1/berichten/{gemaakt['uuid']}/openingen").status_code == 404


def test_nabootsen_kan_alleen_met_een_testsleutel(echt: Any, proef: Any) -> None:
    van_echt = echt("post", "/taken/api/v1/urltaken", taak()).json()
    for wat in ("inzendingen", "mislukte-notificaties"):
        pad = f"/test/api/v1/taken/{van_echt['uuid']}/{wat}"
        assert echt("post", pad, {}).status_code == 403
        assert proef("post", pad, {}).status_code == 404
    assert echt("get", van_echt["url"]).json()["status"] == "open"


def test_na_een_verzoek_met_een_testsleutel_geldt_de_beperking_niet_meer(proef: Any) -> None:
    proef("post", "/taken/api/v1/urltaken", taak())
    assert wereld.betrokkene("123456782")


def test_ook_in_bulk_werkt_een_testsleutel_alleen_voor_testpersonen(proef: Any) -> None:
    """Een antwoord in bulk wordt gemaakt nadat de view klaar is: ook dan geldt de beperking, per rij."""
    antwoord = proef("post", "/taken/api/v1/urltaken/_bulk", [taak(), taak(ECHT)])
    goed, fout = json.loads(b"".join(antwoord.streaming_content))
    assert goed["status"] == 201
    assert fout["status"] == 400
    assert "testpersoon" in str(fout)
    assert ECHT not in str(fout)
    assert Betrokkene.objects.count() == 1


def maak_type(praat: Any, code: str = "test-kapvergunning") -> str:
    """Een verzoektype met een gepubliceerd formulier; geeft zijn adres."""
    gemaakt = praat(
        "post", "/verzoeken/api/v1/verzoektypen", {"naam": "Vraag iets aan", "code": code, "doelgroepen": ["inwoner"]}
    )
    assert gemaakt.status_code == 201, gemaakt.content
    versie = praat("post", f"{gemaakt['Location']}/versies", {"formulier": FORMULIER, "status": "published"})
    assert versie.status_code == 201, versie.content
    return str(gemaakt["Location"])


def test_de_persoon_doet_een_verzoek_en_de_integrator_handelt_het_af(proef: Any, echt: Any) -> None:
    type_ = maak_type(proef)
    pad = f"/test/api/v1/verzoektypen/{type_.rpartition('/')[2]}/inzendingen"
    leeg = proef("post", pad, {"persoon": FATIMA, "gegevens": {"naam": ""}})
    assert [p["name"] for p in leeg.json()["invalidParams"]] == ["gegevens.naam"]
    van_echt_mens = proef("post", pad, {"persoon": ECHT, "gegevens": {"naam": "Fatima"}})
    assert (van_echt_mens.status_code, van_echt_mens.json()["code"]) == (400, "test_person_only")
    gedaan = proef("post", pad, {"persoon": FATIMA, "gegevens": {"naam": "Fatima"}}).json()
    assert gedaan["wat"] == "verzoek-ingediend"

    [verzoek] = proef("get", "/verzoeken/api/v1/verzoeken?status=ingediend").json()["results"]
    assert (verzoek["uuid"], verzoek["aanvraagGegevens"]) == (gedaan["uuid"], {"naam": "Fatima"})
    assert proef("patch", verzoek["url"], {"status": "verwerkt"}).json()["status"] == "verwerkt"
    soorten = Gebeurtenis.objects.filter(record_id=gedaan["uuid"]).order_by("nummer").values_list("soort", flat=True)
    assert list(soorten) == ["verzoek-ingediend", "verzoek-verwerkt"]
    assert echt("get", verzoek["url"]).status_code == 404
    assert echt("post", pad, {"persoon": FATIMA}).status_code == 403


def test_ook_een_vastgelegd_verzoek_is_alleen_voor_een_testpersoon(proef: Any) -> None:
    inhoud = {"verzoekType": maak_type(proef), "aanvraagGegevens": {"naam": "Fatima"}, "kanaal": "balie"}
    assert proef("post", "/verzoeken/api/v1/verzoeken", {**inhoud, "initiator": FATIMA}).status_code == 201
    mis = proef("post", "/verzoeken/api/v1/verzoeken", {**inhoud, "initiator": ECHT})
    assert (mis.status_code, mis.json()["code"]) == (400, "test_person_only")


def test_een_zaakverzoek_gaat_bij_een_zaak_van_de_testkant(proef: Any, echt: Any) -> None:
    type_ = maak_type(proef)
    proef("patch", type_, {"isZaakverzoek": True, "zaakverzoekSoort": "wijzigen"})
    pad = f"/test/api/v1/verzoektypen/{type_.rpartition('/')[2]}/inzendingen"
    inhoud = {"persoon": FATIMA, "gegevens": {"naam": "Fatima"}}
    zaak, vreemd = (praat("post", "/zaken/api/v1/zaken", MAKEN["/zaken/api/v1/zaken"]()) for praat in (proef, echt))
    assert proef("post", pad, inhoud).status_code == 409
    assert proef("post", pad, {**inhoud, "zaak": vreemd.json()["uuid"]}).status_code == 400
    gedaan = proef("post", pad, {**inhoud, "zaak": zaak.json()["uuid"]})
    assert gedaan.status_code == 200, gedaan.content


def test_een_verzoektype_van_de_proef_bestaat_voor_niemand_anders(proef: Any, echt: Any) -> None:
    type_, gewoon = maak_type(proef), maak_type(echt, "kapvergunning")
    for adres in (type_, f"{type_}/versies", f"{type_}/versies/1"):
        assert echt("get", adres).status_code == 404
    assert echt("post", f"{type_}/versies", {"formulier": FORMULIER}).status_code == 404
    assert proef("get", gewoon).status_code == 404
    assert [t["url"] for t in echt("get", "/verzoeken/api/v1/verzoektypen").json()["results"]] == [gewoon]
    assert [t["url"] for t in proef("get", "/verzoeken/api/v1/verzoektypen").json()["results"]] == [type_]
    client = Client()
    sessie_voor(client, wereld.fatima())
    assert client.get("/verzoeken/nieuw/kapvergunning").status_code == 200
    assert client.get("/verzoeken/nieuw/test-kapvergunning").status_code == 404


def test_de_code_van_een_verzoektype_van_de_proef_houdt_de_gewone_vrij(proef: Any) -> None:
    inhoud = {"naam": "Vraag iets aan", "code": "kapvergunning", "doelgroepen": ["inwoner"]}
    antwoord = proef("post", "/verzoeken/api/v1/verzoektypen", inhoud)
    assert antwoord.json()["invalidParams"][0]["name"] == "code"


def test_een_beheerder_maakt_een_testsleutel_en_ziet_dat_het_er_een_is(client: Client, zaaksysteem: Applicatie) -> None:
    log_in_beheer(client)
    velden = {
        "applicatie": str(zaaksysteem.pk),
        "naam": "Proef",
        "scopes": ["taken:lezen", "taken:schrijven"],
        "test": "on",
    }
    gemaakt = client.post("/beheer/portaal_api/token/add/", velden, follow=True).content.decode()
    token = Token.objects.get()
    assert token.prefix.startswith("mo_test_")
    assert token.applicatie.test_van == zaaksysteem
    assert token.applicatie.naam == "Zaaksysteem (test)"
    assert "mo_test_" in gemaakt
    assert "Zaaksysteem (test)" in gemaakt
