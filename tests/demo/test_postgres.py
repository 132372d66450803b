"""De ingebouwde PostgreSQL komt altijd op, bijt niet in mappen van een ander en geeft de app alleen wat zij mag."""

import os
import signal
import stat
from pathlib import Path

import psycopg
import pytest

from portaal.demo.postgres import APP, BEHEERDER, EIGENAAR, Postgres
from portaal.demo.processen import SOCKETPAD_MAX, Fout, eigen_map, leeft

pytestmark = pytest.mark.proces


@pytest.fixture(scope="module")
def gedeeld(tmp_path_factory):
    """Een server voor tests die hem laten draaien."""
    server = Postgres(tmp_path_factory.mktemp("gedeeld") / "pg", snel=True)
    server.start()
    yield server
    server.stop()
    server.ruim_elders_op()


@pytest.fixture
def server(tmp_path):
    server = Postgres(tmp_path / "pg", snel=True)
    server.start()
    yield server
    server.stop()
    server.ruim_elders_op()


def vraag(url, opdracht):
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as verbinding:
        antwoord = verbinding.execute(opdracht)
        return antwoord.fetchone() if antwoord.description else None


def test_de_app_rol_mag_niets_wat_niet_gegeven_is(gedeeld):
    vraag(gedeeld.url(EIGENAAR), "CREATE TABLE boek (regel int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        vraag(gedeeld.url(APP), "SELECT * FROM boek")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        vraag(gedeeld.url(APP), "CREATE TABLE eigen (a int)")


def test_de_eigenaar_mag_een_testdatabase_maken_maar_is_geen_beheerder(gedeeld):
    vraag(gedeeld.url(EIGENAAR), "CREATE DATABASE test_los")
    assert vraag(gedeeld.url(EIGENAAR), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == (False,)


def test_zonder_het_goede_wachtwoord_komt_niemand_binnen(gedeeld):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(gedeeld.url(APP).replace(gedeeld.wachtwoorden[APP], "geraden"))


def test_de_server_luistert_niet_op_het_netwerk(gedeeld):
    assert vraag(gedeeld.url(BEHEERDER, "postgres"), "SHOW listen_addresses") == ("",)
    assert stat.S_IMODE(gedeeld.socket.stat().st_mode) == 0o700


def test_wachtwoorden_zijn_alleen_voor_onszelf_leesbaar(gedeeld):
    assert stat.S_IMODE((gedeeld.map / "wachtwoorden.json").stat().st_mode) == 0o600


def test_een_tweede_start_gebruikt_de_server_die_al_draait(gedeeld):
    pid = gedeeld.draait()
    ander = Postgres(gedeeld.map, snel=True)
    ander.start()
    assert ander.draait() == pid


def test_na_kill_9_van_de_server_start_hij_weer_met_alles_erin(tmp_path):
    server = Postgres(tmp_path / "pg")  # zoals de demo: wat vastligt, ligt vast
    server.start()
    vraag(server.url(EIGENAAR), "CREATE TABLE bewaard AS SELECT 42 AS antwoord")
    pid = server.draait()
    assert pid
    os.kill(pid, signal.SIGKILL)
    opnieuw = Postgres(server.map)
    opnieuw.start()
    try:
        assert vraag(opnieuw.url(EIGENAAR), "SELECT antwoord FROM bewaard") == (42,)
    finally:
        opnieuw.stop()
        opnieuw.ruim_elders_op()


def test_een_hergebruikt_procesnummer_houdt_de_start_niet_tegen(server):
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
    assert server.draait() is None
    server.start()
    assert vraag(server.url(APP), "SELECT 1") == (1,)


def test_een_afgebroken_initdb_laat_niets_halfs_achter(tmp_path):
    server = Postgres(tmp_path / "pg", snel=True)
    (tmp_path / "pg" / "data.nieuw" / "base").mkdir(parents=True)
    server.start()
    try:
        assert vraag(server.url(APP), "SELECT 1") == (1,)
    finally:
        server.stop()
        server.ruim_elders_op()


def test_stoppen_laat_geen_proces_achter(server):
    pid = server.draait()
    server.stop()
    assert not leeft(pid)


def test_een_lang_pad_krijgt_een_korte_socket(tmp_path):
    server = Postgres(tmp_path / ("lang" * 30) / "pg", snel=True)
    server.start()
    try:
        assert len(os.fsencode(server.socket)) < SOCKETPAD_MAX - 20
        assert vraag(server.url(APP), "SELECT 1") == (1,)
    finally:
        server.stop()
        server.ruim_elders_op()


@pytest.mark.skipif(os.geteuid() != 0, reason="alleen root draait de server als een ander")
def test_in_een_map_van_root_alleen_blijven_de_rechten_zoals_ze_waren(tmp_path):
    dicht = tmp_path / "dicht"
    dicht.mkdir(mode=0o700)
    server = Postgres(dicht / "pg", snel=True)
    server.start()
    try:
        assert stat.S_IMODE(dicht.stat().st_mode) == 0o700
        assert not server.data.is_relative_to(dicht)
        assert server.data.stat().st_uid != 0
        assert vraag(server.url(APP), "SELECT 1") == (1,)
    finally:
        server.stop()
        server.ruim_elders_op()


@pytest.mark.skipif(os.geteuid() != 0, reason="alleen root draait de server als een ander")
def test_staan_ook_de_programmas_in_een_map_van_root_alleen_dan_draait_een_kopie(tmp_path, monkeypatch):
    echt = Postgres._kan
    monkeypatch.setattr(
        Postgres, "_kan", lambda self, hoe, pad: "site-packages" not in str(pad) and echt(self, hoe, pad)
    )
    server = Postgres(tmp_path / "pg", snel=True)
    server.start()
    try:
        assert "site-packages" not in str(server.bin)
        assert vraag(server.url(APP), "SELECT 1") == (1,)
    finally:
        server.stop()
        server.ruim_elders_op()


def test_een_klaargezette_koppeling_op_onze_plek_wordt_geweigerd(tmp_path):
    plek = eigen_map(tmp_path)
    plek.rmdir()
    plek.symlink_to(tmp_path)
    try:
        with pytest.raises(Fout, match="hoort van ons te zijn"):
            eigen_map(tmp_path)
    finally:
        plek.unlink()


def test_zonder_programma_staat_er_wat_er_ontbreekt(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAAL_PG_BIN", str(tmp_path))
    with pytest.raises(Fout, match="PostgreSQL ontbreekt"):
        Postgres(tmp_path / "pg").start()


def test_de_log_van_de_server_bevat_geen_waarden(gedeeld):
    vraag(gedeeld.url(EIGENAAR), "CREATE TABLE uniek (nummer text PRIMARY KEY)")
    vraag(gedeeld.url(EIGENAAR), "INSERT INTO uniek VALUES ('999990019')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        vraag(gedeeld.url(EIGENAAR), "INSERT INTO uniek VALUES ('999990019')")
    log = Path(gedeeld.log).read_text()
    assert "duplicate key" in log
    assert "999990019" not in log
