"""Een token maken en intrekken, op de opdrachtregel en in het beheer."""

import io
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.sites import AdminSite
from django.contrib.auth import get_user_model
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.management import CommandError, call_command

from portaal.api.admin import TokenAdmin
from portaal.api.models import Token, hash_van
from portaal.betrokkenen.models import Applicatie


def test_de_opdracht_toont_het_geheim_een_keer(zaaksysteem: Applicatie) -> None:
    uitvoer = io.StringIO()
    call_command(
        "maak_token", "--applicatie", "Zaaksysteem", "--scopes", "taken:lezen", "--dagen", "30",
        stdout=uitvoer, stderr=io.StringIO(),
    )  # fmt: skip
    token = Token.objects.get()
    assert token.hash == hash_van(uitvoer.getvalue().strip())
    assert token.scopes == ["taken:lezen"]
    assert token.verloopt_op is not None


def test_een_onbekende_applicatie_is_een_duidelijke_fout(db: None) -> None:
    with pytest.raises(CommandError, match="geen applicatie"):
        call_command("maak_token", "--applicatie", "Niemand", "--scopes", "taken:lezen")


@pytest.fixture
def beheerder(rf: Any, db: None) -> Any:
    """Een verzoek in het beheer, van een beheerder."""
    verzoek = rf.post("/beheer/")
    verzoek.user = get_user_model().objects.create(gebruikersnaam="beheerder", is_superuser=True)
    verzoek.session = {}
    verzoek._messages = FallbackStorage(verzoek)
    return verzoek


def test_in_het_beheer_is_het_geheim_een_keer_te_zien(beheerder: Any, zaaksysteem: Applicatie) -> None:
    beheer = TokenAdmin(Token, AdminSite())
    gegevens = {
        "applicatie": str(zaaksysteem.pk),
        "naam": "nieuw",
        "scopes": ["taken:lezen"],
        "verloopt_op_0": "",
        "verloopt_op_1": "",
    }
    formulier = beheer.get_form(beheerder)(gegevens)
    assert formulier.is_valid(), formulier.errors
    nieuw = formulier.save(commit=False)
    beheer.save_model(beheerder, nieuw, formulier, False)
    bewaard = Token.objects.get()
    assert nieuw.pk == bewaard.pk
    melding = str(next(iter(get_messages(beheerder))))
    geheim = melding.split("<code>")[1].split("</code>")[0]
    assert bewaard.hash == hash_van(geheim)


def test_de_hash_is_in_het_beheer_niet_te_zien_en_een_token_niet_te_wijzigen(
    beheerder: Any, zaaksysteem: Applicatie
) -> None:
    beheer = TokenAdmin(Token, AdminSite())
    token, _ = Token.maak(zaaksysteem, "test", ["taken:lezen"])
    velden = beheer.get_fields(beheerder, token)
    assert "hash" not in velden
    assert set(velden) == set(beheer.get_readonly_fields(beheerder, token))
    assert not beheer.has_delete_permission(beheerder, token)


def test_intrekken_staat_in_het_logboek_van_het_beheer(beheerder: Any, zaaksysteem: Applicatie) -> None:
    token, _ = Token.maak(zaaksysteem, "test", ["taken:lezen"])
    TokenAdmin(Token, AdminSite()).trek_in(beheerder, Token.objects.all())
    token.refresh_from_db()
    assert not token.geldig
    assert LogEntry.objects.get().object_id == str(token.pk)
