"""De afzender ziet of iemand te bereiken is, en wat er met de notificatie gebeurde."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from berichten.tasks import publiceer_wachtende
from portaal.api.models import Idempotentie, Token
from portaal.betrokkenen.models import Betrokkene
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.tasks import lever_af
from portaal.notificaties.handelingen import contact
from portaal.notificaties.models import Kanaal
from portaal.notificaties.tasks import verstuur_wachtende
from taken.models import Taak
from tests import wereld

pytestmark = pytest.mark.django_db

TAAK = {
    "titel": "Stuur uw loonstrook op",
    "isToegewezenAan": f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}",
    "details": {"uitvraagLink": "https://formulieren.voorbeeld.test/loonstrook"},
}
BERICHT = {
    "onderwerp": "Uw besluit",
    "berichtTekst": "U krijgt gelijk.",
    "ontvanger": f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}",
}


class Systeem:
    """Het zaaksysteem van de gemeente."""

    def __init__(self) -> None:
        scopes = ["taken:lezen", "taken:schrijven", "berichten:lezen", "berichten:schrijven"]
        self.geheim = Token.maak(wereld.applicatie(), "test", scopes)[1]

    def vraag(self, methode: str, pad: str, inhoud: Any = None, **koppen: str) -> Any:
        koppen["authorization"] = f"Token {self.geheim}"
        return Client().generic(
            methode, pad, data=_json(inhoud) if inhoud else b"", content_type="application/json", headers=koppen
        )


def _json(inhoud: Any) -> bytes:
    import json

    return json.dumps(inhoud).encode()


@pytest.fixture
def systeem(settings: Any) -> Systeem:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return Systeem()


SOORTEN = [("/taken/api/v1/urltaken", TAAK), ("/berichten/api/v1/berichten", BERICHT)]


def digitaal_bereikbaar() -> None:
    wereld.emailadres(wereld.fatima())
    contact.zet_toestemming(wereld.toegang(wereld.fatima()), ja=True, taal="nl")


@pytest.mark.parametrize(("pad", "inhoud"), SOORTEN)
def test_na_het_maken_hoort_het_systeem_hoe_iemand_te_bereiken_is(systeem, pad, inhoud):
    onbekend = systeem.vraag("POST", pad, inhoud).json()
    assert onbekend["bereikbaarheid"] == {"digitaal": False, "notificatie": "geen_adres"}
    digitaal_bereikbaar()

    assert systeem.vraag("POST", pad, inhoud).json()["bereikbaarheid"] == {"digitaal": True, "notificatie": "ja"}


@pytest.mark.parametrize(("pad", "inhoud"), SOORTEN)
def test_alleen_indien_bereikbaar_maakt_niets_voor_wie_dat_niet_is(systeem, pad, inhoud):
    antwoord = systeem.vraag("POST", pad, {**inhoud, "alleenIndienBereikbaar": True}, **{"Idempotency-Key": "een"})

    assert antwoord.status_code == 409
    assert antwoord.json()["code"] == "unreachable"
    assert "stuur per post" in antwoord.json()["detail"]
    assert antwoord.json()["bereikbaarheid"] == {"digitaal": False, "notificatie": "geen_adres"}
    assert not Gebeurtenis.objects.exists()
    assert not Betrokkene.objects.exists()
    assert not Idempotentie.objects.exists()  # met dezelfde sleutel kan het later wel
    digitaal_bereikbaar()
    opnieuw = systeem.vraag("POST", pad, {**inhoud, "alleenIndienBereikbaar": True}, **{"Idempotency-Key": "een"})
    assert opnieuw.status_code == 201


def test_wie_digitaal_wil_maar_zelf_geen_bericht_is_bereikbaar(systeem):
    """Awb 2:10, eerste lid: wie geen kennisgeving wil, hoeft er geen te krijgen."""
    digitaal_bereikbaar()
    contact.zie_af(wereld.toegang(wereld.fatima()), af=True)
    antwoord = systeem.vraag("POST", SOORTEN[0][0], {**TAAK, "alleenIndienBereikbaar": True})

    assert antwoord.status_code == 201
    assert antwoord.json()["bereikbaarheid"] == {"digitaal": True, "notificatie": "afgezien"}


def test_de_status_van_de_notificatie_staat_bij_de_taak_en_in_het_boek(systeem):
    digitaal_bereikbaar()
    taak = systeem.vraag("POST", SOORTEN[0][0], TAAK).json()
    assert taak["notificaties"] == []
    pad = f"/taken/api/v1/externetaken/{taak['uuid']}"

    def status() -> list[Any]:
        return [(n["kanaal"], n["status"]) for n in systeem.vraag("GET", pad).json()["notificaties"]]

    lever_af()
    assert status() == [("email", "wacht")]
    verstuur_wachtende()
    assert status() == [("email", "verstuurd")]
    assert "bereikbaarheid" not in systeem.vraag("GET", pad).json()
    assert systeem.vraag("PUT", pad, systeem.vraag("GET", pad).json()).status_code == 200  # GET terug als PUT


def test_de_status_van_de_notificatie_staat_bij_het_bericht(systeem):
    systeem.vraag("POST", SOORTEN[1][0], BERICHT)
    publiceer_wachtende()
    lever_af()

    (bericht,) = systeem.vraag("GET", "/berichten/api/v1/berichten").json()["results"]
    assert [(n["kanaal"], n["status"]) for n in bericht["notificaties"]] == [(None, "geen_adres")]
    soorten = list(Gebeurtenis.objects.values_list("soort", flat=True))
    assert soorten[-1] == Soort.NOTIFICATIE_GEEN_ADRES


def test_een_ingetrokken_taak_laat_zien_dat_de_mail_niet_meer_ging(systeem):
    digitaal_bereikbaar()
    uuid = systeem.vraag("POST", SOORTEN[0][0], TAAK).json()["uuid"]
    lever_af()
    systeem.vraag("PATCH", f"/taken/api/v1/externetaken/{uuid}", {"status": "afgebroken"})
    verstuur_wachtende()

    taak = systeem.vraag("GET", f"/taken/api/v1/externetaken/{uuid}").json()
    assert [n["status"] for n in taak["notificaties"]] == ["geannuleerd"]
    assert mail.outbox == []


def test_een_lijst_met_veel_notificaties_kost_evenveel_queries(systeem):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    digitaal_bereikbaar()

    def tel() -> int:
        with CaptureQueriesContext(connection) as gevangen:
            assert systeem.vraag("GET", "/taken/api/v1/externetaken").status_code == 200
        return len(gevangen)

    wereld.taak()
    lever_af()
    tel()
    een = tel()
    for n in range(15):
        wereld.taak(titel=f"Taak {n}")
    lever_af()
    assert tel() == een
    assert Taak.objects.als_systeem("test").count() == 16


def test_een_andere_bereikbaarheid_is_een_gebeurtenis():
    wereld.emailadres(wereld.fatima())
    contact.verwijder_adres(wereld.toegang(wereld.fatima()), Kanaal.EMAIL)

    feiten = [g.feiten for g in Gebeurtenis.objects.filter(soort=Soort.BEREIKBAARHEID_GEWIJZIGD).order_by("nummer")]
    assert [f["notificatie"] for f in feiten] == ["ja", "geen_adres"]
