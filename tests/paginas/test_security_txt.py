"""Wie een kwetsbaarheid vindt, leest op een vaste plek waar hij haar meldt (RFC 9116); nooit een adres dat niet meer klopt."""

import os
import subprocess
import sys
from datetime import date

import pytest
from django.core.checks import run_checks

ADRES = "/.well-known/security.txt"


@pytest.fixture
def ingesteld(settings, time_machine):
    time_machine.move_to("2026-11-24T10:00:00Z", tick=False)
    settings.SECURITY_CONTACT = ["mailto:cvd@voorbeeld.test", "https://www.voorbeeld.test/melden"]
    settings.SECURITY_GELDT_TOT = date(2027, 6, 30)
    return settings


def waarschuwingen() -> list[str]:
    return [str(m.id) for m in run_checks() if str(m.id).startswith("overzicht.")]


def test_een_onderzoeker_leest_zonder_inloggen_waar_hij_meldt(client, ingesteld, db):
    antwoord = client.get(ADRES)
    assert antwoord["Content-Type"] == "text/plain; charset=utf-8"
    assert antwoord.content.decode().splitlines() == [
        "Contact: mailto:cvd@voorbeeld.test",
        "Contact: https://www.voorbeeld.test/melden",
        "Expires: 2027-06-30T00:00:00Z",
        "Preferred-Languages: nl, en",
        "Canonical: http://testserver/.well-known/security.txt",
    ]
    assert waarschuwingen() == []


def test_het_beleid_staat_erbij_als_het_er_is(client, ingesteld, db):
    ingesteld.SECURITY_BELEID_URL = "https://www.voorbeeld.test/cvd"
    assert "\nPolicy: https://www.voorbeeld.test/cvd\n" in client.get(ADRES).content.decode()


def test_niet_ingesteld_is_er_niets(client, db):
    assert client.get(ADRES).status_code == 404


def test_op_de_dag_dat_het_verloopt_is_het_weg_en_de_beheerder_hoort_het(client, ingesteld, db, time_machine):
    time_machine.move_to("2027-06-29T12:00:00Z", tick=False)
    assert client.get(ADRES).status_code == 200
    time_machine.move_to("2027-06-30T00:00:01Z", tick=False)
    assert client.get(ADRES).status_code == 404
    assert waarschuwingen() == ["overzicht.W001"]


def test_meer_dan_een_jaar_vooruit_geeft_een_waarschuwing(ingesteld):
    ingesteld.SECURITY_GELDT_TOT = date(2029, 1, 1)
    assert waarschuwingen() == ["overzicht.W002"]


@pytest.mark.parametrize(
    ("instelling", "melding"),
    [
        ({"SECURITY_CONTACT": "mailto:cvd@voorbeeld.test"}, "horen bij elkaar"),
        ({"SECURITY_GELDT_TOT": "2027-06-30"}, "horen bij elkaar"),
        ({"SECURITY_CONTACT": "cvd@voorbeeld.test", "SECURITY_GELDT_TOT": "2027-06-30"}, "mailto:"),
        ({"SECURITY_CONTACT": "mailto:cvd@voorbeeld.test", "SECURITY_GELDT_TOT": "30 juni"}, "een datum"),
    ],
)
def test_een_halve_of_verkeerde_instelling_start_niet(instelling, melding):
    proces = subprocess.run(
        [sys.executable, "-c", "import portaal.settings"],
        env=os.environ | instelling,
        capture_output=True,
        text=True,
        check=False,
    )
    assert proces.returncode == 1
    assert melding in proces.stderr
