"""Wie mag inloggen komt binnen, met niet meer dan is bewezen."""

import pytest
from django.test import Client

from portaal.betrokkenen.models import Betrokkene
from tests.inloggen.hulp import begin, doorloop, ingelogd, log_in, pad, simulator, vragen
from tests.wereld import bakkerij, fatima

pytestmark = pytest.mark.django_db


def test_fatima_logt_in_met_digid_en_ziet_haar_overzicht(client: Client) -> None:
    antwoord = log_in(client, "fatima")
    assert antwoord.status_code == 302
    assert antwoord.headers["Location"] == "/overzicht"
    (sessie,) = ingelogd()
    assert (sessie.persoon_id, sessie.betrokkene_id, sessie.niveau, sessie.middel) == (fatima(), fatima(), 2, "digid")
    assert sessie.naam == ""
    assert sessie.sid
    assert client.get("/overzicht").status_code == 200
