"""Valt de inlogdienst van de organisatie uit, dan komt er met het noodaccount toch iemand in het beheer."""

import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pyotp
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.inloggen.models import Noodaccount
from tests.inloggen.hulp import log_in_beheer

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ADRES = "/beheer/noodtoegang"


@pytest.fixture
def klok(time_machine: Any) -> Any:
    time_machine.move_to(START, tick=False)
    return time_machine


@pytest.fixture
def kluis(klok: Any) -> tuple[str, str]:
    """Wachtwoord en geheim, zoals de opdracht ze één keer toont."""
    uit = StringIO()
    call_command("noodaccount", stdout=uit)
    wachtwoord, geheim = re.findall(r"(?:Wachtwoord|Geheim): +(\S+)", uit.getvalue())
    assert "otpauth://totp/" in uit.getvalue()
    return wachtwoord, geheim


def code(geheim: str) -> str:
    return pyotp.TOTP(geheim).now()


def probeer(client: Client, wachtwoord: str, code_: str) -> Any:
    return client.post(ADRES, {"wachtwoord": wachtwoord, "code": code_})


def boek() -> list[str]:
    return list(
        Gebeurtenis.objects.filter(record_soort="noodaccount").order_by("nummer").values_list("soort", flat=True)
    )


def test_met_wachtwoord_en_code_komt_iemand_binnen_en_dat_staat_in_het_boek(
    client: Client, kluis: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    antwoord = probeer(client, kluis[0], code(kluis[1]))
    assert antwoord.headers["Location"] == "/beheer/"
    assert client.get("/beheer/taken/taak/").status_code == 200
    assert boek() == ["noodaccount-ingesteld", "noodaccount-gebruikt"]
    assert "noodaccount: gebruikt" in caplog.text
    assert kluis[0] not in caplog.text


@pytest.mark.parametrize("fout", ["wachtwoord", "code", "geen code"])
def test_een_van_beide_is_niet_genoeg(client: Client, kluis: tuple[str, str], fout: str) -> None:
    wachtwoord = "mis" if fout == "wachtwoord" else kluis[0]
    getypt = {"code": "000000", "geen code": ""}.get(fout, code(kluis[1]))
    antwoord = probeer(client, wachtwoord, getypt)
    assert antwoord.status_code == 403
    assert "Het wachtwoord of de code klopt niet" in antwoord.content.decode()
    assert client.get("/beheer/").status_code == 302


def test_een_code_werkt_een_keer(client: Client, kluis: tuple[str, str]) -> None:
    eerste = code(kluis[1])
    assert probeer(client, kluis[0], eerste).status_code == 302
    assert probeer(Client(), kluis[0], eerste).status_code == 403


def test_na_vijf_verkeerde_codes_is_het_een_uur_op_slot_ook_met_de_goede_code(
    client: Client, kluis: tuple[str, str], klok: Any
) -> None:
    """Wie het wachtwoord heeft kan de code niet raden."""
    for _keer in range(5):
        antwoord = probeer(client, kluis[0], "000000")
    assert "op slot" in antwoord.content.decode()
    assert probeer(client, kluis[0], code(kluis[1])).status_code == 403
    assert boek() == ["noodaccount-ingesteld", *["noodaccount-mislukt"] * 4, "noodaccount-op-slot"]
    klok.move_to(START + timedelta(minutes=61))
    assert probeer(client, kluis[0], code(kluis[1])).status_code == 302


def test_verkeerde_codes_tellen_door_ook_vanaf_een_ander_adres_en_met_verkeerde_wachtwoorden_ertussen(
    kluis: tuple[str, str],
) -> None:
    for nummer in range(5):
        antwoord = probeer(Client(REMOTE_ADDR=f"192.0.2.{nummer}"), kluis[0], "000000")
        if nummer == 2:
            probeer(Client(), "mis", "000000")
    assert "op slot" in antwoord.content.decode()


def test_wie_alleen_het_adres_kent_sluit_de_eigenaar_niet_buiten(client: Client, kluis: tuple[str, str]) -> None:
    goede = code(kluis[1])
    for wachtwoord in ("mis", "mis", "", kluis[0][:-1], "x" * 200, "mis", "mis"):
        antwoord = probeer(Client(), wachtwoord, goede)
        assert antwoord.status_code == 403
        assert "klopt niet" in antwoord.content.decode(), "ook met de goede code: het wachtwoord houdt tegen"
    assert boek() == ["noodaccount-ingesteld", "noodaccount-mislukt"], "en hij vult ook het boek niet"
    assert probeer(client, kluis[0], goede).status_code == 302


def test_een_minuut_later_staat_een_nieuwe_poging_weer_in_het_boek(kluis: tuple[str, str], klok: Any) -> None:
    for minuut in range(3):
        klok.move_to(START + timedelta(minutes=minuut))
        probeer(Client(), "mis", "000000")
        probeer(Client(), "mis", "000000")
    assert boek() == ["noodaccount-ingesteld", *["noodaccount-mislukt"] * 3]


def test_het_wachtwoord_is_te_lang_om_te_raden(kluis: tuple[str, str]) -> None:
    assert len(kluis[0]) >= 24  # 18 willekeurige bytes


def test_opnieuw_instellen_haalt_het_slot_eraf_en_maakt_het_oude_waardeloos(
    client: Client, kluis: tuple[str, str], klok: Any
) -> None:
    binnen = Client()
    probeer(binnen, kluis[0], code(kluis[1]))
    for _keer in range(5):
        probeer(client, kluis[0], "000000")
    uit = StringIO()
    call_command("noodaccount", stdout=uit)
    nieuw = re.findall(r"(?:Wachtwoord|Geheim): +(\S+)", uit.getvalue())
    klok.move_to(START + timedelta(minutes=1))
    assert probeer(client, kluis[0], code(kluis[1])).status_code == 403
    assert probeer(client, nieuw[0], code(nieuw[1])).status_code == 302
    assert binnen.get("/beheer/").status_code == 302
    assert Noodaccount.objects.count() == 1


def test_na_acht_uur_is_ook_deze_sessie_voorbij(client: Client, kluis: tuple[str, str], klok: Any) -> None:
    probeer(client, kluis[0], code(kluis[1]))
    for half_uur in range(1, 16):
        klok.move_to(START + timedelta(minutes=30 * half_uur))
        assert client.get("/beheer/").status_code == 200
    klok.move_to(START + timedelta(hours=8))
    assert client.get("/beheer/").status_code == 302


def test_zonder_noodaccount_zegt_de_pagina_hetzelfde(client: Client, klok: Any) -> None:
    assert probeer(client, "iets", "123456").status_code == 403


def test_het_geheim_staat_versleuteld_en_het_wachtwoord_gehasht(kluis: tuple[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(n)::text || row_to_json(m)::text FROM portaal_inloggen_noodaccount n "
            "JOIN portaal_inloggen_medewerker m ON m.id = n.medewerker_id"
        )
        rij = cursor.fetchone()[0]
    assert kluis[0] not in rij
    assert kluis[1] not in rij


def test_een_beheerder_ziet_elk_gebruik(client: Client, kluis: tuple[str, str]) -> None:
    probeer(Client(), "mis", "000000")
    log_in_beheer(client)
    pagina = client.get(f"/beheer/portaal_inloggen/noodaccount/{Noodaccount.objects.get().pk}/change/").content.decode()
    assert "Inloggen met het noodaccount mislukte." in pagina
    assert kluis[1] not in pagina
