"""Een miljoen taken: de database doet voor het overzicht, de lijst en een taak hetzelfde werk als bij duizend."""

import json
import re
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from taken.models import Taak
from tests import wereld
from tests.inloggen.hulp import sessie_voor

# Met een commit: terugdraaien zou een miljoen dode rijen achterlaten, en dan is elke test hierna traag.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.lang, pytest.mark.ramp]

KLEIN, GROOT = 1_000, 1_000_000
PER_PERSOON = 20
MARGE = 1.2

# Kopieert één taak voor heel veel anderen, elk met twintig taken; zo blijft het gelijk aan wat een handeling maakt.
VUL = """
    WITH mensen AS (
        INSERT INTO portaal_betrokkenen_betrokkene (id, soort, aangemaakt_op)
        SELECT gen_random_uuid(), 'natuurlijk_persoon', now() FROM generate_series(1, %(mensen)s)
        RETURNING id
    )
    INSERT INTO taken_taak ({kolommen})
    SELECT {waarden}
    FROM mensen CROSS JOIN generate_series(1, {per}) AS n CROSS JOIN (SELECT * FROM taken_taak WHERE id = %(model)s) AS t
"""


def vermeerder(model: Taak, tot: int) -> None:
    """Zorg dat er `tot` taken zijn, en dat de database weet hoeveel het er zijn."""
    er_zijn = Taak.intern.count()
    anders = {
        "id": "gen_random_uuid()",
        "betrokkene_id": "mensen.id",
        "bron_referentie": "''",
        "dubbel_sleutel": "NULL",
        "verwerker_taak_id": "''",
        "sorteerdatum": "t.sorteerdatum + n",
        "status": "CASE WHEN n %% 4 = 0 THEN 'verwerkt' ELSE 'open' END",
        "afgerond_op": "CASE WHEN n %% 4 = 0 THEN now() - n * interval '1 day' END",
    }
    namen = [veld.column for veld in Taak._meta.concrete_fields]
    opdracht = VUL.format(
        kolommen=", ".join(f'"{naam}"' for naam in namen),
        waarden=", ".join(anders.get(str(naam), f't."{naam}"') for naam in namen),
        per=PER_PERSOON,
    )
    with connection.cursor() as cursor:
        cursor.execute(opdracht, {"mensen": max(1, (tot - er_zijn) // PER_PERSOON), "model": model.pk})
        for tabel in ("taken_taak", "portaal_betrokkenen_betrokkene"):
            cursor.execute(f"ANALYZE {tabel}")


def plan_en_buffers(sql: str) -> tuple[list[str], int]:
    """Het plan zonder getallen, en hoeveel blokken de database ervoor aanraakte."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON) {sql}")
        uitvoer = cursor.fetchone()[0]
    wortel: dict[str, Any] = (json.loads(uitvoer) if isinstance(uitvoer, str) else uitvoer)[0]["Plan"]
    return _vorm(wortel), wortel["Shared Hit Blocks"] + wortel["Shared Read Blocks"]


def _vorm(knoop: dict[str, Any]) -> list[str]:
    """Hoe de tabel met taken wordt gelezen: elke manier, met haar index. De kleine tabellen eromheen doen er niet toe."""
    index = knoop.get("Index Name", "")
    van_taken = knoop.get("Relation Name") == "taken_taak" or index.startswith(("taak_", "taken_taak"))
    eigen = [f"{knoop['Node Type']} {index}".strip()] if van_taken else []
    return eigen + [vorm for kind in knoop.get("Plans", []) for vorm in _vorm(kind)]


def meet(client: Client, adres: str) -> dict[str, tuple[list[str], int]]:
    """Elke query op taken die deze pagina doet, met haar plan en blokken."""
    client.get(adres)
    with CaptureQueriesContext(connection) as gedaan:
        assert client.get(adres).status_code == 200
    vragen = [q["sql"] for q in gedaan if q["sql"].startswith("SELECT") and '"taken_taak"' in q["sql"]]
    assert vragen
    return {
        f"{n}: {re.sub(r'[0-9a-f-]{36}|[0-9]+', '?', sql)[:90]}": plan_en_buffers(sql) for n, sql in enumerate(vragen)
    }


def test_bij_een_miljoen_taken_doet_de_database_voor_een_persoon_hetzelfde_werk_als_bij_duizend():
    for dagen in range(PER_PERSOON):
        taak = wereld.taak(dagen=dagen)
    fatima: UUID = taak.betrokkene_id
    client = Client()
    sessie_voor(client, fatima)
    paginas = ["/overzicht", "/taken", f"/taken/{taak.pk}"]

    vermeerder(taak, KLEIN)
    klein = {adres: meet(client, adres) for adres in paginas}
    vermeerder(taak, GROOT)
    assert Taak.intern.count() >= GROOT - PER_PERSOON
    groot = {adres: meet(client, adres) for adres in paginas}

    mis = []
    for adres in paginas:
        for (vraag, (plan, blokken)), (plan_groot, blokken_groot) in zip(
            klein[adres].items(), groot[adres].values(), strict=True
        ):
            # Een index is bij een miljoen rijen een laag dieper, en de twintig van deze persoon kunnen er over een paar
            # bladen zijn verdeeld: per keer zoeken ten hoogste drie blokken meer, hoeveel taken er ook zijn.
            hoogstens = blokken * MARGE + 3 * sum("Index" in vorm for vorm in plan_groot)
            if plan != plan_groot or "Seq Scan" in plan_groot or blokken_groot > hoogstens:
                mis.append(f"{adres} {vraag}: {blokken} -> {blokken_groot}\n  {plan}\n  {plan_groot}")
    assert not mis, "\n".join(mis)
