"""Ook als het misgaat staat iemand op een pagina van de gemeente, met wat er nu kan."""

from django.db import connection
from django.test import Client, RequestFactory

from portaal.overzicht import views
from tests.paginas.test_overzicht import html


def test_een_pagina_die_er_niet_is_wijst_de_weg(fatima):
    antwoord = fatima.client.get("/bestaat-niet")
    pagina = html(antwoord)
    assert antwoord.status_code == 404
    assert "Deze pagina is er niet" in pagina
    assert 'href="/overzicht"' in pagina


def test_zonder_inlog_wijst_de_weg_naar_het_begin(db):
    assert "Naar het begin" in html(Client().get("/bestaat-niet"))


def test_bij_een_storing_raakt_de_pagina_de_database_niet_aan(db, django_assert_num_queries):
    with django_assert_num_queries(0, connection=connection):
        antwoord = views.fout_500(RequestFactory().get("/overzicht"))
    assert antwoord.status_code == 500
    assert "Er ging iets mis bij ons" in html(antwoord)
    assert "14 000" in html(antwoord)


def test_een_storing_in_de_code_geeft_die_pagina_en_geen_techniek(fatima, monkeypatch):
    def kapot(*_: object) -> None:
        raise RuntimeError("geheim: 999990019")

    monkeypatch.setattr("taken.weergave.te_doen", kapot)
    fatima.client.raise_request_exception = False
    antwoord = fatima.client.get("/overzicht")
    assert antwoord.status_code == 500
    assert "geheim" not in html(antwoord)


def test_wat_een_browser_ongevraagd_zoekt_is_er(client, db):
    assert client.get("/favicon.ico")["Location"].endswith("/favicon.svg")
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_een_systeem_krijgt_problem_json(db):
    for fout in (views.fout_404, views.fout_403, views.fout_400):
        antwoord = fout(RequestFactory().get("/taken/api/v1/x"), Exception())
        assert antwoord["Content-Type"] == "application/problem+json"


def test_een_weigering_zegt_niet_wat_er_zou_zijn(rf, db):
    assert "U mag deze pagina niet bekijken" in html(views.fout_403(rf.get("/x"), Exception("want geheim")))
