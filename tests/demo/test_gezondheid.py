"""De bewaker hoort of het proces leeft en of het bezoekers kan helpen."""

import pytest
from django.db import OperationalError, connection


def test_leven_vraagt_geen_database(client):
    antwoord = client.get("/-/live")
    assert (antwoord.status_code, antwoord.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_klaar_als_de_database_antwoordt(client):
    assert client.get("/-/ready").status_code == 200


@pytest.mark.django_db
def test_niet_klaar_zonder_database_en_zonder_uitleg_over_waarom(client, monkeypatch):
    def weg(*_):
        raise OperationalError("host=geheim.voorbeeld.test")

    monkeypatch.setattr(connection, "cursor", weg)
    antwoord = client.get("/-/ready")
    assert antwoord.status_code == 503
    assert "geheim" not in antwoord.content.decode()


@pytest.mark.parametrize("pad", ["/-/live", "/-/ready"])
@pytest.mark.django_db
def test_de_bewaker_krijgt_geen_sessie_en_geen_omleiding(client, pad):
    antwoord = client.get(pad)
    assert antwoord.status_code == 200
    assert not antwoord.cookies
