"""Marieke stelt een koppeling in en werkt de koppelfouten af."""

import pytest
from django.urls import reverse

from portaal.formulieren.handelingen import zet_klaar
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.inloggen.partij import PORTAAL
from portaal.objecten.models import Koppelfout, Koppelfoutsoort, Koppeling, Objectmelding
from portaal.objecten.tasks import bewaak
from taken.models import Status, Taak
from tests import wereld
from tests.inloggen.hulp import log_in_beheer
from tests.objecten.conftest import AANVULLEND
from tests.objecten.gzac import GEHEIM, V1_TYPE, Gzac, OpenNotificaties, v1

pytestmark = pytest.mark.django_db

LIJST = "/beheer/portaal_objecten/koppelfout/"


@pytest.fixture
def marieke(client):
    return log_in_beheer(client)


def taak(uuid: str) -> Taak:
    return Taak.objects.als_systeem("test").get(pk=uuid)


def knop(client, fout: Koppelfout, wat: str, **velden: str) -> str:
    antwoord = client.post(reverse("admin:portaal_objecten_koppelfout_knop", args=[fout.pk, wat]), velden, follow=True)
    return str(antwoord.content.decode())


def ingevuld(applicatie, **velden: str) -> dict[str, str]:
    return {
        "applicatie": str(applicatie.pk),
        "actief": "on",
        "basis_url": "https://mijn.voorbeeld.nl/objecten/api/v2/",
        "objecttypen_url": "",
        "notificaties_url": "https://nrc.voorbeeld.nl/api/v1/",
        "client_id": "portaal",
        "nieuw_geheim": GEHEIM,
        "verwerkt_binnen": "24",
        "tijdzone": "UTC",
        "linkparameter": "",
        "typen-TOTAL_FORMS": "1",
        "typen-INITIAL_FORMS": "0",
        "typen-0-uuid": V1_TYPE,
        "typen-0-versie": "1",
        "typen-0-dialect": "portaaltaak",
        "formulieren-TOTAL_FORMS": "0",
        "formulieren-INITIAL_FORMS": "0",
        **velden,
    }


NIEUW = "/beheer/portaal_objecten/koppeling/add/"


def test_marieke_maakt_een_koppeling_en_ziet_het_geheim_nooit_terug(client, marieke):
    applicatie = wereld.applicatie("GZAC")

    assert client.post(NIEUW, ingevuld(applicatie)).status_code == 302

    koppeling = Koppeling.objects.get()
    assert koppeling.geheim == GEHEIM
    assert str(koppeling.typen.get().uuid) == V1_TYPE
    adres = reverse("admin:portaal_objecten_koppeling_change", args=[koppeling.pk])
    assert GEHEIM not in client.get(adres).content.decode()
    zonder = ingevuld(applicatie, nieuw_geheim="", client_id="ander")
    zonder |= {"typen-INITIAL_FORMS": "1", "typen-0-id": str(koppeling.typen.get().pk)}
    zonder |= {"typen-0-koppeling": str(koppeling.pk)}
    assert client.post(adres, zonder).status_code == 302
    koppeling.refresh_from_db()
    assert (koppeling.client_id, koppeling.geheim) == ("ander", GEHEIM)


@pytest.mark.lang
@pytest.mark.parametrize(
    ("velden", "uitleg"),
    [
        ({"basis_url": "https://mijn.voorbeeld.nl/objecten/api/v2"}, "schuine streep"),
        ({"nieuw_geheim": "kort"}, "ten minste 32 tekens"),
        ({"nieuw_geheim": ""}, "Vul het geheim in"),
        ({"tijdzone": "Europa/Amsterdam"}, "Deze tijdzone bestaat niet"),
        ({"client_id": ""}, "Vul het client id in"),
    ],
)
def test_wat_niet_klopt_zegt_het_formulier_erbij(client, marieke, velden, uitleg):
    pagina = client.post(NIEUW, ingevuld(wereld.applicatie("GZAC"), **velden))

    assert pagina.status_code == 200
    assert uitleg in pagina.content.decode()
    assert not Koppeling.objects.exists()


def test_marieke_probeert_de_notificaties_api(client, marieke, koppeling, open_notificaties: OpenNotificaties):
    adres = reverse("admin:portaal_objecten_koppeling_proef", args=[koppeling.pk])
    assert "kent het kanaal objecten" in client.post(adres, follow=True).content.decode()

    open_notificaties.kanalen.clear()
    assert "en is nu gemaakt" in client.post(adres, follow=True).content.decode()
    assert open_notificaties.kanalen[0]["naam"] == "objecten"

    Koppeling.objects.update(notificaties_url="http://127.0.0.1:9/api/v1/")
    assert "is niet te bereiken" in client.post(adres, follow=True).content.decode()


@pytest.mark.lang
def test_een_fout_geheim_zegt_de_proef_ook(client, marieke, koppeling):
    koppeling.geheim = "een-ander-geheim-van-meer-dan-32-tekens"
    koppeling.save()

    pagina = client.post(reverse("admin:portaal_objecten_koppeling_proef", args=[koppeling.pk]), follow=True)

    assert "kent dit client id of geheim niet" in pagina.content.decode()


# --- de werklijst ------------------------------------------------------------------------------------------------------------
def test_een_onbekend_formulier_toevoegen_en_opnieuw_lezen(client, marieke, gzac: Gzac, koppeling):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA, formulier={"type": "id", "value": "nieuw"}))
    fout = Koppelfout.objects.get()
    lijst = client.get(LIJST).content.decode()
    assert "Formulier niet bekend" in lijst
    assert wereld.BSN_FATIMA not in lijst
    assert "klopt nog niet" in knop(client, fout, "opnieuw-lezen")

    zet_klaar("nieuw", "Nieuw", AANVULLEND, [koppeling.applicatie], PORTAAL)
    assert "De taak klopt nu." in knop(client, fout, "opnieuw-lezen")

    assert taak(gemaakt["uuid"]).details == {
        "formulierDefinitie": {**AANVULLEND, "herkomst": {"id": "nieuw", "versie": 1}}
    }
    assert f"{LIJST}{fout.pk}/change/" not in client.get(LIJST).content.decode()
    assert f"{LIJST}{fout.pk}/change/" in client.get(LIJST, {"stand": "afgehandeld"}).content.decode()
    fout.refresh_from_db()
    assert fout.afgehandeld_door == marieke.pk
    laatste = Gebeurtenis.objects.filter(record_id=gemaakt["uuid"]).order_by("-nummer")[0]
    assert (laatste.actor_soort, laatste.actor, laatste.namens) == ("medewerker", marieke.pk, koppeling.applicatie.pk)


@pytest.mark.lang
def test_een_website_toestaan_en_opnieuw_lezen(client, marieke, gzac: Gzac, koppeling):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA, formulier={"type": "url", "value": "https://nieuw.voorbeeld.test/f"}))
    fout = Koppelfout.objects.get()
    koppeling.applicatie.formulier_hosts = ["nieuw.voorbeeld.test"]
    koppeling.applicatie.save()

    assert "De taak klopt nu." in knop(client, fout, "opnieuw-lezen")

    assert taak(gemaakt["uuid"]).uitvoerlink == "https://nieuw.voorbeeld.test/f"


@pytest.fixture
def niet_verwerkt(gzac: Gzac, koppeling) -> Koppelfout:
    koppeling.verwerkt_binnen = 0
    koppeling.save()
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    gzac.patch_v1(gemaakt, "ingediend")
    bewaak()
    return Koppelfout.objects.get(soort=Koppelfoutsoort.NIET_VERWERKT)


def test_wat_niet_verwerkt_is_nog_eens_melden(client, marieke, niet_verwerkt, open_notificaties, werkers):
    werkers()
    eerder = [m["aanmaakdatum"] for m in open_notificaties.meldingen]

    assert "De melding gaat opnieuw uit." in knop(client, niet_verwerkt, "opnieuw-melden")

    werkers()
    assert open_notificaties.meldingen[-1]["actie"] == "update"
    assert open_notificaties.meldingen[-1]["aanmaakdatum"] not in eerder  # GZAC zou hem anders weggooien
    assert Objectmelding.objects.count() == 3


def test_wat_niet_verwerkt_is_met_de_hand_op_verwerkt_zetten(client, marieke, niet_verwerkt):
    assert "De taak staat op verwerkt." in knop(client, niet_verwerkt, "verwerkt")

    assert taak(str(niet_verwerkt.object)).status == Status.VERWERKT
    niet_verwerkt.refresh_from_db()
    assert not niet_verwerkt.open
    assert "De taak staat op verwerkt." in knop(client, niet_verwerkt, "verwerkt")  # nog eens klikken mag


@pytest.mark.lang
def test_wat_niet_meer_nodig_is_intrekken_met_een_reden(client, marieke, niet_verwerkt):
    assert "Vul een reden in" in knop(client, niet_verwerkt, "intrekken", reden="  ")

    assert "De taak is ingetrokken." in knop(client, niet_verwerkt, "intrekken", reden="Het is al geregeld.")

    assert (taak(str(niet_verwerkt.object)).status, taak(str(niet_verwerkt.object)).reden) == (
        Status.AFGEBROKEN,
        "Het is al geregeld.",
    )


def test_een_behandelaar_kijkt_mee_maar_lost_niets_op(client, niet_verwerkt):
    log_in_beheer(client, rol="behandelaar")
    adres = reverse("admin:portaal_objecten_koppelfout_change", args=[niet_verwerkt.pk])

    assert "Zet de taak op verwerkt" not in client.get(adres).content.decode()
    knop_adres = reverse("admin:portaal_objecten_koppelfout_knop", args=[niet_verwerkt.pk, "verwerkt"])
    assert client.post(knop_adres).status_code == 403
    assert taak(str(niet_verwerkt.object)).status == Status.UITGEVOERD


def test_een_knop_die_niet_bij_de_fout_hoort_doet_niets(client, marieke, gzac: Gzac):
    gzac.maak(v1(wereld.BSN_FATIMA, formulier={"type": "id", "value": "nieuw"}))
    fout = Koppelfout.objects.get()
    for wat in ("verwerkt", "intrekken", "opnieuw-melden", "iets"):
        adres = reverse("admin:portaal_objecten_koppelfout_knop", args=[fout.pk, wat])
        assert client.post(adres).status_code == 403
    assert (
        client.get(reverse("admin:portaal_objecten_koppelfout_knop", args=[fout.pk, "afgehandeld"])).status_code == 403
    )


@pytest.mark.lang
def test_hetzelfde_probleem_nog_eens_is_dezelfde_regel(gzac: Gzac):
    for _n in range(3):
        gzac.maak_ruw(v1("123456789"))

    assert Koppelfout.objects.get().aantal == 3
