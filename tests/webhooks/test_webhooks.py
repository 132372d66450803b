"""Webhooks: wie iets wil horen, hoort het; ondertekend, zonder gegevens, en nooit op een intern adres."""

import base64
import hmac
import json
import socket
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.urls import resolve
from django.utils import timezone

from portaal import uitgaand
from portaal.betrokkenen.models import Grant
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.tasks import lever_af
from portaal.gebeurtenissen.wachtrij import Stand
from portaal.inloggen.partij import Partij
from portaal.webhooks import cloudevents, handelingen, ontvanger
from portaal.webhooks.checks import proxy_klopt
from portaal.webhooks.models import Bezorging, Poging
from portaal.webhooks.tasks import bezorg, ruim_op, verdeel_gebeurtenissen
from taken import handelingen as taken
from tests import wereld
from tests.webhooks.conftest import abonneer, roep_als, tot_alles_klaar_is
from tests.webhooks.ontvanger import certificaat, druppelt, enorm, luister, proxy_naar, stuur

met_commit = pytest.mark.django_db(transaction=True)
pytestmark = [met_commit, pytest.mark.usefixtures("lokaal")]


def ronde() -> int:
    """Wat de workers doen als zij gewekt worden."""
    tot_alles_klaar_is()
    verdeel_gebeurtenissen()
    return bezorg()


def klopt(geheim: str, koppen: dict[str, str], inhoud: bytes) -> bool:
    """Controleer zoals een ontvanger dat doet (Standard Webhooks)."""
    sleutel = base64.b64decode(geheim.removeprefix("whsec_"))
    getekend = f"{koppen['webhook-id']}.{koppen['webhook-timestamp']}.".encode() + inhoud
    verwacht = base64.b64encode(hmac.digest(sleutel, getekend, "sha256")).decode()
    return any(hmac.compare_digest(f"v1,{verwacht}", deel) for deel in koppen["webhook-signature"].split(" "))


# --- Wat er komt ------------------------------------------------------------------------------------------------------------
def test_het_zaaksysteem_hoort_dat_een_taak_gedaan_is(zaaksysteem):
    with luister() as bel:
        _abonnement, geheim = abonneer(zaaksysteem, bel.url)
        taak = wereld.taak()
        taken.voer_uit(taak.pk, Partij.systeem(zaaksysteem))
        ronde()
    events = [json.loads(inhoud) for _koppen, inhoud in bel.gekregen]
    assert [e["type"] for e in events if e["subject"] == str(taak.pk)] == [
        "nl.overheid.taken.externetaak-geregistreerd",
        "nl.overheid.taken.externetaak-uitgevoerd",
    ]
    koppen, inhoud = bel.gekregen[-1]
    assert koppen["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert koppen["webhook-id"] == events[-1]["id"]
    assert klopt(geheim, koppen, inhoud)
    assert not klopt(geheim, koppen, inhoud + b" ")
    assert {b.stand for b in Bezorging.objects.all()} == {Stand.KLAAR}
    assert ronde() == 0  # niets komt twee keer


def test_een_event_is_een_cloudevent_zonder_persoonsgegevens(zaaksysteem):
    taak = wereld.taak()
    gebeurtenis = Gebeurtenis.objects.get(record_id=taak.pk)
    event = cloudevents.als_cloudevent(gebeurtenis)
    assert event | {"time": "", "id": ""} == {
        "specversion": "1.0",
        "id": "",
        "source": "urn:nld:voorbeeld:systeem:mijn-omgeving",
        "type": "nl.overheid.taken.externetaak-geregistreerd",
        "subject": str(taak.pk),
        "time": "",
        "sequence": "1",
        "sequencetype": "Integer",
        "datacontenttype": "application/json",
        "dataref": f"http://testserver/taken/api/v1/externetaken/{taak.pk}",
        "data": {"soort": "taak", "uuid": str(taak.pk), "nummer": 1, "door": "applicatie", "status": "open"},
    }
    assert event["time"].endswith("Z")
    tekst = json.dumps(event)
    for geheim in (wereld.BSN_FATIMA, "loonstrook", str(taak.betrokkene_id)):
        assert geheim not in tekst


def test_elk_type_heeft_de_vorm_van_open_vtb_en_elke_dataref_bestaat():
    for type_ in cloudevents.TYPES.values():
        assert type_.startswith("nl.overheid.")
        assert len(type_.split(".")) == 4
    assert {
        f"nl.overheid.taken.externetaak-{w}"
        for w in ("geregistreerd", "herinnerd", "uitgevoerd", "verwerkt", "afgebroken", "verlopen")
    } <= set(cloudevents.SOORTEN)
    for van_de_persoon in (Soort.VERZOEK_BEGONNEN, Soort.VERZOEK_CONCEPT_VERLOPEN, Soort.TAAK_HERINNERING_GEKOZEN):
        assert van_de_persoon not in cloudevents.TYPES
    for pad in cloudevents.PADEN.values():
        assert resolve(f"{pad}019a0000-0000-7000-8000-000000000000")


def test_alleen_de_types_waar_om_gevraagd_is(zaaksysteem):
    with luister() as bel:
        abonneer(zaaksysteem, bel.url, "nl.overheid.taken.externetaak-uitgevoerd")
        taak = wereld.taak()
        taken.voer_uit(taak.pk, Partij.systeem(zaaksysteem))
        ronde()
    assert [json.loads(i)["type"] for _k, i in bel.gekregen] == ["nl.overheid.taken.externetaak-uitgevoerd"]


def test_een_ander_systeem_hoort_niets_tenzij_het_toestemming_heeft(zaaksysteem):
    formulieren, vreemd = wereld.applicatie("Formulieren"), wereld.applicatie("Vreemd systeem")
    Grant.objects.create(eigenaar=zaaksysteem, uitvoerder=formulieren)
    with luister() as eigen, luister() as ander:
        abonneer(formulieren, eigen.url, "nl.overheid.taken.externetaak-geregistreerd")
        abonneer(vreemd, ander.url, "nl.overheid.taken.externetaak-geregistreerd")
        taak = wereld.taak()
        ronde()
    assert [json.loads(i)["subject"] for _k, i in eigen.gekregen] == [str(taak.pk)]
    assert ander.gekregen == []


def test_wat_voor_het_abonnement_gebeurde_komt_niet_meer(zaaksysteem):
    wereld.taak()
    with luister() as bel:
        abonneer(zaaksysteem, bel.url, "nl.overheid.taken.externetaak-geregistreerd")
        ronde()
    assert bel.gekregen == []


# --- Ontvangers die het moeilijk maken ------------------------------------------------------------------------------------------
def test_eerst_500_dan_200_komt_met_hetzelfde_kenmerk_alsnog_aan(zaaksysteem):
    with luister(500, 200) as bel:
        abonnement, _geheim = abonneer(zaaksysteem, bel.url, "nl.overheid.taken.externetaak-geregistreerd")
        wereld.taak()
        assert ronde() == 1
        assert Bezorging.objects.get().stand == Stand.WACHT
        abonnement.refresh_from_db()
        assert abonnement.mislukt_op_rij == 1
        with time_machine.travel(timezone.now() + timedelta(minutes=1)):
            assert ronde() == 1
    assert len({koppen["webhook-id"] for koppen, _i in bel.gekregen}) == 1
    assert len({inhoud for _k, inhoud in bel.gekregen}) == 1
    assert [(p.status, p.fout) for p in Poging.objects.all()] == [(500, "antwoordt met status 500"), (200, "")]
    abonnement.refresh_from_db()
    assert (abonnement.mislukt_op_rij, abonnement.mislukt_sinds) == (0, None)


def test_een_dode_ontvanger_kost_een_poging_per_keer_en_houdt_een_ander_niet_op(zaaksysteem):
    with socket.socket() as dicht:
        dicht.bind(("127.0.0.1", 0))
        dood = f"http://127.0.0.1:{dicht.getsockname()[1]}/"
        with luister() as goed:
            abonneer(zaaksysteem, dood, "nl.overheid.taken.externetaak-geregistreerd")
            abonneer(zaaksysteem, goed.url, "nl.overheid.taken.externetaak-geregistreerd")
            for _ in range(5):
                wereld.taak()
            ronde()
    assert len(goed.gekregen) == 5
    assert Poging.objects.filter(fout="geen verbinding").count() == 1


def test_wie_drie_dagen_niet_antwoordt_wordt_gepauzeerd_en_na_hervatten_komt_alles_alsnog(zaaksysteem, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with luister(503) as bel:
        abonnement, _geheim = abonneer(
            zaaksysteem, bel.url, "nl.overheid.taken.externetaak-geregistreerd", contact="beheer@zaaksysteem.test"
        )
        wereld.taak()
        ronde()
        with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
            ronde()
            abonnement.refresh_from_db()
            assert abonnement.gepauzeerd_op is not None
            assert abonnement.actief is False
            lever_af()
            assert mail.outbox[0].to == ["beheer@zaaksysteem.test"]
            assert "503" in mail.outbox[0].body
            wereld.taak()  # gebeurt tijdens de pauze
            gekregen = len(bel.gekregen)
            assert ronde() <= 1
            assert len(bel.gekregen) == gekregen
            bel.antwoorden = [200]
            handelingen.wijzig(abonnement.pk, {"actief": True}, Partij.systeem(zaaksysteem))
            ronde()
    assert len(bel.gekregen) == gekregen + 2
    soorten = list(Gebeurtenis.objects.filter(record_soort="abonnement").values_list("soort", flat=True))
    assert soorten == [Soort.ABONNEMENT_AANGEMAAKT, Soort.ABONNEMENT_GEPAUZEERD, Soort.ABONNEMENT_HERVAT]


@pytest.mark.parametrize("status", [429, 503])
def test_wie_vraagt_om_te_wachten_krijgt_zo_lang_niets_ook_niets_nieuws(zaaksysteem, status):
    with luister(lambda _o, v: stuur(v, status, **{"Retry-After": "1800"}), 200) as bel:
        abonneer(zaaksysteem, bel.url, "nl.overheid.taken.externetaak-geregistreerd")
        wereld.taak()
        assert ronde() == 1
        wereld.taak()  # komt erbij terwijl het abonnement rust
        with time_machine.travel(timezone.now() + timedelta(minutes=29)):
            assert ronde() == 0
        with time_machine.travel(timezone.now() + timedelta(minutes=31)):
            assert ronde() == 2
            wereld.taak()
            assert ronde() == 1  # daarna rust het niet meer
    assert len(bel.gekregen) == 4


def test_ook_een_moment_om_op_te_wachten_telt_maar_nooit_langer_dan_twee_uur(zaaksysteem):
    over_een_half_uur = format_datetime(timezone.now() + timedelta(minutes=30), usegmt=True)
    for kop, vroegst, laatst in (
        (over_een_half_uur, timedelta(minutes=29), timedelta(minutes=31)),
        ("864000", timedelta(minutes=119), timedelta(minutes=121)),
        ("Wed, 01 Jan 2020 00:00:00 GMT", timedelta(0), timedelta(minutes=1)),
        ("straks", timedelta(0), timedelta(minutes=1)),
    ):
        with luister(lambda _o, v, kop=kop: stuur(v, 503, **{"Retry-After": kop})) as bel:
            abonnement, _geheim = abonneer(zaaksysteem, bel.url, "nl.overheid.taken.externetaak-geregistreerd")
            wereld.taak()
            nu_ = timezone.now()
            ronde()
        rij = Bezorging.objects.get(abonnement=abonnement)
        assert nu_ + vroegst < rij.volgende_op < nu_ + laatst, kop
        handelingen.verwijder(abonnement.pk, Partij.systeem(zaaksysteem))


def test_een_gewone_fout_met_retry_after_wacht_niet_langer(zaaksysteem):
    with luister(lambda _o, v: stuur(v, 500, **{"Retry-After": "1800"})) as bel:
        abonneer(zaaksysteem, bel.url, "nl.overheid.taken.externetaak-geregistreerd")
        wereld.taak()
        ronde()
    assert Bezorging.objects.get().volgende_op < timezone.now() + timedelta(minutes=1)


def test_410_betekent_niet_meer_sturen(zaaksysteem):
    with luister(410) as bel:
        abonnement, _geheim = abonneer(zaaksysteem, bel.url)
        ronde()
    abonnement.refresh_from_db()
    assert abonnement.pauze_reden == "de ontvanger wil geen berichten meer (410)"


def test_een_omleiding_wordt_niet_gevolgd(zaaksysteem):
    with luister() as geheim, luister(lambda _o, v: stuur(v, 302, Location=geheim.url)) as bel:
        abonneer(zaaksysteem, bel.url, "nl.overheid.taken.externetaak-geregistreerd")
        wereld.taak()
        ronde()
    assert geheim.gekregen == []
    assert Poging.objects.get().fout == "stuurt door naar een ander adres"


def test_wie_druppelt_of_eindeloos_antwoordt_houdt_geen_worker_bezig(zaaksysteem, monkeypatch):
    monkeypatch.setattr(ontvanger, "GEHEEL", 0.5)
    with luister(druppelt) as traag, luister(enorm) as lang:
        with pytest.raises(ontvanger.VerbindFout, match="duurde te lang"):
            ontvanger.geef_af(traag.url, b"{}", {})
        assert ontvanger.geef_af(lang.url, b"{}", {}) == 200


# --- Interne adressen -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://localhost/", "https://10.0.0.8/", "https://169.254.169.254/latest/meta-data",
        "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://192.168.1.1:8443/",
        "https://0.0.0.0/", "https://100.64.0.1/", "https://kluis.internal/", "https://224.0.0.1/",
        "http://voorbeeld.nl/", "ftp://voorbeeld.nl/", "https://ik:geheim@voorbeeld.nl/", "https://voorbeeld.nl:99999/",
        "https://", "niets", "https://voorbeeld.nl/\r\nX: y",
    ],
)  # fmt: skip
def test_naar_een_intern_of_onmogelijk_adres_wil_de_portaal_niet(zaaksysteem, settings, url):
    settings.WEBHOOKS_INTERN = []
    antwoord = roep_als(zaaksysteem)("post", "/webhooks/api/v1/abonnementen", {"naam": "x", "callbackUrl": url})
    assert antwoord.status_code == 400
    assert antwoord.json()["invalidParams"][0]["name"] == "callbackUrl"


def test_een_naam_die_naar_binnen_wijst_wordt_bij_het_afgeven_geweigerd(zaaksysteem, settings, monkeypatch):
    settings.WEBHOOKS_INTERN = []
    abonneer(zaaksysteem, "https://haak.voorbeeld.nl/", "nl.overheid.taken.externetaak-geregistreerd")
    wereld.taak()
    # Een goed adres ernaast helpt niet: alles wat de naam geeft moet deugen.
    wijst_naar = [("93.184.216.34", 443), ("10.0.0.8", 443)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", adres) for adres in wijst_naar])
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("er is verbonden"))
    ronde()
    assert "intern netwerk" in Poging.objects.get().fout


def test_er_wordt_verbonden_met_het_adres_dat_is_gecontroleerd(monkeypatch):
    """DNS rebinding: de naam wijst bij de tweede vraag ergens anders heen."""
    vragen: list[Any] = []
    verbonden: list[Any] = []

    def zoek(*vraag: Any, **meer: Any) -> Any:
        vragen.append(vraag)
        return [(2, 1, 6, "", ("93.184.216.34" if len(vragen) == 1 else "127.0.0.1", 443))]

    def verbind(adres: Any, *rest: Any) -> Any:
        verbonden.append(adres)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", zoek)
    monkeypatch.setattr(socket, "create_connection", verbind)
    with pytest.raises(ontvanger.VerbindFout, match="geen verbinding"):
        ontvanger.geef_af("https://haak.voorbeeld.nl/", b"{}", {})
    assert len(vragen) == 1
    assert verbonden == [("93.184.216.34", 443)]


# --- Door een proxy -----------------------------------------------------------------------------------------------------
@pytest.fixture
def wijst_naar(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Waar haak.voorbeeld.nl naar wijst; elke andere naam gaat de gewone weg."""
    adressen = ["93.184.216.34"]
    echt = socket.getaddrinfo

    def zoek(naam: Any, poort: Any, *rest: Any, **meer: Any) -> Any:
        if naam == "haak.voorbeeld.nl":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (adres, poort)) for adres in adressen]
        return echt(naam, poort, *rest, **meer)

    monkeypatch.setattr(socket, "getaddrinfo", zoek)
    return adressen


def test_door_een_proxy_gaat_het_naar_het_gecontroleerde_adres_met_het_certificaat_van_de_naam(
    settings, monkeypatch, tmp_path, wijst_naar
):
    server, vertrouwt = certificaat("haak.voorbeeld.nl", tmp_path)
    monkeypatch.setattr(uitgaand, "_tls", lambda: vertrouwt)
    with luister(tls=server) as bel, proxy_naar(bel) as proxy:
        settings.UITGAANDE_PROXY = proxy.url.replace("http://", "http://portaal:ge%40heim@")
        assert ontvanger.geef_af("https://haak.voorbeeld.nl/haak", b"{}", {}) == 200
    wie = base64.b64encode(b"portaal:ge@heim").decode()
    assert proxy.gevraagd == [
        ["CONNECT 93.184.216.34:443 HTTP/1.1", "Host: 93.184.216.34:443", f"Proxy-Authorization: Basic {wie}"]
    ]
    assert bel.gekregen[0][0]["host"] == "haak.voorbeeld.nl"


def test_wat_naar_binnen_wijst_wordt_de_proxy_niet_gevraagd(settings, wijst_naar):
    wijst_naar[:] = ["93.184.216.34", "10.0.0.8"]
    with luister() as bel, proxy_naar(bel) as proxy:
        settings.UITGAANDE_PROXY = proxy.url
        with pytest.raises(ontvanger.AdresFout, match="intern netwerk"):
            ontvanger.geef_af("https://haak.voorbeeld.nl/", b"{}", {})
    assert proxy.gevraagd == []


def test_een_toegestaan_intern_netwerk_bereikt_de_portaal_zelf(settings):
    with luister() as bel, proxy_naar(bel) as proxy:
        settings.UITGAANDE_PROXY = proxy.url
        assert ontvanger.geef_af(bel.url, b"{}", {}) == 200
    assert proxy.gevraagd == []


def test_een_proxy_die_weigert_staat_bij_de_poging(zaaksysteem, settings, wijst_naar):
    with luister() as bel, proxy_naar(bel, 403) as proxy:
        settings.UITGAANDE_PROXY = proxy.url
        abonneer(zaaksysteem, "https://haak.voorbeeld.nl/", "nl.overheid.taken.externetaak-geregistreerd")
        wereld.taak()
        ronde()
    poging = Poging.objects.get()
    assert (poging.status, poging.fout) == (None, "de proxy weigert de verbinding (403)")
    assert bel.gekregen == []


@pytest.mark.parametrize(
    ("adres", "goed"),
    [("", True), ("http://proxy.intern:3128", True), ("proxy:3128", False), ("https://proxy.intern", False)],
)
def test_een_proxy_die_geen_adres_is_houdt_de_start_tegen(settings, adres, goed):
    settings.UITGAANDE_PROXY = adres
    assert (proxy_klopt(None) == []) is goed


# --- Het geheim, testen, herhalen, opruimen ----------------------------------------------------------------------
def test_bij_een_nieuw_geheim_gelden_er_even_twee(zaaksysteem):
    with luister() as bel:
        abonnement, oud = abonneer(zaaksysteem, bel.url, "nl.overheid.taken.externetaak-geregistreerd")
        partij = Partij.systeem(zaaksysteem)
        _a, nieuw = handelingen.vernieuw_geheim(abonnement.pk, partij)
        wereld.taak()
        ronde()
        koppen, inhoud = bel.gekregen[-1]
        assert klopt(oud, koppen, inhoud)
        assert klopt(nieuw, koppen, inhoud)
        with time_machine.travel(timezone.now() + timedelta(hours=25)):
            wereld.taak()
            ronde()
            koppen, inhoud = bel.gekregen[-1]
            assert not klopt(oud, koppen, inhoud)
            assert klopt(nieuw, koppen, inhoud)


def test_het_geheim_staat_versleuteld_in_de_database(zaaksysteem):
    from django.db import connection

    _abonnement, geheim = abonneer(zaaksysteem, "https://haak.voorbeeld.nl/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT geheimen FROM portaal_webhooks_abonnement")
        assert geheim.encode() not in bytes(cursor.fetchone()[0])


def test_de_hele_weg_door_de_api(zaaksysteem, roep):
    with luister() as bel:
        gemaakt = roep("post", "/webhooks/api/v1/abonnementen", {"naam": "GZAC", "callbackUrl": bel.url})
        assert gemaakt.status_code == 201
        pad = gemaakt["Location"].removeprefix("http://testserver")
        assert gemaakt.json()["geheim"].startswith("whsec_")
        assert "geheim" not in roep("get", pad).json()
        proef = roep("post", f"{pad}/testberichten")
        assert proef.status_code == 202
        assert bezorg() == 1
        uitkomst = roep("get", proef["Location"].removeprefix("http://testserver")).json()
        assert (uitkomst["stand"], uitkomst["type"]) == ("klaar", cloudevents.TEST)
        assert uitkomst["pogingen"][0]["status"] == 200
        herhaald = roep("post", f"{pad}/bezorgingen/{uitkomst['uuid']}/herhalingen")
        assert herhaald.status_code == 202
        assert bezorg() == 1
        assert len({k["webhook-id"] for k, _i in bel.gekregen}) == 1
    anders = roep("patch", pad, {"types": ["nl.overheid.taken.externetaak-verwerkt"], "naam": "GZAC 2"}).json()
    assert (anders["naam"], anders["types"]) == ("GZAC 2", ["nl.overheid.taken.externetaak-verwerkt"])
    nieuw = roep("post", f"{pad}/geheimen", {"oudGeldigUren": 0})
    assert nieuw.status_code == 201
    assert nieuw.json()["geheim"] != gemaakt.json()["geheim"]
    assert roep("get", f"{pad}/bezorgingen?stand=klaar").json()["count"] == 1
    assert roep("delete", pad).status_code == 204
    assert roep("get", pad).status_code == 404


def test_het_abonnement_van_een_ander_bestaat_niet(zaaksysteem):
    abonnement, _geheim = abonneer(zaaksysteem, "https://haak.voorbeeld.nl/")
    vreemd = roep_als(wereld.applicatie("Vreemd systeem"))
    pad = f"/webhooks/api/v1/abonnementen/{abonnement.pk}"
    for methode, onder in [("get", ""), ("delete", ""), ("get", "/bezorgingen"), ("post", "/testberichten")]:
        assert vreemd(methode, pad + onder).status_code == 404
    assert vreemd("patch", pad, {"naam": "x"}).status_code == 404
    assert vreemd("post", f"{pad}/geheimen", {}).status_code == 404


def test_na_dertig_dagen_is_een_bezorging_weg(zaaksysteem):
    with luister() as bel:
        abonneer(zaaksysteem, bel.url)
        ronde()
    assert Bezorging.objects.exists()
    assert ruim_op() == 0
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert ruim_op() > 0
    assert not Bezorging.objects.exists()
