"""Taken: maken, het overzicht van iemand met twintig taken, en de pagina van een taak; en bulk.

Met TAKEN=1000000 in de omgeving staan er eerst zo veel taken van anderen in de database.
"""

import http.client
import json
import os
import time

import psycopg
from bench import Bank, Meting, cpu_van, geheugen_mb
from psycopg import sql

JSON = "application/json"
BULK = 4000
PER_PERSOON = 20


def taak(nummer: int, kenmerk: str, bsn: str = "999990019") -> dict[str, object]:
    return {
        "titel": f"Stuur uw loonstrook op {nummer}",
        "toelichting": "Wij willen weten hoeveel u in oktober verdiende.",
        "isToegewezenAan": f"urn:nld:brp:bsn:{bsn}",
        "handelingsPerspectief": "informatie_geven",
        "einddatumHandelingsTermijn": "2030-11-24",
        "bronReferentie": f"{kenmerk}-{nummer}",
        "details": {"uitvraagLink": "https://formulier.example.org/meting?taak={uuid}"},
    }


def vraag(bank: Bank, methode: str, pad: str, inhoud: str | None = None) -> object:
    verbinding = http.client.HTTPConnection("127.0.0.1", bank.om.poort, timeout=600)
    koppen = {"Authorization": f"Token {bank.token}", "Content-Type": JSON}
    verbinding.request(methode, pad, inhoud, koppen)
    antwoord = verbinding.getresponse()
    tekst = antwoord.read()
    if antwoord.status not in (200, 201):
        raise SystemExit(f"{methode} {pad}: {antwoord.status} {tekst[:300]!r}")
    return json.loads(tekst)


def vul(bank: Bank, aantal: int) -> None:
    """Kopieer één taak naar `aantal` taken van anderen, elk met twintig taken."""
    anders = {
        "id": "gen_random_uuid()", "betrokkene_id": "mensen.id", "sorteerdatum": "t.sorteerdatum + n",
        "bron_referentie": "'vol-' || gen_random_uuid()", "dubbel_sleutel": "NULL", "verwerker_taak_id": "''",
    }  # fmt: skip
    with psycopg.connect(bank.om.eigenaar_url or bank.om.env["DATABASE_URL"], autocommit=True) as verbinding:
        kolommen = verbinding.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'taken_taak'"
        )
        namen = [str(naam) for (naam,) in kolommen]
        opdracht = sql.SQL(
            "WITH mensen AS (INSERT INTO portaal_betrokkenen_betrokkene (id, soort, aangemaakt_op) "
            "SELECT gen_random_uuid(), 'natuurlijk_persoon', now() FROM generate_series(1, {mensen}) RETURNING id) "
            "INSERT INTO taken_taak ({kolommen}) SELECT {waarden} FROM mensen CROSS JOIN generate_series(1, {per}) AS n "
            "CROSS JOIN (SELECT * FROM taken_taak LIMIT 1) AS t"
        ).format(
            mensen=aantal // PER_PERSOON,
            per=PER_PERSOON,
            kolommen=sql.SQL(", ").join(map(sql.Identifier, namen)),
            waarden=sql.SQL(", ").join(
                sql.SQL(anders[naam]) if naam in anders else sql.SQL("t.{}").format(sql.Identifier(naam))
                for naam in namen
            ),
        )
        verbinding.execute(opdracht)
        verbinding.execute("VACUUM ANALYZE taken_taak, portaal_betrokkenen_betrokkene")
        (er_zijn,) = verbinding.execute("SELECT count(*) FROM taken_taak").fetchone() or (0,)
    print(f"In de database staan {er_zijn} taken.")


def metingen(bank: Bank) -> list[Meting]:
    if aantal := int(os.environ.get("TAKEN", "0")):
        vul(bank, aantal)
    vloerpoort, vloer = bank.begin_vloer()
    uit = vraag(bank, "POST", "/taken/api/v1/urltaken/_bulk", json.dumps([taak(n, "begin") for n in range(14)]))
    assert isinstance(uit, list)
    koekje, uuid = {"Cookie": bank.log_in("fatima", "digid")}, uit[0]["uuid"]
    sleutel = {"Cookie": "sessionid=vloersessievloersessievloersessi"}
    token = {"Authorization": f"Token {bank.token}", "Content-Type": JSON}
    kaal = {
        "voor": 1,
        "titel": "Stuur op",
        "toelichting": "Wij willen",
        "link": "https://x.test/",
        "einddatum": "2030-01-01",
    }

    def alles(web: list[int]) -> list[int]:
        return [*web, *bank.database()]

    poort = bank.om.poort
    return [
        Meting("kale Django-pagina", vloerpoort, lambda n: ("GET", "/lijst", None, sleutel), lambda: alles(vloer())),
        Meting("overzicht, 20 taken", poort, lambda n: ("GET", "/overzicht", None, koekje), lambda: alles(bank.web())),
        Meting("taakpagina", poort, lambda n: ("GET", f"/taken/{uuid}", None, koekje), lambda: alles(bank.web())),
        Meting(
            "kale POST (DRF)", vloerpoort, lambda n: ("POST", "/taken", json.dumps(kaal), {"Content-Type": JSON}),
            lambda: alles(vloer()),
        ),
        Meting(
            "taak maken", poort,
            lambda n: ("POST", "/taken/api/v1/urltaken", json.dumps(taak(n, "los", "999991176")), token),
            lambda: alles(bank.web()),
        ),
    ]  # fmt: skip


def oordeel(bank: Bank, uit: list[Meting]) -> None:
    vloeren = {"overzicht, 20 taken": uit[0], "taakpagina": uit[0], "taak maken": uit[3]}
    print("| wat | verzoeken/s | van de vloer | CPU-ms per verzoek | mediaan ms | p95 ms |\n|---|---|---|---|---|---|")
    for meting in uit:
        tijden = sorted(meting.tijden)
        vloer = vloeren.get(meting.naam)
        deel = f"{meting.per_seconde / vloer.per_seconde:.2f}" if vloer else "–"
        print(
            f"| {meting.naam} | {meting.per_seconde:.0f} | {deel} | {meting.cpu_ms:.1f} | "
            f"{tijden[len(tijden) // 2] * 1000:.0f} | {tijden[int(len(tijden) * 0.95)] * 1000:.0f} |"
        )
    print(f"\nGrootste webproces: {geheugen_mb(bank.web()):.0f} MB (PSS).")
    rijen = json.dumps([taak(n, "bulk") for n in range(BULK)])
    pids = [*bank.web(), *bank.database()]
    begin, cpu = time.perf_counter(), cpu_van(pids)
    vraag(bank, "POST", "/taken/api/v1/urltaken/_bulk", rijen)
    duur, cpu = time.perf_counter() - begin, cpu_van(pids) - cpu
    print(f"Bulk: {BULK / duur:.0f} taken per seconde in één verzoek, {cpu / BULK * 1000:.2f} CPU-ms per taak.")
    print(f"Daarna is het grootste webproces {geheugen_mb(bank.web()):.0f} MB.")
