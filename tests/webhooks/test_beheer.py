"""Een beheerder maakt een abonnement, ziet het geheim één keer, probeert het, en ziet wat aandacht vraagt."""

from typing import Any

import pytest
from django.test import Client

from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.wachtrij import Stand
from portaal.inloggen.partij import Partij
from portaal.webhooks import handelingen
from portaal.webhooks.models import Abonnement, Bezorging
from portaal.webhooks.tasks import bezorg
from tests.inloggen.hulp import log_in_beheer
from tests.webhooks.conftest import abonneer
from tests.webhooks.ontvanger import luister

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lokaal")]
LIJST = "/beheer/portaal_webhooks/abonnement/"
BEZORGINGEN = "/beheer/portaal_webhooks/bezorging/"


def doe(client: Client, actie: str, *pks: Any, lijst: str = LIJST) -> str:
    velden = {"action": actie, "_selected_action": [str(pk) for pk in pks]}
    return client.post(lijst, velden, follow=True).content.decode()


def test_een_beheerder_maakt_een_abonnement_en_ziet_het_geheim_een_keer(client, zaaksysteem):
    log_in_beheer(client)
    velden = {"applicatie": str(zaaksysteem.pk), "naam": "GZAC", "url": "https://gzac.voorbeeld.nl/haak", "contact": ""}
    pagina = client.post(f"{LIJST}add/", velden, follow=True).content.decode()
    abonnement = Abonnement.objects.get()
    [geheim] = abonnement.geldige_geheimen()
    assert geheim in pagina
    wijzig = client.get(f"{LIJST}{abonnement.pk}/change/").content.decode()
    assert geheim not in wijzig
    client.post(
        f"{LIJST}{abonnement.pk}/change/",
        {**velden, "naam": "GZAC 2", "types": ["nl.overheid.taken.externetaak-verwerkt"]},
    )
    abonnement.refresh_from_db()
    assert (abonnement.naam, abonnement.types) == ("GZAC 2", ["nl.overheid.taken.externetaak-verwerkt"])
    door = Gebeurtenis.objects.filter(record_id=abonnement.pk).values_list("actor_soort", flat=True)
    assert set(door) == {"medewerker"}


def test_een_intern_adres_is_een_fout_bij_het_veld(client, zaaksysteem):
    log_in_beheer(client)
    velden = {
        "applicatie": str(zaaksysteem.pk),
        "naam": "GZAC",
        "url": "https://10.0.0.8/haak",
        "contact": "geen adres",
    }
    pagina = client.post(f"{LIJST}add/", velden).content.decode()
    assert "intern netwerk" in pagina
    assert 'value="https://10.0.0.8/haak"' in pagina  # wat was ingevuld staat er nog
    assert not Abonnement.objects.exists()


def test_testen_uitzetten_aanzetten_nieuw_geheim_en_verwijderen(client, zaaksysteem):
    log_in_beheer(client)
    with luister() as bel:
        abonnement, geheim = abonneer(zaaksysteem, bel.url)
        doe(client, "stuur_testbericht", abonnement.pk)
        assert bezorg() == 1
        assert len(bel.gekregen) == 1
        rij = Bezorging.objects.get()
        assert str(rij.gedaan.get().status) in client.get(f"{BEZORGINGEN}{rij.pk}/change/").content.decode()
        doe(client, "stuur_opnieuw", rij.pk, lijst=BEZORGINGEN)
        assert bezorg() == 1
    doe(client, "zet_uit", abonnement.pk)
    assert Abonnement.objects.get().actief is False
    doe(client, "zet_aan", abonnement.pk)
    assert Abonnement.objects.get().actief is True
    pagina = doe(client, "vernieuw_geheim", abonnement.pk)
    nieuw = Abonnement.objects.get().geldige_geheimen()
    assert nieuw[0] in pagina
    assert nieuw[1] == geheim
    doe(client, "verwijder", abonnement.pk)
    assert "0 abonnementen" in client.get(LIJST).content.decode()


def test_een_gepauzeerd_abonnement_valt_op(client, zaaksysteem):
    log_in_beheer(client)
    abonnement, _geheim = abonneer(zaaksysteem, "https://gzac.voorbeeld.nl/haak")
    handelingen.pauzeer(abonnement.pk, "al 3 dagen niets af te geven: geen verbinding")
    pagina = client.get(LIJST).content.decode()
    assert "1 abonnement is gepauzeerd" in pagina
    assert "gepauzeerd: afgeven lukt niet" in pagina
    doe(client, "zet_aan", abonnement.pk)
    assert "is gepauzeerd" not in client.get(LIJST).content.decode()


def test_een_behandelaar_kijkt_maar_stuurt_niets_opnieuw(client, zaaksysteem):
    abonnement, _geheim = abonneer(zaaksysteem, "https://gzac.voorbeeld.nl/haak")
    rij = handelingen.probeer(abonnement.pk, Partij.systeem(zaaksysteem))
    Bezorging.objects.update(stand=Stand.MISLUKT)
    log_in_beheer(client, rol="behandelaar")
    assert client.get(LIJST).status_code == 200
    assert "Dat mag u niet" in doe(client, "stuur_opnieuw", rij.pk, lijst=BEZORGINGEN)
    assert client.post(f"{LIJST}add/", {}).status_code == 403
    assert Bezorging.objects.get().stand == Stand.MISLUKT
