"""Met echte processen: web, worker, beat, broker; en een GZAC, Open Notificaties en Open Formulieren over het netwerk."""

import re
import time
from typing import TYPE_CHECKING

import pytest
import requests

from portaal.api.models import Token
from portaal.betrokkenen.models import Grant
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.objecten.models import Koppelfout, Objectmelding
from taken.models import Status, Taak
from tests import wereld
from tests.objecten.conftest import SCOPES, maak_koppeling
from tests.objecten.gzac import TAAK_ID, V2_TYPE, Gzac, OpenNotificaties, langs_het_netwerk, v1, v2
from tests.objecten.test_objecten_api import url_taak
from tests.proces.conftest import Bezoeker, _laat_de_database_los, fatima, wacht_tot  # noqa: F401

if TYPE_CHECKING:
    from portaal.demo.start import Omgeving

pytestmark = [pytest.mark.proces, pytest.mark.lang]


@pytest.fixture
def draait(omgeving: "Omgeving", open_notificaties: OpenNotificaties) -> tuple[Gzac, Gzac, Gzac]:
    """GZAC met beide plugins, en Open Formulieren met een eigen token; alles draait."""
    applicatie = wereld.applicatie("GZAC")
    basis = f"{omgeving.url}/objecten/api/v2/"
    koppeling = maak_koppeling(
        applicatie, open_notificaties.url, basis_url=basis, objecttypen_url="", linkparameter="initial_data_reference"
    )
    formulieren = wereld.applicatie("Open Formulieren")
    Grant.objects.create(eigenaar=applicatie, uitvoerder=formulieren)
    token = Token.maak(koppeling.applicatie, "GZAC", SCOPES)[1]
    omgeving.env["VEEG_SECONDEN"] = "1"
    omgeving.start()
    return (
        Gzac(basis, token, stuur=langs_het_netwerk),
        Gzac(basis, token, V2_TYPE, stuur=langs_het_netwerk),
        Gzac(basis, Token.maak(formulieren, "OF", SCOPES)[1], V2_TYPE, stuur=langs_het_netwerk),
    )


def status(uuid: str) -> str:
    return str(Taak.objects.als_systeem("test").values_list("status", flat=True).get(pk=uuid))


def vul_in(fatima: Bezoeker, uuid: str, **antwoorden: str) -> None:  # noqa: F811
    """Fatima vult in, kijkt na en verstuurt, met de formulieren van de pagina."""
    fatima.ga_naar(f"/taken/{uuid}/formulier")
    controle = verstuur_formulier(fatima, "mo-formulier", **antwoorden)
    assert "/controle" in fatima.pagina.url, controle
    assert "Uw antwoorden zijn verstuurd" in verstuur_formulier(fatima, "mo-knoprij")


def verstuur_formulier(bezoeker: Bezoeker, klasse: str, **velden: str) -> str:
    waar = re.search(rf'<form class="{klasse}[^>]*method="post"[^>]*>.*?</form>', bezoeker.pagina.text, re.S)
    assert waar, bezoeker.pagina.url
    verborgen = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', waar[0]))
    bezoeker.pagina = bezoeker.sessie.post(bezoeker.pagina.url, {**verborgen, **velden}, timeout=60)
    assert bezoeker.pagina.status_code == 200
    return bezoeker.pagina.text


def test_gzac_en_open_formulieren_over_het_netwerk(
    omgeving: "Omgeving",
    draait: tuple[Gzac, Gzac, Gzac],
    fatima: Bezoeker,  # noqa: F811
    open_notificaties: OpenNotificaties,
) -> None:
    gzac, gzac2, formulieren = draait
    gzac.ontvang = ("/lastname", "/toelichting", "/akkoord")
    gzac2.ontvang = ()
    gzac2.klaar = []
    een = gzac.maak(v1(wereld.BSN_FATIMA))
    assert gzac.maak(v1(wereld.BSN_FATIMA))["uuid"] == een["uuid"]  # GZAC probeert het nog eens
    twee = gzac2.maak(v2(wereld.BSN_FATIMA))
    drie = gzac2.maak(url_taak(verwerker_taak_id=""))

    fatima.ga_naar("/inloggen/digid?next=/taken")
    fatima.verstuur(persoon="fatima")
    vul_in(fatima, een["uuid"], lastname="El Amrani")
    vul_in(fatima, twee["uuid"], voornaam="Fatima", inkomen="1234")
    taak = fatima.ga_naar(f"/taken/{drie['uuid']}")
    assert f"afspraak?initial_data_reference={drie['uuid']}" in taak
    assert formulieren.haal(drie["url"])["record"]["data"]["identificatie"]["value"] == wereld.BSN_FATIMA
    antwoord = {"record": {"data": {"tijd": "10:00"}}}
    assert formulieren.roep("PATCH", drie["url"], antwoord, crs="content").status == 200

    def alles_verwerkt() -> bool:
        open_notificaties.bezorg(gzac)
        open_notificaties.bezorg(gzac2)
        return {status(o["uuid"]) for o in (een, twee, drie)} == {Status.VERWERKT}

    wacht_tot(alles_verwerkt, "alles verwerkt door GZAC")
    assert (gzac.fouten, gzac2.fouten) == ([], [])
    assert gzac.bewaard == {"lastname": "El Amrani", "toelichting": "", "akkoord": False}
    assert (gzac.klaar, sorted(gzac2.klaar)) == ([TAAK_ID], ["", TAAK_ID])
    assert "Klaar: Gemeente Voorbeeld heeft dit verwerkt." in fatima.ga_naar(f"/taken/{een['uuid']}")
    wacht_tot(lambda: not Objectmelding.objects.exclude(stand="klaar").exists(), "elke melding aangekomen")
    assert not Koppelfout.objects.exists()
    assert controleer_alles() == []

    # Geen nummer in een adres, logboek of melding.
    assert requests.get(f"{gzac.basis}objects?data_attrs=identificatie__value__exact__{wereld.BSN_FATIMA}",
                        headers={"Authorization": f"Token {gzac.token}"}, timeout=30).status_code == 400  # fmt: skip
    for pad in omgeving.log.iterdir():
        logboek = pad.read_text("utf-8", "replace")
        for geheim in (wereld.BSN_FATIMA, "El Amrani", "data_attrs"):
            assert geheim not in logboek, pad.name
    assert wereld.BSN_FATIMA not in str(open_notificaties.meldingen)


def test_een_trage_en_daarna_dode_open_notificaties_houdt_niemand_op(
    omgeving: "Omgeving",
    draait: tuple[Gzac, Gzac, Gzac],
    fatima: Bezoeker,  # noqa: F811
    open_notificaties: OpenNotificaties,
) -> None:
    gzac = draait[0]
    open_notificaties.traag = 3.0
    open_notificaties.antwoorden = [500, 500, 204]
    begin = time.monotonic()
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    assert time.monotonic() - begin < 30  # een vangnet, geen meting: de melding gaat buiten het verzoek om
    wacht_tot(lambda: open_notificaties.pogingen, "de eerste poging")
    assert gzac.haal(gemaakt["url"])["record"]["index"] == 1  # de portaal antwoordt terwijl de ander traag is

    omgeving.stop("worker")
    fatima.ga_naar("/inloggen/digid?next=/taken")
    fatima.verstuur(persoon="fatima")
    vul_in(fatima, gemaakt["uuid"], lastname="El Amrani")
    open_notificaties.traag = 0
    omgeving.start(["worker"])
    Objectmelding.objects.update(
        volgende_op=Objectmelding.objects.all()[0].aanmaakdatum
    )  # niet op de wachttijd wachten

    def aangekomen() -> bool:
        Objectmelding.objects.filter(stand="wacht", huur_tot=None).update(
            volgende_op=Objectmelding.objects.all()[0].aanmaakdatum
        )
        return {m["actie"] for m in open_notificaties.meldingen} >= {"create", "update"}

    wacht_tot(aangekomen, "beide meldingen")
    per_actie = {m["actie"]: m["aanmaakdatum"] for m in open_notificaties.meldingen}
    assert per_actie["create"] < per_actie["update"]
