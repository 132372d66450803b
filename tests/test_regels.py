"""Regels waar alle code zich aan houdt. Een uitzondering staat hier met haar reden; een die niet meer nodig is valt ook op."""

import ast
import io
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import connection, models
from django.test import Client

from portaal.api.models import Token
from portaal.betrokkenen.models import Betrokkene
from portaal.gebeurtenissen.tasks import lever_af
from portaal.inloggen.poort import Bewaakt
from portaal.logboek.beheer import InzageAdmin
from portaal.logregels import ZonderGegevens
from portaal.notificaties.tasks import verstuur_wachtende
from taken import handelingen
from taken.models import Taak
from tests import wereld
from tests.inloggen.hulp import log_in, log_in_beheer

WORTEL = Path(settings.BASE_DIR)
EIGEN_CODE = sorted(
    pad
    for map_ in ("portaal", "taken", "berichten", "verzoeken")
    for pad in (WORTEL / map_).rglob("*.py")
    if "migrations" not in pad.parts
)


def attributen(pad: Path) -> set[str]:
    """Elke naam na een punt."""
    return {knoop.attr for knoop in ast.walk(ast.parse(pad.read_text())) if isinstance(knoop, ast.Attribute)}


def aangeroepen(pad: Path) -> set[str]:
    """Elke methode die wordt aangeroepen."""
    knopen = ast.walk(ast.parse(pad.read_text()))
    return {k.func.attr for k in knopen if isinstance(k, ast.Call) and isinstance(k.func, ast.Attribute)}


def kort(pad: Path) -> str:
    return str(pad.relative_to(WORTEL))


# --- De poort ---------------------------------------------------------------------------------------------------------
OM_DE_POORT_HEEN = {
    "portaal/gebeurtenissen/wachtrij.py": "de wachtrij van de workers; werkt voor elk model, ook zonder poort",
    "portaal/gebeurtenissen/records.py": "van (soort, id) naar het record, voor een worker die iets vastlegt",
    "portaal/gebeurtenissen/vernietigen.py": "zoekt van elk record alleen of de bewaartermijn voorbij is",
    "portaal/gebeurtenissen/controle.py": "de controle van het boek leest van elk record alleen tellers en hashes",
    "portaal/betrokkenen/management/commands/herindexeer.py": "versleutelt elke rij opnieuw, als eigenaar",
}


def test_niemand_leest_om_de_poort_heen():
    gevonden = {kort(pad) for pad in EIGEN_CODE if attributen(pad) & {"intern", "_base_manager", "_default_manager"}}
    assert gevonden == set(OM_DE_POORT_HEEN)


NIET_BEWAAKT = {
    "portaal_betrokkenen.Betrokkene": "een sleutel zonder gegevens",
    "portaal_betrokkenen.Identificatie": "versleuteld, en alleen te vinden voor wie het nummer al heeft",
    "portaal_betrokkenen.Ketenpartner": "een organisatie; komt vóór de poort",
    "portaal_betrokkenen.KetenpartnerLid": "komt vóór de poort: hieruit ontstaat de toegang; de naam is versleuteld",
    "portaal_zaken.ZaakBetrokkene": "wie bij een zaak hoort; de poort van de zaak leest het",
    "portaal_inloggen.Sessie": "komt vóór de poort: hieruit ontstaat de toegang",
    "portaal_notificaties.Contactadres": "versleuteld; alleen de worker die verstuurt leest het",
    "portaal_notificaties.Contactherstel": "werk voor een medewerker, zonder inhoud en zonder adres",
    "portaal_notificaties.Notificatie": "een wachtrij, zonder inhoud en zonder adres",
    "portaal_gebeurtenissen.Gebeurtenis": "het boek; geen persoonsgegevens, en te lezen via het record",
    "portaal_logboek.Inzage": "alleen voor medewerkers met dat recht",
}


def test_wat_over_een_persoon_gaat_staat_achter_de_poort():
    over_iemand = {
        model
        for model in apps.get_models()
        for veld in model._meta.get_fields()
        if getattr(veld, "name", "") in ("betrokkene", "persoon")
        or (isinstance(veld, models.ForeignKey) and veld.related_model is Betrokkene)
    }
    open_ = {model._meta.label for model in over_iemand if not issubclass(model, Bewaakt)}
    assert open_ == set(NIET_BEWAAKT)
    assert Taak in over_iemand


def test_of_iets_boven_het_niveau_van_de_inlog_ligt_beslist_een_functie():
    """`afgeschermd` in portaal/inloggen/hoger.py; een eigen vergelijking zou ervan kunnen gaan verschillen."""
    mis = [
        f"{kort(pad)}:{knoop.lineno}"
        for pad in EIGEN_CODE
        for knoop in ast.walk(ast.parse(pad.read_text()))
        if isinstance(knoop, ast.Compare)
        and isinstance(knoop.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE)
        and any(
            isinstance(deel, ast.Attribute) and deel.attr == "minimaal_niveau"
            for deel in (knoop.left, *knoop.comparators)
        )
    ]
    assert mis == []


def test_een_bewaakt_model_opent_alleen_langs_de_poort():
    for model in apps.get_models():
        if issubclass(model, Bewaakt):
            assert model._meta.default_manager_name == "intern"
            with pytest.raises(RuntimeError, match="begin met"):
                list(model.objects.all())  # type: ignore[attr-defined]


def test_elke_vraag_aan_een_bewaakt_model_begint_in_de_code_met_voor_van_of_als_systeem():
    """Ook waar de poort het zelf niet ziet, zoals binnen Exists() of Subquery()."""
    bewaakt = {model.__name__ for model in apps.get_models() if issubclass(model, Bewaakt)}
    mis = []
    for pad in EIGEN_CODE:
        boom = ast.parse(pad.read_text())
        goed = {
            id(knoop.value)
            for knoop in ast.walk(boom)
            if isinstance(knoop, ast.Attribute) and knoop.attr in ("voor", "van", "als_systeem")
        }
        mis += [
            f"{kort(pad)}:{knoop.lineno}"
            for knoop in ast.walk(boom)
            if isinstance(knoop, ast.Attribute)
            and knoop.attr == "objects"
            and isinstance(knoop.value, ast.Name)
            and knoop.value.id in bewaakt
            and id(knoop) not in goed
        ]
    assert bewaakt >= {"Taak", "Zaak"}
    assert mis == []


# --- Alleen handelingen veranderen iets -----------------------------------------------------------------------------------
SCHRIJVEN = {
    *("save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"),
    *("aget_or_create", "acreate", "asave", "adelete", "aupdate", "raw", "execute", "executemany"),
}
SCHRIJFT_ZELF = {
    # het gereedschap waarmee handelingen schrijven
    "portaal/gebeurtenissen/vastleggen.py": "leg_vast",
    "portaal/gebeurtenissen/kopieren.py": "kopieer: veel nieuwe rijen tegelijk, voor leg_vast_bulk",
    "portaal/gebeurtenissen/wachtrij.py": "de stand van een rij in de wachtrij",
    "portaal/inloggen/poort.py": "geeft door, na de controle of de poort open is",
    "portaal/api/idempotentie.py": "reserveer: de sleutel van een herhaald verzoek, in de transactie van de handeling",
    "portaal/logboek/inzage.py": "leg_inzage_vast: een regel per keer kijken",
    # sessies en tokens: geen records van het domein
    "portaal/inloggen/sessies.py": "de opslag van sessies",
    "portaal/inloggen/onderbroken.py": "wat iemand verstuurde na het einde van zijn sessie, hoogstens een half uur",
    "portaal/inloggen/login.py": "de sessie van een inlogpoging",
    "portaal/inloggen/middleware.py": "de sessie aan het eind van een verzoek",
    "portaal/inloggen/nood.py": "de handelingen van het noodaccount",
    "portaal/inloggen/medewerkers.py": "de medewerker zoals de inlogdienst hem noemt",
    "portaal/api/models.py": "Token.maak en Token.trek_in",
    "portaal/api/token.py": "het stempel 'laatst gebruikt'",
    "portaal/api/tasks.py": "verlopen sleutels van herhaalde verzoeken",
    # geen wijziging van records
    "portaal/bestanden/tijdelijk.py": "een sleutelstroom: versleutelt een upload",
    "portaal/notificaties/melden.py": "een dict: wie wat wil horen",
    "portaal/api/admin.py": "een dict: toont het nieuwe token",
    "portaal/objecten/admin.py": "het geheim van een koppeling: een instelling, die de admin bewaart",
    "portaal/webhooks/admin.py": "een dict: toont het nieuwe abonnement",
    "portaal/webhooks/feed.py": "leest tot welke transactie alles klaar is",
    "portaal/webhooks/checks.py": "leest of de transactienummers bij het boek passen",
    "portaal/gebeurtenissen/rechten.py": "GRANT en REVOKE, na migrate",
    "portaal/gezondheid.py": "leest of de database er is",
    "portaal/bestanden/soorten.py": "maakt een foto opnieuw, in het geheugen",
    "portaal/gebeurtenissen/checks.py": "leest de rechten van de rol",
    "portaal/betrokkenen/management/commands/herindexeer.py": "vervangt sleutels; wat er staat blijft gelijk",
    "portaal/gebeurtenissen/anker.py": "een hash, geen rij",
    # de demo richt zichzelf in
    "portaal/demo/verhalen.py": "organisaties, applicaties en toestemmingen, die een beheerder anders invult",
    "portaal/demo/gzac.py": "de koppeling van de demo, die een beheerder anders invult",
    "portaal/demo/start.py": "de rol in de database",
    "portaal/demo/__main__.py": "een dict: de stand van de demo",
    "portaal/demo/postgres.py": "de rollen en de database",
}


def test_alleen_handelingen_veranderen_iets():
    schrijvers = {
        kort(pad)
        for pad in EIGEN_CODE
        if pad.name != "handelingen.py" and "handelingen" not in pad.parent.parts and aangeroepen(pad) & SCHRIJVEN
    }
    assert schrijvers == set(SCHRIJFT_ZELF)


def test_in_het_beheer_is_een_record_alleen_te_bekijken(rf):
    """Een record opslaan of verwijderen met een formulier van Django zou de handelingen overslaan."""
    bewaakt = {model for model in admin.site._registry if issubclass(model, Bewaakt)}
    assert Taak in bewaakt
    for model in bewaakt:
        beheer = admin.site._registry[model]
        assert isinstance(beheer, InzageAdmin)
        request = rf.get("/beheer/")
        assert not beheer.has_delete_permission(request)
        assert set(beheer.get_readonly_fields(request)) >= {
            veld for regel in (beheer.fields or ()) for veld in ([regel] if isinstance(regel, str) else regel)
        }


# --- Geen gegevens in de logboeken van de server ----------------------------------------------------------------------------
class Meelezer(logging.Handler):
    """Onthoudt alles wat iemand zou kunnen loggen, op elk niveau."""

    def __init__(self) -> None:
        super().__init__(level=0)
        self.regels: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.regels.append(self.format(record))


@pytest.fixture
def meelezer() -> Iterator[Meelezer]:
    """Leest mee met de wortel en met elke logger die niet doorgeeft, ook op DEBUG, dus met alle SQL."""
    namen = [
        None,
        *(naam for naam, lg in logging.root.manager.loggerDict.items() if not getattr(lg, "propagate", True)),
    ]
    loggers = [logging.getLogger(naam) for naam in namen]
    niveaus = [lg.level for lg in loggers]
    lezer = Meelezer()
    for lg in loggers:
        lg.addHandler(lezer)
        lg.setLevel(logging.DEBUG)
    connection.force_debug_cursor = True
    yield lezer
    connection.force_debug_cursor = False
    for lg, niveau in zip(loggers, niveaus, strict=True):
        lg.removeHandler(lezer)
        lg.setLevel(niveau)


def urltaak(geheim: str, nummer: str, client: Client) -> Any:
    soort = "brp:bsn" if len(nummer) == 9 else "hr:kvknummer"
    return client.post(
        "/taken/api/v1/urltaken",
        {
            "titel": "Stuur uw loonstrook op",
            "isToegewezenAan": f"urn:nld:{soort}:{nummer}",
            "details": {
                "uitvraagLink": "https://formulieren.voorbeeld.test/loonstrook",
                "voorinvullenGegevens": {"bsn": nummer},
            },
        },
        content_type="application/json",
        headers={"authorization": f"Token {geheim}"},
    )


@pytest.mark.django_db
def test_op_de_hele_hoofdroute_komt_geen_nummer_in_een_logboek_en_zelfs_niet_in_de_sql(meelezer, client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    geheim = Token.maak(wereld.applicatie(), "test", ["taken:lezen", "taken:schrijven"])[1]
    uuid = urltaak(geheim, wereld.BSN_FATIMA, client).json()["uuid"]
    assert urltaak(geheim, wereld.KVK_DE_HOEK, client).status_code == 201
    assert urltaak(geheim, "123456789", client).status_code == 400
    wereld.emailadres(wereld.fatima())
    lever_af()
    verstuur_wachtende()
    fatima = Client()
    assert log_in(fatima, "fatima").status_code == 302
    for pad in ("/overzicht", "/taken", f"/taken/{uuid}"):
        assert fatima.get(pad).status_code == 200
    assert fatima.post(f"/taken/{uuid}/gedaan").status_code == 302
    for status in ("uitgevoerd", "verwerkt"):
        antwoord = client.patch(
            f"/taken/api/v1/externetaken/{uuid}",
            {"status": status},
            content_type="application/json",
            headers={"authorization": f"Token {geheim}"},
        )
        assert antwoord.status_code == 200
    log_in_beheer(client)
    zoek = client.post("/beheer/taken/taak/zoek-op-nummer/", {"soort": "bsn", "nummer": wereld.BSN_FATIMA})
    assert zoek.status_code == 302
    assert client.get(zoek["Location"]).status_code == 200
    fatima.post("/uitloggen")

    alles = "\n".join(meelezer.regels)
    assert "INSERT INTO" in alles  # er is meegelezen
    for nummer in (wereld.BSN_FATIMA, wereld.KVK_DE_HOEK, "123456789"):
        assert nummer not in alles


@pytest.fixture
def serverlog() -> Iterator[io.StringIO]:
    """Wat de server zou schrijven: de handlers uit de instellingen, met een andere stroom."""
    stroom = io.StringIO()
    lezers = {
        handler
        for naam in (None, "django", "django.request")
        for handler in logging.getLogger(naam).handlers
        if isinstance(handler.formatter, ZonderGegevens) and isinstance(handler, logging.StreamHandler)
    }
    assert lezers
    oud = [(lezer, lezer.setStream(stroom)) for lezer in lezers]
    yield stroom
    for lezer, stroom_ervoor in oud:
        lezer.setStream(stroom_ervoor)


def stuk_met_nummer(*args: Any, **kwargs: Any) -> Any:
    raise ValueError(f"invalid literal for int() with base 16: '{wereld.BSN_FATIMA}'")


def stuk_in_de_database(*args: Any, **kwargs: Any) -> Any:
    """PostgreSQL noemt bij een geschonden regel de hele rij, met de titel erin."""
    Taak.objects.als_systeem("test").update(status="verwerkt", reden=wereld.BSN_FATIMA)


@pytest.mark.django_db
@pytest.mark.parametrize("stuk", [stuk_met_nummer, stuk_in_de_database])
@pytest.mark.parametrize("waar", ["api", "pagina"])
def test_een_fout_van_onszelf_vertelt_niets_over_de_persoon(
    serverlog: io.StringIO, monkeypatch: pytest.MonkeyPatch, stuk: Callable[..., Any], waar: str
):
    wereld.taak()
    client = Client(raise_request_exception=False)
    if waar == "api":
        geheim = Token.maak(wereld.applicatie(), "test", ["taken:schrijven"])[1]
        monkeypatch.setattr(handelingen, "zet_neer", stuk)
        antwoord = urltaak(geheim, wereld.BSN_FATIMA, client)
    else:
        log_in(client, "fatima")
        monkeypatch.setattr("taken.weergave.te_doen", stuk)
        antwoord = client.get("/overzicht")

    assert antwoord.status_code == 500
    gelogd, getoond = serverlog.getvalue(), antwoord.content.decode()
    assert "Error" in gelogd
    assert stuk.__name__ in gelogd  # de plek in de code staat er wel
    for geheim_woord in (wereld.BSN_FATIMA, "loonstrook", "verdiende"):
        assert geheim_woord not in gelogd
        assert geheim_woord not in getoond
    assert "Traceback" not in getoond


def test_een_nummer_in_een_logregel_wordt_onleesbaar_en_een_uuid_niet():
    formatter = ZonderGegevens("{message}", style="{")

    def regel(tekst: str, *args: Any) -> str:
        return formatter.format(logging.LogRecord("test", logging.INFO, "", 0, tekst, args, None))

    assert regel("GET /iets/%s", wereld.BSN_FATIMA) == "GET /iets/[nummer]"
    assert regel("urn:nld:hr:kvknummer:69599084:vestigingsnummer:000012345678") == (
        "urn:nld:hr:kvknummer:[nummer]:vestigingsnummer:[nummer]"
    )
    assert regel("taak 01934567-8901-7234-8123-123456789012") == "taak 01934567-8901-7234-8123-123456789012"
