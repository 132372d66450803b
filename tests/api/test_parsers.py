"""JSON die dubbelzinnig, onbewaarbaar of te groot is komt er niet in."""

import json
from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

from portaal.api.parsers import lees_object
from portaal.api.problemen import OngeldigVerzoek


@pytest.mark.parametrize(
    ("inhoud", "code"),
    [
        (b"{", "parse_error"),
        (b"", "parse_error"),
        (b"{'a': 1}", "parse_error"),
        (b'{"a": 1} {"b": 2}', "parse_error"),
        (b"[]", "not_an_object"),
        (b'"tekst"', "not_an_object"),
        (b'{"a": NaN}', "invalid_number"),
        (b'{"a": -Infinity}', "invalid_number"),
        (b'{"a": 1e999}', "invalid_number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "invalid_number"),
        (b'{"a": "\xff"}', "invalid_encoding"),
        (b'{"a": {"b": 1, "b": 2}}', "duplicate"),
        (b'{"a": ["x\\u0000y"]}', "invalid_characters"),
        (b'{"a\\u0000": 1}', "invalid_characters"),
        (b'{"a": "\\ud83d"}', "invalid_characters"),
        (b'{"a": ' * 33 + b"1" + b"}" * 33, "too_deep"),
        (b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "too_deep"),
    ],
)
def test_wat_niet_te_bewaren_is_wordt_geweigerd(inhoud: bytes, code: str) -> None:
    with pytest.raises(OngeldigVerzoek) as fout:
        lees_object(inhoud)
    assert fout.value.get_codes() == code


def test_de_plek_van_een_onbruikbaar_teken_wordt_genoemd() -> None:
    with pytest.raises(OngeldigVerzoek) as fout:
        lees_object(b'{"a": [{"b": "goed"}, {"b": "\\u0000"}], "c": "\\udc00"}')
    assert [p["name"] for p in fout.value.invalid] == ["a.1.b", "c"]


def test_gewone_tekst_komt_er_heel_doorheen() -> None:
    bron = {"a": "José 👍 ‮", "b": [1, 2.5, True, None], "c": {"d": "\n"}}
    assert lees_object(json.dumps(bron).encode()) == bron
    assert lees_object(b"\xef\xbb\xbf" + json.dumps(bron, ensure_ascii=False).encode()) == bron


def test_een_verzoek_zonder_object_is_400(roep: Any) -> None:
    antwoord = roep("post", "/dingen", b"[1]")
    assert antwoord.status_code == 400
    assert antwoord.json()["code"] == "not_an_object"


def test_te_groot_is_413(roep: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    antwoord = roep("post", "/dingen", {"titel": "x" * 200})
    assert antwoord.status_code == 413
    assert antwoord.json()["maximum"] == 100


def stuur_in_delen(token: str, inhoud: bytes) -> Any:
    """Zoals gunicorn een verzoek met Transfer-Encoding: chunked doorgeeft: zonder lengte."""
    omgeving = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/proef/api/v1/dingen", "SERVER_NAME": "testserver", "SERVER_PORT": "80",
        "wsgi.url_scheme": "http", "wsgi.input": BytesIO(inhoud), "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": "application/json", "HTTP_AUTHORIZATION": f"Token {token}",
    }  # fmt: skip
    return WSGIHandler().get_response(WSGIRequest(omgeving))


def test_een_verzoek_in_delen_wordt_gelezen(proef: None, token: str) -> None:
    antwoord = stuur_in_delen(token, b'{"titel": "in delen"}')
    assert antwoord.status_code == 201
    assert json.loads(antwoord.content)["titel"] == "in delen"


def test_een_te_groot_verzoek_in_delen_is_413(proef: None, token: str, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert stuur_in_delen(token, b'{"titel": "' + b"x" * 200 + b'"}').status_code == 413
