"""Veel tegelijk: een back-office dat honderd keer hetzelfde stuurt, en mensen en systemen die op hetzelfde moment iets doen."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from portaal.api.models import Token
from portaal.betrokkenen.models import Applicatie, Betrokkene, Identificatie
from portaal.betrokkenen.nummers import elfproef
from portaal.gebeurtenissen import records
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Aflevering, Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.tasks import lever_af
from portaal.gebeurtenissen.wachtrij import Stand
from portaal.inloggen.partij import Partij
from portaal.notificaties.handelingen import bezorgen
from portaal.notificaties.models import Notificatie
from portaal.notificaties.tasks import verstuur_wachtende
from taken import handelingen
from taken.handelingen import basis, eigenaar
from taken.models import Taak
from tests import wereld

pytestmark = pytest.mark.django_db(transaction=True)

URLTAKEN = "/taken/api/v1/urltaken"
HONDERD = 100


def tegelijk(*doen: Callable[[], Any]) -> list[Any]:
    """Voer alles op hetzelfde moment uit, elk in een eigen draad met een eigen verbinding; geeft de uitkomsten."""
    uit: list[Any] = [None] * len(doen)
    streep = threading.Barrier(len(doen))

    def draai(nummer: int, doe: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            streep.wait(60)
            uit[nummer] = doe()
        except Exception as fout:  # noqa: BLE001  (de test wil zien wat er misging)
            uit[nummer] = fout
        finally:
            connection.close()

    draden = [threading.Thread(target=draai, args=paar) for paar in enumerate(doen)]
    for draad in draden:
        draad.start()
    for draad in draden:
        draad.join(120)
    return uit


def hoeveel_tegelijk() -> int:
    """Honderd, of minder als deze database zoveel verbindingen niet toelaat."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW max_connections")
        return min(HONDERD, int(cursor.fetchone()[0]) - 20)


def verzoek(**velden: Any) -> dict[str, Any]:
    return {
        "titel": "Stuur uw loonstrook op",
        "isToegewezenAan": f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}",
        "details": {"uitvraagLink": "https://formulieren.voorbeeld.test/loonstrook"},
        **velden,
    }


@pytest.fixture
def zaaksysteem() -> Applicatie:
    return wereld.applicatie()


@pytest.fixture
def stuur(zaaksysteem: Applicatie) -> Callable[..., Any]:
    """Stuur een verzoek als het zaaksysteem: `stuur("post", pad, inhoud, **koppen)`."""
    geheim = Token.maak(zaaksysteem, "test", ["taken:lezen", "taken:schrijven"])[1]

    def doe(methode: str, pad: str, inhoud: Any, **koppen: str) -> Any:
        client = Client(raise_request_exception=False)
        koppen["authorization"] = f"Token {geheim}"
        return getattr(client, methode)(pad, inhoud, content_type="application/json", headers=koppen)

    return doe


@pytest.mark.parametrize(
    ("inhoud", "koppen", "antwoorden"),
    [
        pytest.param({}, {"idempotency_key": "verzoek-1"}, {201}, id="zelfde Idempotency-Key"),
        pytest.param({"bronReferentie": "Z-1-loonstrook"}, {}, {200, 201}, id="zelfde bronReferentie"),
        pytest.param({"verwerkerTaakId": "task-1"}, {}, {200, 201}, id="zelfde verwerkerTaakId"),
        pytest.param(
            {"bronReferentie": "Z-1-loonstrook"}, {"idempotency_key": "verzoek-1"}, {201},
            id="sleutel en bronReferentie", marks=pytest.mark.lang,
        ),
    ],
)  # fmt: skip
def test_honderd_keer_hetzelfde_tegelijk_maakt_een_taak(stuur, inhoud, koppen, antwoorden):
    body = verzoek(**inhoud)

    uit = tegelijk(*[lambda: stuur("post", URLTAKEN, body, **koppen)] * hoeveel_tegelijk())

    telling = Counter(getattr(antwoord, "status_code", repr(antwoord)) for antwoord in uit)
    assert set(telling) == antwoorden
    if antwoorden == {200, 201}:
        assert telling[201] == 1
    (taak,) = Taak.objects.als_systeem("test")
    assert {antwoord.json()["uuid"] for antwoord in uit} == {str(taak.pk)}
    assert (Betrokkene.objects.count(), Identificatie.objects.count()) == (1, 1)
    assert (Gebeurtenis.objects.count(), Aflevering.objects.count()) == (1, 1)
    assert controleer_alles() == []


def test_dezelfde_sleutel_met_telkens_iets_anders_maakt_een_taak_en_verder_conflicten(stuur):
    uit = tegelijk(
        *[
            lambda n=n: stuur("post", URLTAKEN, verzoek(titel=f"Taak {n}"), idempotency_key="verzoek-1")
            for n in range(20)
        ]
    )

    assert Counter(antwoord.status_code for antwoord in uit) == {201: 1, 409: 19}
    assert Taak.objects.als_systeem("test").count() == 1


def test_twee_verschillende_taken_voor_iemand_die_nog_niet_bekend_is_maken_een_betrokkene(stuur):
    uit = tegelijk(*[lambda n=n: stuur("post", URLTAKEN, verzoek(titel=f"Taak {n}")) for n in range(2)])

    assert [antwoord.status_code for antwoord in uit] == [201, 201]
    assert (Betrokkene.objects.count(), Identificatie.objects.count()) == (1, 1)
    assert Taak.objects.als_systeem("test").values("betrokkene").distinct().count() == 1


def test_een_bedrijf_en_zijn_vestigingen_tegelijk_nieuw_horen_bij_elkaar(stuur):
    bedrijf = f"urn:nld:hr:kvknummer:{wereld.KVK_DE_HOEK}"
    vestiging = f"{bedrijf}:vestigingsnummer:{wereld.VESTIGING_DE_HOEK}"

    uit = tegelijk(
        *[
            lambda n=n: stuur("post", URLTAKEN, verzoek(titel=f"Taak {n}", isToegewezenAan=(bedrijf, vestiging)[n % 2]))
            for n in range(10)
        ]
    )

    assert {antwoord.status_code for antwoord in uit} == {201}
    assert Betrokkene.objects.count() == 2
    assert Betrokkene.objects.get(soort="vestiging").onderdeel_van == Betrokkene.objects.get(soort__startswith="niet")


def test_twee_wijzigingen_tegelijk_staan_allebei_in_het_boek_en_de_keten_klopt(stuur, zaaksysteem):
    taak = wereld.taak(zaaksysteem)
    pad = f"/taken/api/v1/externetaken/{taak.pk}"

    uit = tegelijk(
        lambda: stuur("patch", pad, {"titel": "Stuur uw jaaropgaaf op"}),
        lambda: stuur("patch", pad, {"toelichting": "Wij rekenen het opnieuw uit."}),
    )

    assert [antwoord.status_code for antwoord in uit] == [200, 200]
    na = Taak.objects.als_systeem("test").get()
    assert (na.titel, na.toelichting) == ("Stuur uw jaaropgaaf op", "Wij rekenen het opnieuw uit.")
    assert (na.versie, na.inhoud_versie, na.gebeurtenissen_aantal) == (3, 3, 3)
    assert controleer_alles() == []


def test_tien_keer_uitgevoerd_tegelijk_staat_een_keer_in_het_boek(stuur, zaaksysteem):
    taak = wereld.taak(zaaksysteem)
    pad = f"/taken/api/v1/externetaken/{taak.pk}"

    uit = tegelijk(*[lambda: stuur("patch", pad, {"status": "uitgevoerd"})] * 10)

    assert {antwoord.status_code for antwoord in uit} == {200}
    assert Gebeurtenis.objects.filter(soort=Soort.TAAK_UITGEVOERD).count() == 1
    assert controleer_alles() == []


def test_fatima_meldt_zich_terwijl_de_gemeente_intrekt_en_een_van_beide_geldt(zaaksysteem):
    taak = wereld.taak(zaaksysteem)
    fatima = wereld.toegang(taak.betrokkene_id)

    gemeld, ingetrokken = tegelijk(
        lambda: handelingen.meld_gedaan(taak.pk, fatima),
        lambda: handelingen.breek_af(taak.pk, Partij.systeem(zaaksysteem), reden="Niet meer nodig."),
    )

    assert isinstance(ingetrokken, Taak)
    assert isinstance(gemeld, Taak | handelingen.OvergangError)
    assert Taak.objects.als_systeem("test").get().status == "afgebroken"
    assert controleer_alles() == []


# --- De worker en een handeling tegelijk --------------------------------------------------------------------------------
@pytest.fixture
def wachtende_mail(zaaksysteem, settings):
    """Een taak waarvoor een e-mail aan Fatima klaarstaat."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    taak = wereld.taak(zaaksysteem)
    wereld.emailadres(taak.betrokkene_id)
    lever_af()
    return taak


def test_intrekken_terwijl_de_mail_net_weg_is_houdt_elkaar_niet_op(wachtende_mail, zaaksysteem, monkeypatch):
    """De worker legt vast dat de mail is verstuurd, precies terwijl het zaaksysteem de taak intrekt."""
    taak, worker_wil_record, zaaksysteem_heeft_record = wachtende_mail, threading.Event(), threading.Event()
    vergrendel_worker, vergrendel_zaaksysteem = records.vergrendel_alle, basis.vergrendel

    def worker(*wat: Any) -> Any:
        worker_wil_record.set()
        zaaksysteem_heeft_record.wait(10)
        return vergrendel_worker(*wat)

    def systeem(*wat: Any) -> Any:
        worker_wil_record.wait(10)
        record = vergrendel_zaaksysteem(*wat)
        zaaksysteem_heeft_record.set()
        return record

    monkeypatch.setattr(bezorgen, "vergrendel_alle", worker)
    monkeypatch.setattr(eigenaar, "vergrendel", systeem)
    uit = tegelijk(verstuur_wachtende, lambda: handelingen.breek_af(taak.pk, Partij.systeem(zaaksysteem)))

    assert [type(u) for u in uit] == [int, Taak]  # geen van beide brak af op een deadlock
    assert len(mail.outbox) == 1
    assert (Notificatie.objects.get().stand, Notificatie.objects.get().fout) == (Stand.KLAAR, "")
    soorten = set(Gebeurtenis.objects.filter(record_id=taak.pk).values_list("soort", flat=True))
    geannuleerd = {Soort.NOTIFICATIE_GEANNULEERD}  # toen het zaaksysteem introk, wachtte zij nog
    assert soorten - geannuleerd == {Soort.TAAK_AANGEMAAKT, Soort.TAAK_AFGEBROKEN, Soort.NOTIFICATIE_VERSTUURD}
    assert controleer_alles() == []


def test_tien_workers_tegelijk_sturen_een_mail(wachtende_mail):
    uit = tegelijk(*[verstuur_wachtende] * 10)

    assert sum(uit) == 1
    assert len(mail.outbox) == 1


def test_vijf_workers_tegelijk_verdelen_het_werk(zaaksysteem, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for bsn in [b for b in map(str, range(999990020, 999990400)) if elfproef(b)][:20]:  # ieder een eigen e-mail
        wereld.emailadres(wereld.taak(zaaksysteem, bsn).betrokkene_id, f"{bsn}@voorbeeld.test")

    assert sum(tegelijk(*[lever_af] * 5)) == 20
    assert sum(tegelijk(*[verstuur_wachtende] * 5)) == 20

    assert len({bericht.extra_headers["Message-ID"] for bericht in mail.outbox}) == len(mail.outbox) == 20
    assert controleer_alles() == []
