"""Een gemeente met een GZAC, een Open Notificaties en een Open Formulieren."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from portaal.api.models import Token
from portaal.betrokkenen.models import Applicatie
from portaal.formulieren.handelingen import zet_klaar
from portaal.gebeurtenissen.tasks import lever_af
from portaal.inloggen.partij import PORTAAL
from portaal.objecten.models import Dialect, Koppeling, Objecttype
from portaal.objecten.tasks import verstuur_meldingen
from tests import wereld
from tests.objecten.gzac import (
    BERICHT_TYPE,
    GEHEIM,
    V1_TYPE,
    V2_TYPE,
    VERZOEK_TYPE,
    ZAAKVERZOEK_TYPE,
    Gzac,
    OpenNotificaties,
)

BASIS = "http://portaal.test/objecten/api/v2/"
TYPEN = "http://objecttypen.test/api/v2/"
SCOPES = ["objecten:lezen", "objecten:schrijven"]
AANVULLEND = {
    "components": [
        {"type": "textfield", "key": "lastname", "label": "Achternaam", "validate": {"required": True}},
        {"type": "textfield", "key": "toelichting", "label": "Wilt u nog iets zeggen?"},
        {"type": "checkbox", "key": "akkoord", "label": "Ik ga akkoord"},
    ]
}
INKOMEN = {
    "components": [
        {"type": "textfield", "key": "voornaam", "label": "Voornaam"},
        {"type": "number", "key": "inkomen", "label": "Uw inkomen", "validate": {"required": True}},
    ]
}


@pytest.fixture
def open_notificaties() -> Iterator[OpenNotificaties]:
    with OpenNotificaties() as on:
        yield on
    assert on.klachten == []


def maak_koppeling(applicatie: Applicatie, notificaties_url: str = "", **velden: Any) -> Koppeling:
    koppeling = Koppeling.objects.create(
        applicatie=applicatie,
        **{
            "basis_url": BASIS,
            "objecttypen_url": TYPEN,
            "notificaties_url": notificaties_url,
            "client_id": "portaal",
            "geheim": GEHEIM,
            **velden,
        },
    )
    for uuid, dialect in (
        (V1_TYPE, Dialect.V1),
        (V2_TYPE, Dialect.V2),
        (BERICHT_TYPE, Dialect.BERICHT),
        (VERZOEK_TYPE, Dialect.PRODUCTAANVRAAG),
        (ZAAKVERZOEK_TYPE, Dialect.ZAAKVERZOEK),
    ):
        Objecttype.objects.create(koppeling=koppeling, uuid=uuid, versie=1, dialect=dialect)
    zet_klaar("aanvullende-gegevens", "Aanvullende gegevens", AANVULLEND, [applicatie], PORTAAL)
    zet_klaar("inkomen", "Inkomen", INKOMEN, [applicatie], PORTAAL)
    return koppeling


@pytest.fixture
def koppeling(db: None, open_notificaties: OpenNotificaties) -> Koppeling:
    return maak_koppeling(wereld.applicatie("GZAC"), open_notificaties.url)


@pytest.fixture
def gzac(koppeling: Koppeling) -> Gzac:
    return Gzac(BASIS, Token.maak(koppeling.applicatie, "GZAC", SCOPES)[1], objecttypen=TYPEN)


@pytest.fixture
def gzac2(gzac: Gzac) -> Gzac:
    """Dezelfde GZAC, met de plugin externe-klanttaak."""
    return Gzac(BASIS, gzac.token, V2_TYPE, objecttypen=TYPEN)


@pytest.fixture
def werkers(open_notificaties: OpenNotificaties) -> Any:
    """Wat de workers doen, en daarna de ronde van Open Notificaties: `werkers(gzac)`."""

    def ronde(*gzacs: Gzac) -> SimpleNamespace:
        gedaan = SimpleNamespace(volgers=lever_af(), meldingen=verstuur_meldingen())
        for gzac in gzacs:
            open_notificaties.bezorg(gzac)
        return gedaan

    return ronde
