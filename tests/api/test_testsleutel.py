"""Testsleutels: de hele kring proberen, ook in productie, zonder een echt mens en zonder iets echts te raken."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from portaal.api.models import Token
from portaal.api.scopes import TESTSCOPES
from portaal.betrokkenen.models import Applicatie, Betrokkene, Grant
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.tijd import nu
from tests import wereld
from tests.inloggen.hulp import log_in_beheer

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
    return praat_met(Token.maak(zaaksysteem, "proef", TESTSCOPES, test=True)[1])


@pytest.fixture
def echt(zaaksysteem: Applicatie) -> Any:
    return praat_met(Token.maak(zaaksysteem, "echt", TESTSCOPES)[1])


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
    proef = praat_met(Token.maak(formulieren, "proef", TESTSCOPES, test=True)[1])
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


def test_een_testsleutel_kan_geen_verzoektypen_maken(zaaksysteem: Applicatie) -> None:
    with pytest.raises(ValueError, match="verzoektypen:schrijven"):
        Token.maak(zaaksysteem, "proef", ["verzoektypen:schrijven"], test=True)
    with pytest.raises(CommandError, match="testsleutel"):
        call_command("maak_token", applicatie="Zaaksysteem", scopes=["verzoeken:lezen"], test=True)


def test_een_beheerder_maakt_een_testsleutel_en_ziet_dat_het_er_een_is(client: Client, zaaksysteem: Applicatie) -> None:
    log_in_beheer(client)
    velden = {
        "applicatie": str(zaaksysteem.pk),
        "naam": "Proef",
        "scopes": ["taken:lezen", "taken:schrijven"],
        "test": "on",
    }
    mis = client.post("/beheer/portaal_api/token/add/", velden | {"scopes": ["verzoeken:lezen"]})
    assert "Een testsleutel kan dit niet" in mis.content.decode()
    gemaakt = client.post("/beheer/portaal_api/token/add/", velden, follow=True).content.decode()
    token = Token.objects.get()
    assert token.prefix.startswith("mo_test_")
    assert token.applicatie.test_van == zaaksysteem
    assert token.applicatie.naam == "Zaaksysteem (test)"
    assert "mo_test_" in gemaakt
    assert "Zaaksysteem (test)" in gemaakt
