"""De regels van beide linters van de NL API Design Rules (2.1 en werkversie), voor een document in Python.

Bron: Logius, API Design Rules, de rulesets bij versie 2.1.0 en bij de werkversie van 2026.
"""

import re
from collections.abc import Iterator
from typing import Any

METHODEN = {"get", "post", "put", "patch", "delete"}
_PAD = re.compile(r"/|(?:/(?:[a-z0-9-]+|{[^}]+}))+(?:/_[a-z]+)?")
_QUERY = re.compile(r"\$?[a-z][a-z\d]*([A-Z][a-z\d]*)*")
_SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
# Open VTB schrijft deze naam en deze vorm voor; de enige uitzondering.
_VOORGESCHREVEN = re.compile(r"/components/schemas/(Patched)?VerzoekBetaling(Request)?/transactieDatum")
_DATUM = re.compile(r"(date|datum)|\w*((\wD)|(_[dD]))((ate)|(atum)).*")


def fouten_in(document: dict[str, Any]) -> list[str]:
    """Wat er niet klopt; leeg als alles klopt."""
    return [*_algemeen(document), *_paden(document), *_verwijzingen(document), *_velden(document, "")]


def volg(document: dict[str, Any], deel: Any) -> Any:
    """Het deel zelf, of waar `$ref` naar wijst."""
    while isinstance(deel, dict) and "$ref" in deel:
        doel: Any = document
        for stap in deel["$ref"].removeprefix("#/").split("/"):
            doel = doel[stap]
        deel = doel
    return deel


def _algemeen(d: dict[str, Any]) -> Iterator[str]:
    if d["openapi"] != "3.0.3":
        yield "openapi is niet 3.0.3"
    info = d["info"]
    if not _SEMVER.fullmatch(info["version"]):
        yield "versie is geen semver"
    if not all(info.get("contact", {}).get(veld) for veld in ("name", "email", "url")):
        yield "contact mist naam, e-mail of url"
    if not d.get("servers") or not all(re.search(r"/v\d+$", s["url"]) for s in d["servers"]):
        yield "server zonder hoofdversie aan het eind"
    namen = [tag["name"] for tag in d.get("tags", [])]
    if len(namen) != len(set(namen)):
        yield "dubbele tags"
    for naam in d["components"]["schemas"]:
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", naam):
            yield f"schema {naam} is geen PascalCase"
    document = d["paths"].get("/openapi.json", {})
    if list(document) != ["get"]:
        yield "/openapi.json heeft niet alleen GET"
    elif "access-control-allow-origin" not in document["get"]["responses"]["200"]["headers"]:
        yield "/openapi.json zonder CORS-kop"


def _paden(d: dict[str, Any]) -> Iterator[str]:
    ids: list[str] = []
    tags = {tag["name"] for tag in d["tags"]}
    for pad, item in d["paths"].items():
        if pad != "/openapi.json" and not _PAD.fullmatch(pad):
            yield f"{pad} is niet kebab-case of eindigt op een schuine streep"
        for methode, operatie in item.items():
            plek = f"{methode.upper()} {pad}"
            if methode not in METHODEN:
                yield f"{plek}: geen gewone methode"
                continue
            ids.append(operatie["operationId"])
            yield from (f"{plek}: {fout}" for fout in _operatie(d, pad, methode, operatie, tags))
    if len(ids) != len(set(ids)):
        yield "operationId is niet uniek"


def _operatie(d: dict[str, Any], pad: str, methode: str, operatie: dict[str, Any], tags: set[str]) -> Iterator[str]:
    if not operatie.get("description") or not operatie.get("summary"):
        yield "geen omschrijving"
    if not set(operatie.get("tags", ())) <= tags or not operatie.get("tags"):
        yield "tag is niet beschreven"
    parameters = [volg(d, p) for p in operatie.get("parameters", ())]
    if {p["name"] for p in parameters if p["in"] == "path"} != set(re.findall(r"{([^}]+)}", pad)):
        yield "padparameters kloppen niet"
    for parameter in parameters:
        if parameter["in"] == "query" and not _QUERY.fullmatch(parameter["name"]):
            yield f"query {parameter['name']} is geen camelCase"
    antwoorden = operatie["responses"]
    if (methode in ("post", "put", "patch") or parameters) and "400" not in antwoorden:
        yield "geen 400"
    for code, ruw in antwoorden.items():
        antwoord = volg(d, ruw)
        if not antwoord.get("description"):
            yield f"{code} zonder omschrijving"
        if "API-Version" not in antwoord.get("headers", {}):
            yield f"{code} zonder API-Version"
        if code[0] in "45":
            schema = volg(d, antwoord["content"]["application/problem+json"]["schema"])
            if not {"status", "title", "detail"} <= set(schema["properties"]):
                yield f"{code} zonder status, title en detail"


def _verwijzingen(d: dict[str, Any]) -> Iterator[str]:
    gebruikt = set(re.findall(r"'\$ref': '#/components/(\w+/\w+)'", str(d)))
    bestaand = {
        f"{soort}/{naam}" for soort in ("schemas", "responses", "headers") for naam in d["components"].get(soort, ())
    }
    yield from (f"{naam} bestaat niet" for naam in gebruikt - bestaand)
    yield from (f"{naam} wordt niet gebruikt" for naam in bestaand - gebruikt)


def _velden(deel: Any, plek: str) -> Iterator[str]:
    if isinstance(deel, list):
        for nummer, onder in enumerate(deel):
            yield from _velden(onder, f"{plek}/{nummer}")
    if not isinstance(deel, dict):
        return
    for naam, veld in deel.get("properties", {}).items() if isinstance(deel.get("properties"), dict) else ():
        soort = veld.get("format")
        if soort in ("time", "date-time-local"):
            yield f"{plek}/{naam}: vorm {soort} mag niet"
        if _VOORGESCHREVEN.fullmatch(f"{plek}/{naam}"):
            continue
        if _DATUM.fullmatch(naam) and soort != "date" and "allOf" not in veld:
            yield f"{plek}/{naam}: een datum heeft de vorm date"
    for naam, onder in deel.items():
        yield from _velden(onder, f"{plek}/{naam}")
