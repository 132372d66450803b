"""Een view zonder scopes komt niet ongemerkt in de lucht."""

from typing import Any

from django.core.checks import run_checks
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from portaal.api.checks import controleer_view
from portaal.api.views import PortaalView
from tests.api.proef import Dingen


class Vergeten(PortaalView):
    """Een view die geen scopes noemt."""

    def get(self, request: Request) -> Response:
        return Response({})


def test_een_view_zonder_scopes_valt_op_bij_de_start() -> None:
    assert [fout.id for fout in controleer_view(Vergeten, {})] == ["portaal_api.E002"]


def test_een_view_die_iedereen_toelaat_valt_op_bij_de_start() -> None:
    open_view = type("Open", (Vergeten,), {"permission_classes": [AllowAny], "scopes": {"GET": "taken:lezen"}})
    assert [fout.id for fout in controleer_view(open_view, {})] == ["portaal_api.E001"]


def test_een_viewset_noemt_elke_actie() -> None:
    assert controleer_view(Dingen, {"get": "list", "post": "create", "delete": "destroy"}) == []
    assert len(controleer_view(Dingen, {"patch": "partial_update"})) == 1


def test_alle_eindpunten_van_de_proef_zijn_in_orde(proef: None) -> None:
    assert [fout for fout in run_checks(tags=["security"]) if str(fout.id).startswith("portaal_api")] == []


def test_een_view_zonder_scopes_is_dicht(rf: Any, zaaksysteem: Any, token: str) -> None:
    antwoord = Vergeten.as_view()(rf.get("/proef/api/v1/x", headers={"Authorization": f"Token {token}"}))
    assert antwoord.status_code == 403
