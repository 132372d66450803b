"""Medewerkers komen bij het beheer, en nergens anders; inwoners nooit bij het beheer."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from portaal.inloggen.models import Medewerker
from tests.inloggen.hulp import doorloop, ingelogd, log_in, log_in_beheer, sessie_voor, simulator
from tests.wereld import fatima

pytestmark = pytest.mark.django_db


def test_marieke_logt_in_bij_het_beheer_en_komt_waar_zij_heen_wilde(client: Client) -> None:
    heen = client.get("/beheer/", follow=False)
    assert heen.headers["Location"].startswith("/beheer/login/")
    door = client.get(heen.headers["Location"]).headers["Location"]
    assert door == "/beheer/inloggen?next=%2Fbeheer%2F"
    antwoord = log_in(client, "marieke", naar="/beheer/")
    assert antwoord.headers["Location"] == "/beheer/"
    pagina = client.get("/beheer/").content.decode()
    assert "Beheer – Mijn Voorbeeld" in pagina
    assert "Marieke Jansen" in pagina


def test_een_medewerker_wordt_herkend_aan_uitgever_en_sub_nooit_aan_het_mailadres(client: Client) -> None:
    """Iemand anders met hetzelfde e-mailadres is iemand anders."""
    ander = Medewerker.objects.create(
        gebruikersnaam="ander", uitgever="https://elders.test", sub="demo-marieke", email="marieke@voorbeeld.test"
    )
    log_in(client, "marieke")
    log_in(Client(), "marieke")
    assert Medewerker.objects.count() == 2
    ander.refresh_from_db()
    assert not ander.groups.exists()


def test_de_rol_bepaalt_wat_een_medewerker_mag(client: Client) -> None:
    beheerder, behandelaar = log_in_beheer(client), log_in_beheer(Client(), "behandelaar", "demo-youssef")
    assert beheerder.has_perm("portaal_betrokkenen.add_applicatie")
    assert behandelaar.has_perms(["taken.view_taak", "taken.add_taak", "taken.change_taak"])
    assert behandelaar.has_perm("portaal_betrokkenen.view_applicatie")
    for recht in (
        "portaal_betrokkenen.add_applicatie",
        "portaal_betrokkenen.change_applicatie",
        "taken.delete_taak",
        "portaal_inloggen.change_medewerker",
        "portaal_inloggen.view_sessie",
    ):
        assert not behandelaar.has_perm(recht), recht
    assert not beheerder.is_superuser


def test_zonder_bekende_rol_komt_niemand_binnen(client: Client) -> None:
    from portaal.inloggen.fouten import InlogFout

    with pytest.raises(InlogFout, match="rol"):
        log_in_beheer(client, rol="stagiair")
    assert not Medewerker.objects.exists()


def test_een_ingetrokken_rol_is_bij_de_volgende_inlog_weg(client: Client) -> None:
    from portaal.inloggen.fouten import InlogFout

    log_in_beheer(client)
    with pytest.raises(InlogFout, match="rol"):
        log_in_beheer(Client(), rol="geen")
    marieke = Medewerker.objects.get()
    assert not marieke.is_staff
    assert not marieke.groups.exists()
    assert client.get("/beheer/").status_code == 302


def test_wie_op_inactief_staat_is_er_meteen_uit_en_komt_er_niet_in(client: Client) -> None:
    log_in_beheer(client)
    Medewerker.objects.update(is_active=False)
    assert client.get("/beheer/").status_code == 302
    antwoord = log_in(client, "marieke")
    assert antwoord.status_code == 403
    assert "geen rol" in antwoord.content.decode()


def test_alleen_een_wachtwoord_is_voor_het_beheer_te_weinig(client: Client) -> None:
    antwoord = doorloop(client, "medewerkers", persoon="marieke", niveau="1")
    assert antwoord.status_code == 403
    assert not Medewerker.objects.exists()


def test_annuleren_bij_het_beheer_is_geen_drama(client: Client) -> None:
    antwoord = doorloop(client, "medewerkers", annuleren="ja")
    assert "U heeft het inloggen geannuleerd." in antwoord.content.decode()
    assert not Session.objects.filter(session_data__contains="auth").exists()


# --- twee werelden --------------------------------------------------------------------------------------------------------
def test_een_inwoner_komt_niet_bij_het_beheer(client: Client) -> None:
    log_in(client, "fatima")
    assert client.get("/beheer/").status_code == 302
    client.cookies["beheer_sessie"] = client.cookies["sessie"].value
    assert client.get("/beheer/").status_code == 302


def test_een_medewerker_is_in_de_portaal_niemand(client: Client) -> None:
    log_in_beheer(client)
    assert client.get("/overzicht").status_code == 302
    client.cookies["sessie"] = client.cookies["beheer_sessie"].value
    assert client.get("/overzicht").status_code == 302
    assert ingelogd() == []


def test_inwoner_en_medewerker_tegelijk_in_een_browser_blijven_gescheiden(client: Client) -> None:
    log_in(client, "fatima")
    log_in(client, "marieke")
    assert client.get("/overzicht").wsgi_request.user.is_anonymous
    assert getattr(client.get("/beheer/").wsgi_request, "toegang", "onbekend") is None
    with simulator():
        client.post("/uitloggen")
    assert client.get("/beheer/").status_code == 200


def test_de_weg_van_medewerkers_is_er_niet_voor_inwoners(client: Client) -> None:
    assert client.get("/inloggen/medewerkers").status_code == 404
    assert client.get("/inloggen/medewerkers/terug?code=x&state=y").status_code == 404


def test_het_cookie_van_het_beheer_geldt_alleen_daar(client: Client) -> None:
    cookie = log_in(client, "marieke").cookies["beheer_sessie"]
    assert cookie["path"] == "/beheer"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_de_sleutel_van_een_medewerker_wisselt_bij_elke_inlog(client: Client) -> None:
    log_in(client, "marieke")
    eerste = client.cookies["beheer_sessie"].value
    log_in(client, "marieke")
    assert client.cookies["beheer_sessie"].value != eerste
    assert Session.objects.count() == 1


def test_een_wachtwoord_werkt_nergens(client: Client) -> None:
    from django.contrib.auth import authenticate

    marieke = log_in_beheer(Client())
    marieke.set_password("geheim-wachtwoord")
    marieke.save()
    assert authenticate(username=marieke.gebruikersnaam, password="geheim-wachtwoord") is None
    assert client.post("/beheer/login/", {"username": marieke.gebruikersnaam, "password": "x"}).status_code == 302


def test_uitloggen_uit_het_beheer(client: Client) -> None:
    log_in(client, "marieke")
    with simulator():
        antwoord = client.post("/beheer/logout/")
    assert "/demo/oidc/medewerkers/end_session?" in antwoord.headers["Refresh"]
    assert client.get("/beheer/").status_code == 302
    assert not Session.objects.exists()


def test_het_beheer_onthoudt_geen_leesbaar_token(client: Client) -> None:
    log_in(client, "marieke")
    assert not client.session.items()
    assert "eyJ" not in str(Session.objects.get().get_decoded())


def test_wie_geen_medewerker_meer_is_krijgt_geen_rondje(client: Client) -> None:
    log_in_beheer(client)
    Medewerker.objects.update(is_staff=False)
    antwoord = client.get("/beheer/login/")
    assert antwoord.status_code == 403


def test_een_sessie_van_fatima_maakt_van_niemand_een_medewerker(client: Client) -> None:
    sessie_voor(client, fatima())
    assert client.get("/overzicht").wsgi_request.user.is_anonymous


# --- in het beheer --------------------------------------------------------------------------------------------------------
def test_een_beheerder_trekt_de_toegang_van_een_collega_in(client: Client) -> None:
    collega = Client()
    youssef = log_in_beheer(collega, "behandelaar", "demo-youssef")
    marieke = log_in_beheer(client)
    assert "Marieke" in client.get("/beheer/portaal_inloggen/medewerker/").content.decode()
    keuze = {"action": "trek_toegang_in", "_selected_action": [str(youssef.pk), str(marieke.pk)]}
    assert client.post("/beheer/portaal_inloggen/medewerker/", keuze).status_code == 302
    assert collega.get("/beheer/").status_code == 302
    assert client.get("/beheer/").status_code == 200


def test_een_behandelaar_beheert_geen_medewerkers(client: Client) -> None:
    log_in_beheer(client, "behandelaar", "demo-youssef")
    assert client.get("/beheer/portaal_inloggen/medewerker/").status_code == 403


def test_niemand_wijzigt_groepen_met_de_hand(client: Client) -> None:
    log_in_beheer(client)
    assert client.get("/beheer/auth/group/").status_code == 404
