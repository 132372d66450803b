"""De postvanger bewaart wat de portaal verstuurt, en toont dat; er gaat niets de deur uit."""

import smtplib
import stat
from email.message import EmailMessage

import pytest

from portaal.demo.post import Brievenbus
from portaal.demo.start import Omgeving


def brief(onderwerp="Er staat een taak voor u klaar", tekst="Ga zelf naar de portaal – u weet wel."):
    bericht = EmailMessage()
    bericht["From"], bericht["To"], bericht["Subject"] = "gemeente@voorbeeld.test", "fatima@voorbeeld.test", onderwerp
    bericht.set_content(tekst)
    return bericht


@pytest.mark.proces
def test_een_verstuurde_mail_ligt_in_de_map_en_is_te_lezen(tmp_path):
    with Omgeving(tmp_path, soort="test") as om:
        om.start(["smtp"])
        with smtplib.SMTP("127.0.0.1", om.smtp_poort, timeout=5) as verbinding:
            verbinding.send_message(brief())
        [gevangen] = om.post.mails()
    assert (gevangen.aan, gevangen.onderwerp) == ("fatima@voorbeeld.test", "Er staat een taak voor u klaar")
    assert gevangen.tekst == "Ga zelf naar de portaal – u weet wel."


@pytest.mark.proces
def test_een_postvanger_die_uit_gaat_en_weer_aan_houdt_zijn_adres(tmp_path):
    with Omgeving(tmp_path, soort="test") as om:
        om.start(["smtp"])
        adres = om.env["EMAIL_URL"]
        om.stop("smtp")
        with pytest.raises(ConnectionRefusedError):
            smtplib.SMTP("127.0.0.1", om.smtp_poort, timeout=5)
        om.start(["smtp"])
        assert om.env["EMAIL_URL"] == adres
        smtplib.SMTP("127.0.0.1", om.smtp_poort, timeout=5).quit()


def test_mail_is_alleen_voor_onszelf_leesbaar(tmp_path):
    bus = Brievenbus(tmp_path / "post")
    bus.bewaar(brief().as_bytes())
    assert stat.S_IMODE(bus.map.stat().st_mode) == 0o700


def test_de_nieuwste_mail_staat_bovenaan(tmp_path):
    bus = Brievenbus(tmp_path)
    for onderwerp in ("eerste", "tweede"):
        bus.bewaar(brief(onderwerp).as_bytes())
    assert [mail.onderwerp for mail in bus.mails()] == ["tweede", "eerste"]


@pytest.mark.parametrize("naam", ["../sleutels", "20261122T101010000000Z-00000000", "", "%2e%2e"])
def test_een_naam_die_niet_van_ons_is_bestaat_niet(tmp_path, naam):
    with pytest.raises(FileNotFoundError):
        Brievenbus(tmp_path).lees(naam)


def test_de_pagina_toont_de_mail_als_tekst(client, settings, tmp_path):
    settings.DEMO_MAP = tmp_path
    naam = Brievenbus(tmp_path / "post").bewaar(brief(tekst="<script>alert(1)</script> Tot ziens").as_bytes())
    lijst = client.get("/demo/post").content.decode()
    assert f"/demo/post/{naam}" in lijst
    pagina = client.get(f"/demo/post/{naam}").content.decode()
    assert "&lt;script&gt;" in pagina
    assert "<script>alert" not in pagina


def test_zonder_mail_staat_er_dat_er_niets_is(client, settings, tmp_path):
    settings.DEMO_MAP = tmp_path
    assert "nog geen e-mail" in client.get("/demo/post").content.decode()


def test_een_mail_die_niet_bestaat_is_een_404(client, settings, tmp_path):
    settings.DEMO_MAP = tmp_path
    assert client.get("/demo/post/bestaat-niet").status_code == 404
