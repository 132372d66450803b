"""Wat er ook gebeurt, in welke volgorde ook en langs welke weg: een bericht dat te lezen is blijft wat het was (Awb 2:12)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from berichten import handelingen
from berichten.handelingen import WIJZIGBAAR
from berichten.models import Bericht
from berichten.onveranderlijk import VAST
from berichten.tasks import publiceer_wachtende
from portaal.gebeurtenissen.models import Inhoud
from portaal.inloggen.partij import MagNietError, Partij
from portaal.tijd import nu
from portaal.zaken.handelingen import registreer_zaak
from portaal.zaken.models import ZaakSleutel
from tests import wereld
from tests.berichten.conftest import lees, nieuw
from tests.berichten.test_api import BERICHTEN, Systeem, body
from tests.berichten.test_beheer import LIJST, formulier
from tests.inloggen.hulp import log_in_beheer
from tests.paginas.conftest import log_in

pytestmark = pytest.mark.django_db

WIJZIGINGEN: dict[str, Any] = {
    "onderwerp": "Anders",
    "tekst": "Anders",
    "aard": "informatie",
    "publicatiedatum": nu() + timedelta(days=9),
    "referentie": "anders",
    "bericht_type": "anders",
    "handelingsperspectief": "betalen",
    "einddatum_moment": nu(),
    "minimaal_niveau": 4,
    "bijlagen": [{"informatieObject": "urn:nld:x:1"}],
    "mijn_overheid": True,
    "is_gerelateerd_aan": [{"urn": "urn:nld:x:1"}],
}


def stand(bericht: Bericht) -> tuple[Any, ...]:
    """Alles wat vast hoort te staan, en de inhoud zoals die is vastgelegd."""
    rij = Bericht.objects.als_systeem("test").filter(pk=bericht.pk).values_list(*VAST).get()
    vastgelegd = Inhoud.objects.filter(record_id=bericht.pk).values_list("versie", "json", "sha256")
    return (*(bytes(w) if isinstance(w, memoryview) else w for w in rij), *map(str, vastgelegd))


def test_de_lijst_met_wijzigingen_hieronder_is_volledig():
    assert set(WIJZIGINGEN) == WIJZIGBAAR - {"categorie"}


STAPPEN = st.one_of(
    st.tuples(st.just("wijzig"), st.dictionaries(st.sampled_from(sorted(WIJZIGINGEN)), st.none(), min_size=1)),
    st.tuples(st.sampled_from(["trek_in", "publiceer", "open", "ongelezen", "archiveer", "uit_archief"]), st.none()),
    st.tuples(st.sampled_from(["vervang", "trek_in_met_bericht", "bind_zaak"]), st.none()),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stappen=st.lists(STAPPEN, min_size=1, max_size=8), wie=st.sampled_from(["gemeente", "belastingen"]))
def test_geen_reeks_handelingen_verandert_een_bericht_dat_te_lezen_is(gemeente, stappen, wie):
    sleutel = (ZaakSleutel.Soort.NUMMER, "Z-1")
    bericht = handelingen.maak_aan(nieuw(zaaksleutels=[sleutel]), Partij.systeem(gemeente))
    zaak = registreer_zaak(gemeente.organisatie, "Bijzondere bijstand", "Z-1", [sleutel], Partij.systeem(gemeente))
    publiceer_wachtende()
    voor = stand(bericht)
    toegang = wereld.toegang(wereld.fatima())
    door = Partij.systeem(gemeente if wie == "gemeente" else wereld.applicatie("Belastingen"))
    for stap, velden in stappen:
        anders = {naam: WIJZIGINGEN[naam] for naam in velden or ()}
        doen: dict[str, Callable[[], object]] = {
            "wijzig": partial(handelingen.wijzig, bericht.pk, anders, door),
            "trek_in": lambda: handelingen.trek_in_voor_publicatie(bericht.pk, door),
            "publiceer": lambda: handelingen.publiceer(bericht.pk),
            "open": lambda: handelingen.open_(bericht.pk, toegang),
            "ongelezen": lambda: handelingen.markeer_ongelezen(bericht.pk, toegang),
            "archiveer": lambda: handelingen.archiveer(bericht.pk, toegang),
            "uit_archief": lambda: handelingen.haal_uit_archief(bericht.pk, toegang),
            "bind_zaak": lambda: handelingen.bind_zaak(bericht.pk, zaak.pk),
            "vervang": lambda: handelingen.maak_aan(nieuw(vervangt=bericht.pk), door),
            "trek_in_met_bericht": lambda: handelingen.maak_aan(nieuw(trekt_in=bericht.pk), door),
        }
        with suppress(handelingen.AlTeLezenError, handelingen.VerwijzingError, MagNietError, Bericht.DoesNotExist):
            doen[stap]()
        publiceer_wachtende()
        assert stand(bericht) == voor


def test_elke_handeling_doet_mee_aan_de_reeks_hierboven():
    gemaakt = {
        naam
        for naam, ding in vars(handelingen).items()
        if callable(ding) and getattr(ding, "__module__", "") == "berichten.handelingen" and naam[0].islower()
    }
    assert gemaakt == {
        *("maak_aan", "wijzig", "trek_in_voor_publicatie", "publiceer", "publiceer_samen"),
        *("open_", "markeer_ongelezen", "archiveer", "haal_uit_archief"),
        *("bind_zaken", "bind_zaak"),  # de eerste zoekt alleen op wat de tweede moet doen
        "vernietig",  # pas na de bewaartermijn, en dan gaat alles weg: tests/gebeurtenissen/test_vernietigen.py
    }


def paden() -> set[str]:
    """Elk adres van berichten: pagina's, API en beheer."""

    def loop(patronen, begin=""):
        for patroon in patronen:
            if isinstance(patroon, URLPattern):
                yield begin + str(patroon.pattern)
            else:
                yield from loop(patroon.url_patterns, begin + str(patroon.pattern))

    return {pad for pad in loop(get_resolver().url_patterns) if pad.startswith(("berichten", "beheer/berichten"))}


AANVAL_API: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(["onderwerp", "berichtTekst", "aard", "publicatiedatum", "toegankelijkOp", "geopendOp", "referentie",
                     "handelingsPerspectief", "einddatumHandelingsTermijn", "vervangt", "trektIn", "taak", "ontvanger",
                     "bijlagen", "isGerelateerdAan", "minimaalBetrouwbaarheidsniveau", "mijnOverheidBerichtenbox"]),
    st.sampled_from(["Anders", "informatie", "2030-01-01T00:00:00Z", None, True, [], "hoog", "betalen",
                     f"urn:nld:brp:bsn:{wereld.BSN_HENK}"]),
    min_size=1,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(aanval=AANVAL_API, methode=st.sampled_from(["patch", "put", "post", "delete"]))
def test_geen_aanroep_van_de_api_verandert_een_bericht_dat_te_lezen_is(gemeente, aanval, methode):
    systeem = Systeem(Client(), gemeente)
    bericht = handelingen.maak_aan(nieuw(bron_referentie=""), Partij.systeem(gemeente))
    publiceer_wachtende()
    voor = stand(bericht)
    pad = f"{BERICHTEN}/{bericht.pk}"
    antwoord = systeem.delete(pad) if methode == "delete" else getattr(systeem, methode)(pad, {**body(), **aanval})
    assert antwoord.status_code in (400, 403, 405, 409)
    assert stand(bericht) == voor
    assert lees(bericht).geopend_op is None


def test_geen_enkel_adres_verandert_een_bericht_dat_te_lezen_is_met_welke_methode_ook(gemeente):
    bericht = handelingen.maak_aan(nieuw(), Partij.systeem(gemeente))
    publiceer_wachtende()
    voor = stand(bericht)
    systeem, fatima, medewerker = Systeem(Client(), gemeente), log_in(wereld.BSN_FATIMA).client, Client()
    log_in_beheer(medewerker)
    gevonden = paden()
    assert {"berichten/<uuid:uuid>", "berichten/api/v1/berichten/<uuid:uuid>"} <= gevonden
    assert any(pad.startswith(LIJST.lstrip("/")) for pad in gevonden)
    for pad in gevonden:
        adres = "/" + pad.replace("<uuid:uuid>", str(bericht.pk)).replace("<path:object_id>", str(bericht.pk))
        for methode in ("get", "head", "post", "put", "patch", "delete"):
            for client, koppen in ((Client(), {}), (fatima, {}), (medewerker, {}), (Client(), systeem.koppen)):
                doe = getattr(client, methode)
                if methode == "post":
                    doe(adres, formulier(onderwerp="Anders", tekst="Anders"), headers=koppen)
                else:
                    doe(adres, headers=koppen)
                assert stand(bericht) == voor, (methode, adres)
