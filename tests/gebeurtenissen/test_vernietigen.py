"""Na de bewaartermijn gaat weg wat iemand las of invulde; dat het er was blijft te bewijzen. En geen dag eerder."""

import io
import json
import os
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from berichten.models import Bericht, BerichtLezer
from portaal.api.models import Token
from portaal.gebeurtenissen import vernietigen
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Gebeurtenis, Inhoud, Vernietigbaar
from portaal.gebeurtenissen.records import record_modellen
from portaal.gebeurtenissen.tasks import lever_af, vernietig
from portaal.inloggen.partij import Partij
from portaal.notificaties.models import Contactherstel, Notificatie
from portaal.notificaties.tasks import verstuur_wachtende
from portaal.objecten.models import Koppelobject, Objectversie
from portaal.tijd import nu, vandaag
from portaal.zaken.models import Zaak, ZaakBetrokkene, ZaakSleutel
from taken import handelingen
from taken.models import Betaling, Taak
from tests import wereld
from tests.berichten.conftest import stuur
from tests.gebeurtenissen.test_boek import als_app_rol, app_rol
from tests.inloggen.hulp import log_in_beheer
from tests.objecten.conftest import gzac, koppeling, open_notificaties, werkers
from tests.objecten.gzac import Gzac, v1
from tests.paginas.conftest import Persoon, fatima, gemeente, namen
from tests.verzoeken.conftest import dien_in, maak_type
from tests.zaken.conftest import een_zaak
from verzoeken import handelingen as verzoekhandelingen
from verzoeken.models import Verzoek

__all__ = [
    "als_app_rol",
    "app_rol",
    "fatima",
    "gemeente",
    "gzac",
    "koppeling",
    "namen",
    "open_notificaties",
    "stuur",
    "werkers",
]
pytestmark = pytest.mark.django_db
met_commit = pytest.mark.django_db(transaction=True)
INHOUD = Inhoud._meta.db_table


def laat_verlopen(record: Vernietigbaar, dagen: int = 1) -> None:
    """De termijn was tot en met zoveel dagen geleden. De database weigert dat, dus dit doet de eigenaar met de triggers uit."""
    tabel = record._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {tabel} DISABLE TRIGGER USER")
        cursor.execute(
            f"UPDATE {tabel} SET bewaren_tot = %s WHERE id = %s", [vandaag() - timedelta(days=dagen), record.pk]
        )
        cursor.execute(f"ALTER TABLE {tabel} ENABLE TRIGGER USER")


def rij(record: Vernietigbaar) -> str:
    """Alles wat er van dit record nog in de database staat, als tekst."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(r) FROM {record._meta.db_table} r WHERE id = %s", [record.pk])
        (kolommen,) = cursor.fetchone() or ("",)
    return str(kolommen)


def een_taak(fatima: Persoon, gemeente: Any, stuur: Any) -> Taak:
    gegevens = {"voorinvullenGegevens": {"bsn": wereld.BSN_FATIMA}}
    taak = wereld.taak(gemeente, gegevens=gegevens, bron_referentie="GEHEIM-1", payload={"titel": "GEHEIM"})
    door = Partij.systeem(gemeente)
    handelingen.voer_uit(taak.pk, door, gegevens={"ontvangenGegevens": {"loon": "GEHEIM"}})
    return handelingen.verwerk(taak.pk, door)


def een_bericht(fatima: Persoon, gemeente: Any, stuur: Any) -> Bericht:
    bericht: Bericht = stuur(
        fatima, onderwerp="GEHEIM", tekst="GEHEIM", referentie="GEHEIM", bron_referentie="GEHEIM-2"
    )
    assert fatima.client.get(f"/berichten/{bericht.pk}").status_code == 200
    return bericht


def een_verzoek(fatima: Persoon, gemeente: Any, stuur: Any) -> Verzoek:
    maak_type(gemeente)
    verzoek = dien_in(fatima.toegang, evenement="GEHEIM")
    return verzoekhandelingen.verwerk(verzoek.pk, Partij.systeem(gemeente), reden="GEHEIM")


def een_afgeronde_zaak(fatima: Persoon, gemeente: Any, stuur: Any) -> Zaak:
    return een_zaak(gemeente, einddatum=vandaag(), toelichting="GEHEIM", resultaat="GEHEIM")


SOORTEN = {"taak": een_taak, "bericht": een_bericht, "verzoek": een_verzoek, "zaak": een_afgeronde_zaak}
PAGINA = {"taak": "taken", "bericht": "berichten", "verzoek": "verzoeken", "zaak": "zaken"}
API = {
    "taak": "/taken/api/v1/externetaken/",
    "bericht": "/berichten/api/v1/berichten/",
    "verzoek": "/verzoeken/api/v1/verzoeken/",
    "zaak": "/zaken/api/v1/zaken/",
}


def test_elke_soort_met_een_bewaartermijn_doet_mee():
    vernietigbaar = {soort for soort, model in record_modellen().items() if issubclass(model, Vernietigbaar)}
    assert vernietigbaar == set(SOORTEN) == set(vernietigen._soorten)


# --- Wat er weg is, en wat blijft -------------------------------------------------------------------------------------
@pytest.mark.parametrize("soort", SOORTEN)
def test_na_de_termijn_is_de_inhoud_weg_en_blijft_het_bewijs_dat_het_er_was(
    fatima: Persoon, gemeente: Any, stuur: Any, client: Client, soort: str
):
    record = SOORTEN[soort](fatima, gemeente, stuur)
    geheim = Token.maak(gemeente, "test", ["taken:lezen", "berichten:lezen", "verzoeken:lezen", "zaken:lezen"])[1]
    koppen = {"authorization": f"Token {geheim}"}
    voor = Gebeurtenis.objects.filter(record_id=record.pk).count()
    assert client.get(API[soort] + str(record.pk), headers=koppen).status_code == 200
    assert Inhoud.objects.filter(record_id=record.pk).exists()
    laat_verlopen(record)

    assert vernietig() == 1

    assert not Inhoud.objects.filter(record_id=record.pk).exists()
    for woord in ("GEHEIM", "loonstrook", "bijstand", "Z-2026", wereld.BSN_FATIMA):
        assert woord not in rij(record)
    laatste = Gebeurtenis.objects.filter(record_id=record.pk).latest("nummer")
    assert (laatste.soort, laatste.actor_soort) == (f"{soort}-vernietigd", "systeem")
    assert Gebeurtenis.objects.filter(record_id=record.pk).count() == voor + 1
    assert controleer_alles() == []
    assert fatima.client.get(f"/{PAGINA[soort]}/{record.pk}").status_code == 404
    assert fatima.client.get(f"/bewijs/{soort}/{record.pk}").status_code == 404
    assert str(record.pk) not in fatima.client.get(f"/{PAGINA[soort]}").content.decode()
    assert client.get(API[soort] + str(record.pk), headers=koppen).status_code == 404
    assert fatima.client.get("/overzicht").status_code == 200
    log_in_beheer(client)
    dossier = json.loads(client.get(f"/beheer/bewijs/{soort}/{record.pk}/json").content)
    assert dossier["keten"]["klopt"]
    assert [t["vernietigd"] for t in dossier["teksten"]] == [True] * len(dossier["teksten"])
    assert all(t["sha256"] for t in dossier["teksten"])


def test_ook_de_leesstand_en_de_namen_van_een_zaak_gaan_weg(fatima: Persoon, gemeente: Any, stuur: Any):
    bericht, zaak = een_bericht(fatima, gemeente, stuur), een_afgeronde_zaak(fatima, gemeente, stuur)
    laat_verlopen(bericht)
    laat_verlopen(zaak)
    assert vernietig() == 2
    assert not BerichtLezer.intern.filter(bericht=bericht).exists()
    assert not ZaakBetrokkene.objects.filter(zaak=zaak).exists()
    assert not ZaakSleutel.objects.filter(zaak=zaak).exists()


def test_ook_de_kopie_die_een_gekoppeld_systeem_van_de_taak_kent_gaat_weg(fatima: Persoon, gzac: Gzac, werkers: Any):
    """GZAC zette de taak klaar over de Objecten API; ook wat zij daar kan teruglezen was van Fatima."""
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA, title="GEHEIM"))
    gzac.patch_v1(gemaakt)
    taak = Taak.objects.als_systeem("test").get(pk=gemaakt["uuid"])
    werkers(gzac)
    assert (Koppelobject.intern.count(), Objectversie.objects.count()) == (1, 1)
    laat_verlopen(taak)

    assert vernietig() == 1
    werkers(gzac)

    assert (Koppelobject.intern.count(), Objectversie.objects.count()) == (0, 0)
    assert gzac.roep("GET", gemaakt["url"]).status == 404


def test_ook_wie_waarover_bericht_kreeg_gaat_weg_en_het_boek_weet_dat_het_zo_was(
    fatima: Persoon, gemeente: Any, stuur: Any, settings: Any
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    wereld.emailadres(wereld.fatima())
    blijft = wereld.taak(gemeente, titel="Een andere taak")
    taak = wereld.taak(gemeente)
    lever_af()
    verstuur_wachtende()
    handelingen.breek_af(taak.pk, Partij.systeem(gemeente))
    mislukt = Notificatie.objects.filter(record_id=taak.pk).first()
    assert mislukt is not None
    Contactherstel.objects.create(notificatie=mislukt, betrokkene_id=mislukt.betrokkene_id)
    laat_verlopen(taak)

    assert vernietig() == 1
    lever_af()

    assert set(Notificatie.objects.values_list("record_id", flat=True)) == {blijft.pk}
    assert not Contactherstel.objects.exists()
    assert Gebeurtenis.objects.filter(record_id=taak.pk, soort__startswith="notificatie-").exists()
    assert controleer_alles() == []


def test_ook_de_betalingen_van_een_taak_gaan_weg_maar_niet_zolang_er_geld_is_uit_te_zoeken(
    fatima: Persoon, gemeente: Any, stuur: Any
):
    taak = een_taak(fatima, gemeente, stuur)
    betalingen = Betaling.objects.als_systeem("test")
    for uitzoeken in (False, True):
        Betaling(taak=taak, aanbieder="proef", centen=1000, begonnen_op=nu(), uitzoeken=uitzoeken).save()
    laat_verlopen(taak)

    assert vernietig() == 0
    assert Inhoud.objects.filter(record_id=taak.pk).exists()
    betalingen.filter(uitzoeken=True).update(uitgezocht_op=nu())

    assert vernietig() == 1
    assert not betalingen.exists()


def test_de_laatste_dag_van_de_termijn_telt_nog_mee_en_zonder_termijn_gebeurt_er_nooit_iets(
    fatima: Persoon, gemeente: Any, stuur: Any
):
    vandaag_nog, open_ = een_taak(fatima, gemeente, stuur), wereld.taak(gemeente)
    laat_verlopen(vandaag_nog, dagen=0)
    assert vernietig() == 0
    assert not handelingen.vernietig(vandaag_nog.pk)
    assert not handelingen.vernietig(open_.pk)
    assert Inhoud.objects.filter(record_id=vandaag_nog.pk).exists()


def test_na_het_vernietigen_kan_hetzelfde_kenmerk_weer_een_taak_maken(fatima: Persoon, gemeente: Any, stuur: Any):
    taak = een_taak(fatima, gemeente, stuur)
    laat_verlopen(taak)
    assert vernietig() == 1
    assert vernietig() == 0
    assert wereld.taak(gemeente, bron_referentie="GEHEIM-1").pk != taak.pk


# --- In delen, en opnieuw te beginnen ---------------------------------------------------------------------------------
def test_gaat_het_bij_een_record_mis_dan_gaan_de_andere_toch_en_komt_dat_ene_de_volgende_ronde(
    fatima: Persoon, gemeente: Any, stuur: Any, monkeypatch: pytest.MonkeyPatch
):
    taken = [wereld.taak(gemeente, titel=f"Taak {n}") for n in range(4)]
    for taak in taken:
        handelingen.breek_af(taak.pk, Partij.systeem(gemeente))
        laat_verlopen(taak)
    stuk = taken[1].pk
    echt = vernietigen._soorten["taak"][1]
    with monkeypatch.context() as even:
        even.setitem(vernietigen._soorten, "taak", (Taak, lambda pk: 1 / 0 if pk == stuk else echt(pk)))
        assert vernietigen.vernietig_wat_voorbij_is()["taak"] == 3
    assert controleer_alles() == []
    assert vernietigen.vernietig_wat_voorbij_is()["taak"] == 1


def test_hij_werkt_in_delen_en_stopt_op_tijd(fatima: Persoon, gemeente: Any, stuur: Any):
    for n in range(5):
        taak = wereld.taak(gemeente, titel=f"Taak {n}")
        handelingen.breek_af(taak.pk, Partij.systeem(gemeente))
        laat_verlopen(taak)
    assert vernietigen.vernietig_wat_voorbij_is(seconden=0)["taak"] == 0
    assert vernietigen.vernietig_wat_voorbij_is(hoogstens=2)["taak"] == 2
    assert vernietigen.vernietig_wat_voorbij_is()["taak"] == 3


def test_de_opdracht_laat_eerst_zien_wat_er_weg_zou_gaan(fatima: Persoon, gemeente: Any, stuur: Any):
    taak = een_taak(fatima, gemeente, stuur)
    laat_verlopen(taak, dagen=3)
    uit = io.StringIO()
    call_command("vernietig", "--droog", stdout=uit)
    assert (
        f"taak: 1 te vernietigen, de oudste had een termijn tot en met {vandaag() - timedelta(days=3)}"
        in uit.getvalue()
    )
    assert Inhoud.objects.filter(record_id=taak.pk).exists()
    uit = io.StringIO()
    call_command("vernietig", stdout=uit)
    assert "taak: 1 vernietigd" in uit.getvalue()
    assert not Inhoud.objects.filter(record_id=taak.pk).exists()


# --- De database laat geen andere weg open ----------------------------------------------------------------------------
@met_commit
def test_met_de_rechten_van_een_proces_lukt_vernietigen_na_de_termijn(
    fatima: Persoon, gemeente: Any, stuur: Any, als_app_rol: None
):
    """Het proces mag niets uit de inhoud verwijderen; de database doet het, als het record zijn termijn voorbij is."""
    bericht = een_bericht(fatima, gemeente, stuur)
    adres = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    with psycopg.connect(urlunsplit(adres)) as eigenaar:
        eigenaar.execute("ALTER TABLE berichten_bericht DISABLE TRIGGER USER")
        eigenaar.execute("UPDATE berichten_bericht SET bewaren_tot = current_date - 5")
        eigenaar.execute("ALTER TABLE berichten_bericht ENABLE TRIGGER USER")
    assert vernietig() == 1
    assert not Inhoud.objects.filter(record_id=bericht.pk).exists()
    assert controleer_alles() == []


GEWEIGERD = {
    "de termijn naar gisteren": "UPDATE {tabel} SET bewaren_tot = current_date - 2",
    "vernietigd voor de termijn": "UPDATE {tabel} SET vernietigd_op = now()",
    "allebei tegelijk": "UPDATE {tabel} SET bewaren_tot = current_date - 2, vernietigd_op = now()",
}


@pytest.mark.parametrize("soort", SOORTEN)
@pytest.mark.parametrize("hoe", GEWEIGERD)
def test_zolang_de_termijn_loopt_weigert_de_database_elke_weg_naar_vernietigen(
    fatima: Persoon, gemeente: Any, stuur: Any, soort: str, hoe: str
):
    record = SOORTEN[soort](fatima, gemeente, stuur)
    with (
        pytest.raises(ProgrammingError, match=r"termijn|verandert niet meer"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(GEWEIGERD[hoe].format(tabel=record._meta.db_table))
    assert Inhoud.objects.filter(record_id=record.pk).exists()


def test_inhoud_los_weggooien_weigert_de_database_ook_na_de_termijn_en_ook_voor_de_eigenaar(
    fatima: Persoon, gemeente: Any, stuur: Any
):
    taak = een_taak(fatima, gemeente, stuur)
    laat_verlopen(taak)
    with pytest.raises(ProgrammingError, match="alleen toegevoegd"), transaction.atomic():
        Inhoud.objects.filter(record_id=taak.pk).delete()


@met_commit
def test_een_proces_heeft_het_recht_niet_inhoud_te_verwijderen(
    fatima: Persoon, gemeente: Any, stuur: Any, app_rol: Any
):
    een_taak(fatima, gemeente, stuur)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"):
        app_rol.execute(f"DELETE FROM {INHOUD}")


@pytest.mark.parametrize(
    "erbij", ["tekst = 'Anders'", "onderwerp = 'Anders'", "toegankelijk_op = now()", "betrokkene_id = applicatie_id"]
)
def test_onder_het_mom_van_vernietigen_verandert_een_bericht_niet_in_iets_anders(
    fatima: Persoon, gemeente: Any, stuur: Any, erbij: str
):
    bericht = een_bericht(fatima, gemeente, stuur)
    laat_verlopen(bericht)
    leeg = {"onderwerp": "''", "tekst": "''", "referentie": "''", "bron_referentie": "''", "vingerafdruk": "''"}
    kolom, waarde = erbij.split(" = ")
    leeg |= {"is_gerelateerd_aan": "'[]'", "bijlagen": "'[]'", "vernietigd_op": "now()", kolom: waarde}
    zet = ", ".join(f"{k} = {w}" for k, w in leeg.items())
    with (
        pytest.raises(ProgrammingError, match="verandert niet meer"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE berichten_bericht SET {zet}")


def test_wat_vernietigd_is_komt_niet_terug(fatima: Persoon, gemeente: Any, stuur: Any):
    taak = een_taak(fatima, gemeente, stuur)
    laat_verlopen(taak)
    assert vernietig() == 1
    for wat in ("vernietigd_op = NULL", "vernietigd_op = now() + interval '1 day'", "bewaren_tot = NULL"):
        with pytest.raises(ProgrammingError, match="termijn"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE taken_taak SET {wat}")


def met_trigger_uit_weg(record: Vernietigbaar) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {INHOUD} DISABLE TRIGGER USER")
        cursor.execute(f"DELETE FROM {INHOUD} WHERE record_id = %s", [record.pk])
        cursor.execute(f"ALTER TABLE {INHOUD} ENABLE TRIGGER USER")


def test_inhoud_die_weg_is_zonder_dat_het_boek_het_zegt_valt_op_ook_na_de_termijn(
    fatima: Persoon, gemeente: Any, stuur: Any
):
    taak = een_taak(fatima, gemeente, stuur)
    laat_verlopen(taak)
    met_trigger_uit_weg(taak)
    assert {breuk.wat for breuk in controleer_alles()} >= {"de inhoud van versie 1 is weg"}
