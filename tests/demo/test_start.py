"""Wat de demo nodig heeft voordat er iets draait: een poort, sleutels, en een rol op een database van buiten."""

import json
import socket
import stat

import psycopg
import pytest

from portaal.demo.postgres import APP, DATABASE, EIGENAAR, Postgres
from portaal.demo.processen import Fout, resten
from portaal.demo.start import Omgeving, lees_sleutels, maak_app_rol, open_poort


def test_een_bezette_poort_geeft_de_volgende():
    with open_poort("127.0.0.1", 0) as bezet, open_poort("127.0.0.1", bezet.getsockname()[1], 50) as volgende:
        assert volgende.getsockname()[1] > bezet.getsockname()[1]


def test_is_er_geen_poort_vrij_dan_staat_er_welke():
    with open_poort("127.0.0.1", 0) as bezet, pytest.raises(Fout, match=str(bezet.getsockname()[1])):
        open_poort("127.0.0.1", bezet.getsockname()[1])


def test_sleutels_blijven_dezelfde_en_zijn_alleen_voor_onszelf(tmp_path):
    bestand = tmp_path / "sleutels.json"
    eerste = lees_sleutels(bestand)
    assert lees_sleutels(bestand) == eerste
    assert stat.S_IMODE(bestand.stat().st_mode) == 0o600


def test_sleutels_die_anderen_kunnen_lezen_worden_geweigerd(tmp_path):
    bestand = tmp_path / "sleutels.json"
    lees_sleutels(bestand)
    bestand.chmod(0o644)
    with pytest.raises(Fout, match="leesbaar voor anderen"):
        lees_sleutels(bestand)


def test_op_alle_adressen_luisteren_verwijst_naar_een_adres_dat_werkt(tmp_path):
    with Omgeving(tmp_path, soort="test", bind="0.0.0.0") as om:
        assert om.url == f"http://127.0.0.1:{om.poort}"


def test_een_test_erft_geen_broker_van_buiten(tmp_path, monkeypatch):
    monkeypatch.setenv("BROKER_URL", "redis://elders.test")
    with Omgeving(tmp_path, soort="test") as om:
        assert "BROKER_URL" not in om.env


@pytest.mark.proces
def test_zonder_valkey_werkt_de_broker_met_bestanden(tmp_path, monkeypatch):
    monkeypatch.setattr("portaal.demo.start.vind_programma", lambda: None)
    gezegd: list[str] = []
    with Omgeving(tmp_path, soort="test", meld=gezegd.append) as om:
        om.start(["valkey"])
        assert om.env["BROKER_URL"] == "filesystem://"
        assert json.loads(om.env["BROKER_OPTIES"])["polling_interval"] == 0.1
    assert "Valkey is er niet" in gezegd[0]


@pytest.mark.proces
def test_een_broker_die_uit_en_weer_aan_gaat_houdt_zijn_adres(tmp_path):
    with Omgeving(tmp_path, soort="test") as om:
        om.start(["valkey"])
        adres = om.env["BROKER_URL"]
        pad = adres.removeprefix("redis+socket://")
        om.stop("valkey")
        with pytest.raises(OSError), socket.socket(socket.AF_UNIX) as verbinding:
            verbinding.connect(pad)
        om.start(["valkey"])
        assert om.env["BROKER_URL"] == adres
    assert resten(str(tmp_path)) == []


@pytest.mark.proces
def test_op_een_database_van_buiten_komt_de_app_rol_erbij(tmp_path):
    server = Postgres(tmp_path / "pg", snel=True)
    server.start()
    try:
        met_recht = server.url("postgres", DATABASE)
        with psycopg.connect(met_recht, autocommit=True) as verbinding:
            verbinding.execute(f"REVOKE CONNECT ON DATABASE {DATABASE} FROM {APP}; DROP ROLE {APP}")
        assert maak_app_rol(server.url(EIGENAAR), tmp_path / "rol.json") is None, "zonder recht komt er geen rol"
        url = maak_app_rol(met_recht, tmp_path / "rol.json")
        assert url
        psycopg.connect(url).close()
        assert maak_app_rol(met_recht, tmp_path / "rol.json") == url, "de tweede keer is het dezelfde"
        assert maak_app_rol(met_recht, tmp_path / "ander.json") is None, "van een bestaande rol blijven wij af"
    finally:
        server.stop()
        server.ruim_elders_op()
