"""Wat de app-rol in de database mag: alles wat een draaiend proces nodig heeft, en in het boek alleen toevoegen.

Draait na elke `migrate`, als eigenaar. Bestaat de rol niet (een testdatabase met één rol), dan gebeurt er niets.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction

# Tabellen waar de app-rol alleen leest en toevoegt. Inhoud gaat weg met het record, door een trigger: onveranderlijk.py.
ALLEEN_TOEVOEGEN = {
    "portaal_gebeurtenissen_gebeurtenis": "SELECT, INSERT",
    "portaal_gebeurtenissen_inhoud": "SELECT, INSERT",
    "portaal_logboek_inzage": "SELECT, INSERT",
}


def geef_rechten(using: str = "default", **kwargs: Any) -> None:
    """Geef de app-rol haar rechten, en haar alleen die."""
    verbinding = connections[using]
    rol = settings.DATABASE_APP_ROL
    # Eén transactie: een draaiend proces merkt niets van intrekken en opnieuw geven.
    with transaction.atomic(using=using), verbinding.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [rol])
        if cursor.fetchone() is None:
            return
        q = verbinding.ops.quote_name
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {q(rol)}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {q(rol)}")
        cursor.execute(f"GRANT SELECT ON {q('django_migrations')} TO {q(rol)}")
        bestaand = set(verbinding.introspection.table_names(cursor))
        for model in apps.get_models(include_auto_created=True):
            tabel = model._meta.db_table
            if not model._meta.managed or tabel not in bestaand:
                continue
            rechten = ALLEEN_TOEVOEGEN.get(tabel, "SELECT, INSERT, UPDATE, DELETE")
            cursor.execute(f"REVOKE ALL ON {q(tabel)} FROM {q(rol)}")
            cursor.execute(f"GRANT {rechten} ON {q(tabel)} TO {q(rol)}")
