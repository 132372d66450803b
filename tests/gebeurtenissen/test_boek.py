"""Wat in het boek staat, blijft staan: de database weigert, de keten verraadt, en niets blijft half achter."""

import io
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import psycopg
import pytest
from django.apps import apps
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from portaal.api.models import Token
from portaal.gebeurtenissen import onveranderlijk
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Aflevering, Gebeurtenis, Inhoud
from portaal.gebeurtenissen.rechten import ALLEEN_TOEVOEGEN, geef_rechten
from portaal.gebeurtenissen.soorten import ActorSoort, Soort
from portaal.gebeurtenissen.tasks import lever_af
from portaal.gebeurtenissen.vastleggen import SYSTEEM, Over, leg_vast
from portaal.inloggen.partij import Partij
from portaal.logboek.inzage import leg_inzage_vast
from portaal.logboek.models import Inzage
from portaal.notificaties.tasks import verstuur_wachtende
from taken import handelingen
from taken.models import Taak
from tests import wereld

BOEK = Gebeurtenis._meta.db_table
INHOUD = Inhoud._meta.db_table
INZAGE = Inzage._meta.db_table

pytestmark = pytest.mark.django_db
met_commit = pytest.mark.django_db(transaction=True)


@pytest.fixture
def verwerkte_taak() -> Taak:
    """Een taak met drie gebeurtenissen: aangemaakt, uitgevoerd, verwerkt."""
    taak = wereld.taak()
    zaaksysteem = Partij.systeem(taak.applicatie)
    handelingen.voer_uit(taak.pk, zaaksysteem)
    return handelingen.verwerk(taak.pk, zaaksysteem)


# --- De rol waarmee elk proces draait ---------------------------------------------------------------------------------
@pytest.fixture
def app_rol(app_database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Een verbinding met de rechten van een draaiend proces."""
    if "DATABASE_APP_URL" not in os.environ:
        pytest.skip("deze database heeft geen aparte app-rol (DATABASE_APP_URL)")
    with psycopg.connect(app_database_url, autocommit=True) as verbinding:
        yield verbinding


@pytest.fixture
def als_app_rol(app_rol: psycopg.Connection[Any], app_database_url: str) -> Iterator[None]:
    """Django zelf werkt met de app-rol, zoals in productie."""
    adres, instellingen = urlsplit(app_database_url), connection.settings_dict
    eigenaar = {naam: instellingen[naam] for naam in ("USER", "PASSWORD")}
    connection.close()
    instellingen.update(USER=adres.username, PASSWORD=unquote(adres.password or ""))
    yield
    connection.close()
    instellingen.update(eigenaar)


VERBODEN = [
    f"UPDATE {BOEK} SET feiten = '{{}}'",
    f"DELETE FROM {BOEK}",
    f"TRUNCATE {BOEK} CASCADE",
    f"UPDATE {INHOUD} SET json = '{{}}'",
    f"DELETE FROM {INHOUD}",
    f"TRUNCATE {INHOUD}",
    f"UPDATE {INZAGE} SET waarvoor = ''",
    f"DELETE FROM {INZAGE}",
    f"TRUNCATE {INZAGE}",
    f"ALTER TABLE {BOEK} DISABLE TRIGGER ALL",
    f"DROP TABLE {BOEK} CASCADE",
]


@met_commit
def test_een_draaiend_proces_heeft_het_recht_niet_het_boek_of_de_inzage_te_veranderen(app_rol):
    taak = wereld.taak()
    leg_inzage_vast(ActorSoort.APPLICATIE, taak.applicatie_id, "api:taak", [("taak", taak.pk, taak.betrokkene_id)])

    for opdracht in VERBODEN:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"permission denied|must be owner"):
            app_rol.execute(opdracht)


@met_commit
def test_een_draaiend_proces_mag_verder_lezen_en_schrijven_wat_het_nodig_heeft(app_rol):
    mist = []
    for model in apps.get_models(include_auto_created=True):
        tabel = model._meta.db_table
        for recht in ALLEEN_TOEVOEGEN.get(tabel, "SELECT, INSERT, UPDATE, DELETE").split(", "):
            (mag,) = app_rol.execute("SELECT has_table_privilege(%s, %s)", [tabel, recht]).fetchone()
            mist += [] if mag else [f"{recht} op {tabel}"]
    for (reeks,) in app_rol.execute("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'S'").fetchall():
        (mag,) = app_rol.execute("SELECT has_sequence_privilege(%s, 'USAGE')", [reeks]).fetchone()
        mist += [] if mag else [f"USAGE op {reeks}"]
    assert mist == []


@met_commit
def test_het_boek_de_inhoud_en_de_inzage_zijn_de_enige_tabellen_met_minder_rechten(app_rol):
    assert set(ALLEEN_TOEVOEGEN) == {BOEK, INHOUD, INZAGE}


@met_commit
def test_met_de_rechten_van_een_proces_lukt_het_hele_leven_van_een_taak(als_app_rol, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)
    lever_af()
    verstuur_wachtende()
    handelingen.meld_gedaan(taak.pk, wereld.toegang(taak.betrokkene_id))
    zaaksysteem = Partij.systeem(taak.applicatie)
    handelingen.voer_uit(taak.pk, zaaksysteem)
    handelingen.verwerk(taak.pk, zaaksysteem)

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("portaal_app",)
    assert len(mail.outbox) == 1
    assert Gebeurtenis.objects.filter(record_id=taak.pk).count() == 5
    assert controleer_alles() == []


@met_commit
def test_rechten_opnieuw_geven_neemt_ze_een_draaiend_proces_geen_moment_af(app_rol):
    """Tijdens `migrate` draait de portaal door."""
    onderweg = []

    def kijk_mee(execute: Callable[..., Any], *wat: Any) -> Any:
        uitkomst = execute(*wat)
        (mag,) = app_rol.execute("SELECT has_table_privilege(%s, 'INSERT')", [BOEK]).fetchone()
        onderweg.append(mag)
        return uitkomst

    with connection.execute_wrapper(kijk_mee):
        geef_rechten()

    assert len(onderweg) > 20
    assert all(onderweg)
    (mag,) = app_rol.execute("SELECT has_table_privilege(%s, 'UPDATE')", [BOEK]).fetchone()
    assert not mag


# --- De eigenaar ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "opdracht",
    [
        f"UPDATE {BOEK} SET feiten = '{{}}'",
        f"UPDATE {BOEK} SET betrokkene = NULL",
        f"DELETE FROM {BOEK}",
        f"UPDATE {INHOUD} SET json = '{{}}'",
        f"UPDATE {INHOUD} SET sha256 = ''",
        f"DELETE FROM {INHOUD}",
    ],
)
def test_ook_de_eigenaar_van_de_database_kan_het_boek_niet_veranderen(opdracht):
    wereld.taak()

    with pytest.raises(ProgrammingError, match="alleen toegevoegd"), connection.cursor() as cursor:
        cursor.execute(opdracht)


def test_ook_de_eigenaar_kan_het_boek_niet_leegmaken():
    """In een testdatabase mag het wel; daarom hier een nagemaakt boek in een database die geen testdatabase is."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as verbinding, verbinding.transaction(force_rollback=True):
        verbinding.execute("CREATE SCHEMA proef")
        verbinding.execute("SET LOCAL search_path TO proef")
        verbinding.execute(f"CREATE TABLE {BOEK} (id int)")
        verbinding.execute(
            f"CREATE TABLE {INHOUD} (id int, record_soort text, record_id uuid, versie int, json jsonb, sha256 bytea, op date)"
        )
        verbinding.execute(onveranderlijk.AAN)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="TRUNCATE is geweigerd"):
            verbinding.execute(f"TRUNCATE {BOEK}")


# --- Wie het toch doet, valt op -----------------------------------------------------------------------------------------
@contextmanager
def met_triggers_uit() -> Iterator[Callable[..., None]]:
    """Iemand met alle rechten op de database, die de triggers uitzet."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for tabel in (BOEK, INHOUD):
            cursor.execute(f"ALTER TABLE {tabel} DISABLE TRIGGER USER")
        yield cursor.execute
        for tabel in (BOEK, INHOUD):
            cursor.execute(f"ALTER TABLE {tabel} ENABLE TRIGGER USER")


def controleer() -> str:
    """Wat `manage.py controleer_gebeurtenissen` zegt over wat er mis is; leeg als alles klopt."""
    klachten = io.StringIO()
    try:
        call_command("controleer_gebeurtenissen", stdout=io.StringIO(), stderr=klachten)
    except CommandError:
        assert klachten.getvalue()
        return klachten.getvalue()
    return ""


def test_een_boek_waar_niemand_aan_zat_klopt(verwerkte_taak):
    assert controleer() == ""


@pytest.mark.parametrize(
    "verandering",
    [
        'feiten = feiten || \'{"status": "open"}\'',
        "op = op - interval '1 day'",
        "betrokkene = gen_random_uuid()",
        "actor = gen_random_uuid()",
        "niveau = 4",
        "soort = 'taak-afgebroken'",
        "inhoud_versie = 7",
        "hash = sha256('anders')",
        "vorige_hash = sha256('anders')",
        "id_extern = gen_random_uuid()",
    ],
)
def test_een_veranderde_regel_valt_op_bij_het_juiste_record(verwerkte_taak, verandering):
    buurman = wereld.taak(bsn=wereld.BSN_HENK)
    with met_triggers_uit() as doe:
        doe(f"UPDATE {BOEK} SET {verandering} WHERE record_id = %s AND nummer = 2", [verwerkte_taak.pk])

    klacht = controleer()
    assert f"taak {verwerkte_taak.pk}" in klacht
    assert str(buurman.pk) not in klacht


def _haal_weg(doe: Callable[..., None], taak: Taak, nummers: list[int]) -> None:
    waar = "record_id = %s AND nummer = ANY(%s)"
    kiezen = f"SELECT volgnummer FROM {BOEK} WHERE {waar}"
    doe(f"DELETE FROM {Aflevering._meta.db_table} WHERE gebeurtenis_id IN ({kiezen})", [taak.pk, nummers])
    doe(f"DELETE FROM {BOEK} WHERE {waar}", [taak.pk, nummers])


@pytest.mark.parametrize("nummers", [[1], [2], [3], [2, 3], [1, 2, 3]])
def test_een_weggehaalde_regel_of_een_afgekapt_eind_valt_op(verwerkte_taak, nummers):
    with met_triggers_uit() as doe:
        _haal_weg(doe, verwerkte_taak, nummers)

    assert f"taak {verwerkte_taak.pk}" in controleer()


def test_een_tussengevoegde_regel_valt_op(verwerkte_taak):
    with met_triggers_uit() as doe:
        kolommen = "soort, record_soort, record_id, actor_soort, op, feiten, vorige_hash, hash"
        doe(
            f"INSERT INTO {BOEK} (nummer, id_extern, {kolommen}) "
            f"SELECT 4, gen_random_uuid(), {kolommen} FROM {BOEK} WHERE record_id = %s AND nummer = 3",
            [verwerkte_taak.pk],
        )

    assert f"taak {verwerkte_taak.pk}" in controleer()


def test_een_veranderde_tekst_valt_op(verwerkte_taak):
    with met_triggers_uit() as doe:
        doe(
            f'UPDATE {INHOUD} SET json = json || \'{{"titel": "Iets anders"}}\' WHERE record_id = %s',
            [verwerkte_taak.pk],
        )

    assert "de inhoud van versie 1 is veranderd" in controleer()


def test_een_verdwenen_tekst_valt_op(verwerkte_taak):
    with met_triggers_uit() as doe:
        doe(f"DELETE FROM {INHOUD} WHERE record_id = %s", [verwerkte_taak.pk])

    assert "de inhoud van versie 1 is weg" in controleer()


def test_een_verdwenen_record_valt_op(verwerkte_taak):
    Taak.objects.als_systeem("iemand met alle rechten").filter(pk=verwerkte_taak.pk).delete()

    assert f"taak {verwerkte_taak.pk}: het record is weg" in controleer()


# --- Alles of niets ----------------------------------------------------------------------------------------------------
@met_commit
def test_vastleggen_buiten_een_transactie_is_een_fout_in_de_code():
    taak = wereld.taak()

    with pytest.raises(RuntimeError, match="transactie"):
        leg_vast(taak, Soort.TAAK_GEWIJZIGD, SYSTEEM, Over())

    assert Gebeurtenis.objects.filter(record_id=taak.pk).count() == 1


class Stroomuitval(Exception):
    """Het proces stopt op deze plek."""


class Onderbreker:
    """Laat het n-de statement (dat iets vraagt van de database) mislukken: ervoor of erna."""

    def __init__(self, bij: int, *, erna: bool) -> None:
        self.bij, self.erna, self.gezien = bij, erna, 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            return execute(sql, params, many, context)
        self.gezien += 1
        if self.gezien == self.bij and not self.erna:
            raise Stroomuitval
        uitkomst = execute(sql, params, many, context)
        if self.gezien == self.bij:
            raise Stroomuitval
        return uitkomst


def alle_rijen() -> dict[str, list[str]]:
    """Alles wat er in de database staat, behalve wanneer een token is gebruikt."""
    uit = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model is not Token:
                cursor.execute(f"SELECT t::text FROM {model._meta.db_table} t ORDER BY 1")
                uit[model._meta.label] = [rij for (rij,) in cursor.fetchall()]
    return uit


def onderbreek_overal(doe: Callable[[], object]) -> int:
    """Doe dit steeds opnieuw, met op elke plek een keer een stroomuitval; geeft het aantal plekken."""
    voor = alle_rijen()
    for bij in range(1, 100):
        for erna in (False, True):
            onderbreker = Onderbreker(bij, erna=erna)
            try:
                with connection.execute_wrapper(onderbreker):
                    doe()
            except Stroomuitval:
                assert alle_rijen() == voor, f"half werk na een storing bij statement {bij} ({erna=})"
            else:
                return bij - 1
    raise AssertionError("er komt geen eind aan")


@met_commit
def test_een_storing_op_elke_plek_in_het_maken_van_een_taak_laat_niets_half_achter():
    applicatie = wereld.applicatie()

    plekken = onderbreek_overal(lambda: wereld.taak(applicatie))

    assert plekken >= 6  # betrokkene zoeken en maken, nummer, taak, inhoud, gebeurtenis, aflevering
    assert Taak.objects.als_systeem("test").count() == 1
    assert controleer_alles() == []


@met_commit
@pytest.mark.parametrize("stap", ["voer_uit", "breek_af", "meld_gedaan", "wijzig"])
def test_een_storing_op_elke_plek_in_een_stap_laat_niets_half_achter(stap):
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)
    lever_af()
    zaaksysteem = Partij.systeem(taak.applicatie)
    doe: dict[str, Callable[[], object]] = {
        "voer_uit": lambda: handelingen.voer_uit(taak.pk, zaaksysteem, gegevens={"ontvangenGegevens": {"a": 1}}),
        "breek_af": lambda: handelingen.breek_af(taak.pk, zaaksysteem, reden="Niet meer nodig."),
        "meld_gedaan": lambda: handelingen.meld_gedaan(taak.pk, wereld.toegang(taak.betrokkene_id)),
        "wijzig": lambda: handelingen.wijzig(taak.pk, handelingen.Wijziging({"titel": "Anders"}), zaaksysteem),
    }

    assert onderbreek_overal(doe[stap]) >= 3
    eigen = Gebeurtenis.objects.filter(record_id=taak.pk).exclude(soort=Soort.NOTIFICATIE_GEANNULEERD)
    assert eigen.count() == 2
    assert controleer_alles() == []


@met_commit
def test_een_verzoek_dat_halverwege_stukging_kan_met_dezelfde_sleutel_opnieuw():
    """Ook de sleutel zelf verdwijnt weer: anders zou een nieuwe poging naar een taak wijzen die er niet is."""
    _token, geheim = Token.maak(wereld.applicatie(), "test", ["taken:schrijven"])
    client = Client(raise_request_exception=False)
    client.post("/taken/api/v1/urltaken", headers={"authorization": f"Token {geheim}"})  # zet het stempel op het token
    voor = alle_rijen()
    antwoorden = []
    for bij in range(1, 30):
        with connection.execute_wrapper(Onderbreker(bij, erna=True)):
            antwoord = client.post(
                "/taken/api/v1/urltaken",
                {
                    "titel": "Stuur uw loonstrook op",
                    "isToegewezenAan": f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}",
                    "details": {"uitvraagLink": "https://formulieren.voorbeeld.test/loonstrook"},
                },
                content_type="application/json",
                headers={"authorization": f"Token {geheim}", "idempotency-key": "abc"},
            )
        antwoorden.append(antwoord.status_code)
        if antwoord.status_code != 500:
            break
        assert alle_rijen() == voor

    assert antwoorden[-1] == 201
    assert set(antwoorden[:-1]) == {500}
    assert Taak.objects.als_systeem("test").count() == 1


# --- Wie het boek volgt, mist niets -------------------------------------------------------------------------------------
VEILIG = f"""
    SELECT record_id FROM {BOEK}
    WHERE xid8 < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid8, volgnummer
"""


def te_lezen() -> list[UUID]:
    """De records in de regels die een volgsysteem nu mag lezen, in volgorde."""
    with connection.cursor() as cursor:
        cursor.execute(VEILIG)
        return [pk for (pk,) in cursor.fetchall()]


@met_commit
def test_een_transactie_die_laat_klaar_is_wordt_door_een_lezer_niet_overgeslagen():
    """Henks taak krijgt een hoger volgnummer maar is eerder klaar. Wie leest tot het hoogste volgnummer, mist Fatima's taak."""
    applicatie = wereld.applicatie()
    wereld.fatima()
    begonnen, door, gemaakt = threading.Event(), threading.Event(), []

    def traag() -> None:
        try:
            with transaction.atomic():
                gemaakt.append(wereld.taak(applicatie).pk)
                begonnen.set()
                assert door.wait(20)
        finally:
            connection.close()

    draad = threading.Thread(target=traag)
    draad.start()
    try:
        assert begonnen.wait(20)
        henk = wereld.taak(applicatie, bsn=wereld.BSN_HENK).pk
        assert te_lezen() == []  # ook Henks taak nog niet: er loopt iets dat ouder is
    finally:
        door.set()
        draad.join(20)

    # Een andere testloop op dezelfde server kan ook nog iets open hebben: wachten tot dat voorbij is.
    einde = time.monotonic() + 20
    while (gelezen := te_lezen()) != [*gemaakt, henk] and time.monotonic() < einde:
        time.sleep(0.05)
    assert gelezen == [*gemaakt, henk]
    nummers = dict(Gebeurtenis.objects.values_list("record_id", "volgnummer"))
    assert nummers[gemaakt[0]] < nummers[henk]
