"""Wat er in een bericht staat: vaste woorden in twee talen, en nooit iets over de inhoud."""

import itertools
import re
from datetime import date
from typing import Any

import pytest
from django.conf import settings as instellingen
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.html import strip_tags

from portaal.betrokkenen.models import Aard, Handelingsperspectief
from portaal.notificaties.kanalen import email, sms
from portaal.notificaties.kanalen.sms.tekst import stel_op as stel_sms_op
from portaal.notificaties.models import Notificatie
from portaal.notificaties.opstellen import VRAAGT_REACTIE, Melding, maak_melding, maak_meldingen
from portaal.uuid7 import uuid7
from tests import wereld

TERMIJN = date(2026, 12, 29)
AARDEN, PERSPECTIEVEN = list(Aard), ["", *Handelingsperspectief.values]
GEHEIM = [
    "loonstrook", "verdiende", "bijstand", wereld.BSN_FATIMA, wereld.KVK_DE_HOEK, "Fatima", "El Amrani", "Z-2026-004512",
    "formulieren.voorbeeld.test", "/taken", "/berichten", "/zaken", "bron-ref-1", "urn:", "<a ", "href",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("taal", ["nl", "en"])
def test_elke_combinatie_van_woorden_geeft_een_goed_bericht(taal):
    """Alle aarden, perspectieven, met en zonder termijn, herinnering of niet: in tekst, HTML en sms."""
    applicatie = wereld.applicatie()
    with translation.override(taal):
        woorden = {aard: str(aard.label) for aard in Aard}
        reageren = translation.gettext("Wij hebben een reactie van u nodig.")
    gezien = set()
    for aard, perspectief, termijn, herinnering in itertools.product(
        AARDEN, PERSPECTIEVEN, (None, TERMIJN), ("", "2026-12-01")
    ):
        notificatie = Notificatie(
            aard=aard,
            handelingsperspectief=perspectief,
            termijn=termijn,
            herinnering=herinnering,
            applicatie=applicatie.pk,
        )
        meldingen = maak_meldingen([notificatie], {applicatie.pk: applicatie})
        bericht = email.stel_op("fatima@voorbeeld.test", meldingen, uuid7(), taal, "")
        tekst, html = str(bericht.body), str(bericht.alternatives[0][0])
        for vorm in (tekst, html):
            assert woorden[aard] in vorm
            assert "Gemeente Voorbeeld, Team Inkomen" in vorm
            assert (reageren.rstrip(".") in vorm) is VRAAGT_REACTIE[perspectief]
            assert ("29 december 2026" in vorm or "29 December 2026" in vorm) is bool(
                termijn and VRAAGT_REACTIE[perspectief]
            )
            assert "http://testserver" in vorm
        assert "\n" not in bericht.subject
        assert len(bericht.subject) < 80
        assert f'<html lang="{taal}">' in html
        assert kern(strip_tags(html.split("<body>")[1].replace("<", " <"))) >= kern(
            tekst
        )  # dezelfde zinnen in beide vormen
        gezien.add((bericht.subject, tekst))
        keur(bericht, stel_sms_op(meldingen, taal))
    assert len(gezien) >= 30


def kern(tekst: str) -> set[str]:
    """De zinnen, zonder opsommingstekens en witruimte."""
    return {
        z.strip(" -") for z in re.split(r"[.:!?]\s", " ".join(re.sub(r"(?m)^\d\. ", "", tekst).split())) if len(z) > 25
    }


def keur(bericht: EmailMultiAlternatives, sms_tekst: str) -> None:
    """Niets uit de lijst van wat er nooit in mag staan; ook niet in de koppen of in de broncode van de e-mail."""
    rauw = (
        bericht.message().as_string() + str(bericht.body) + str(bericht.alternatives) + str(bericht.subject) + sms_tekst
    )
    rauw = rauw.replace("fatima@voorbeeld.test", "")
    for woord in GEHEIM:
        assert woord.lower() not in rauw.lower(), woord
    buiten_koppen = str(bericht.body) + str(bericht.alternatives) + sms_tekst
    assert re.findall(r"https?://[^\s<'\"\\]+", buiten_koppen.replace("http://testserver", "")) == []
    assert not re.search(r"(?<![\w-])\d{8,12}(?![\w-])", buiten_koppen)


def test_in_het_engels_staat_geen_nederlands():
    nl = Melding("Org", "Org, Team", "14 000", Aard.BESCHIKKING, True, TERMIJN)
    for aantal in (1, 3):
        bericht = email.stel_op("a@voorbeeld.test", [nl] * aantal, uuid7(), "en", "http://testserver/afmelden/x")
        tekst = str(bericht.body) + str(bericht.alternatives[0][0]) + str(bericht.subject) + stel_sms_op([nl], "en")
        for woord in (" voor ", " van ", " het ", " een ", " u ", "Beste", "reactie", "groet", "klaar"):
            assert woord not in tekst, woord


def test_meer_meldingen_staan_elk_met_eigen_aard_en_termijn_op_een_regel():
    een = Melding("Gemeente Voorbeeld", "Gemeente Voorbeeld, Team Inkomen", "14 000", Aard.BETAALVERZOEK, True, TERMIJN)
    twee = Melding("Waterschap", "Waterschap", "0800 1", Aard.BESCHIKKING, False, None)
    bericht = email.stel_op("a@voorbeeld.test", [een, twee], uuid7(), "nl", "")

    assert bericht.subject == "Er staan 2 berichten voor u klaar in Mijn Voorbeeld"
    assert "- Van Gemeente Voorbeeld, Team Inkomen: een betaalverzoek. Reageer tot en met 29 december 2026." in str(
        bericht.body
    )
    assert "- Van Waterschap: een beslissing. U hoeft niet te reageren." in str(bericht.body)
    assert str(bericht.alternatives[0][0]).count("<li>") == 4


def test_een_naam_met_html_erin_wordt_tekst():
    boef = Melding("<script>x</script>", '<a href="https://boef.test">klik</a>', "1", Aard.INFORMATIE, False, None)
    html = str(email.stel_op("a@voorbeeld.test", [boef], uuid7(), "nl", "").alternatives[0][0])
    assert "<script>" not in html
    assert "<a " not in html


@pytest.mark.django_db
def test_een_onbekende_aard_of_perspectief_geeft_een_gewoon_bericht():
    melding = maak_melding(Notificatie(aard="zomaar", handelingsperspectief="iets"), wereld.applicatie())
    assert (melding.aard, melding.reactie_nodig) == (Aard.INFORMATIE, True)


def test_er_is_geen_veld_waar_vrije_tekst_in_past():
    """De sjablonen kennen alleen wat een beheerder instelt, lijsten, een dag en een aantal."""
    velden: dict[str, Any] = Melding.__annotations__
    assert set(velden) == {"organisatie", "afzender", "telefoon", "aard", "reactie_nodig", "termijn", "herinnering"}
    vrij = {"titel", "onderwerp", "tekst", "toelichting", "naam", "zaak"}
    assert not vrij & {veld.name for veld in Notificatie._meta.get_fields()}


def test_de_verificatie_per_sms_is_kort_en_zonder_link(settings):
    from portaal.notificaties.kanalen.sms.tekst import stel_verificatie_op

    tekst = stel_verificatie_op("123456", "nl")
    assert tekst.startswith("123456 is uw code voor Mijn Voorbeeld")
    assert "http" not in tekst
    assert sms.STANDAARD_AAN is False
    assert instellingen.PORTAAL_NAAM == "Mijn Voorbeeld"
