"""Controles bij de start: de sleutels zijn er, en het draaiende proces kan het boek niet veranderen."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from portaal.versleuteling import lees_ring


@register(Tags.security)
def sleutels_zijn_er(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Elke sleutel staat in de omgeving en heeft de goede lengte."""
    fouten: list[CheckMessage] = []
    for naam in ("SLEUTELS", "SLEUTEL_INDEX", "SLEUTEL_GEBEURTENISSEN"):
        try:
            lees_ring(getattr(settings, naam), naam)
        except ImproperlyConfigured as fout:
            fouten.append(Error(str(fout), id="portaal.E001"))
    return fouten


@register(Tags.database)
def boek_is_alleen_toevoegen(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """In productie mag de rol van dit proces het boek niet wijzigen (`manage.py check --database default`)."""
    if not settings.PRODUCTIE or not databases or "default" not in databases:
        return []
    tabel = "portaal_gebeurtenissen_gebeurtenis"
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [tabel])
        if cursor.fetchone() == (None,):
            return []
        cursor.execute("SELECT has_table_privilege(%s, 'UPDATE, DELETE, TRUNCATE')", [tabel])
        mag = cursor.fetchone()
    if mag and mag[0]:
        return [
            Error(
                "De databaserol van dit proces kan het gebeurtenissenboek wijzigen.",
                hint="Draai de processen met de rol uit DATABASE_APP_ROL en alleen migrate als eigenaar.",
                id="portaal.E002",
            )
        ]
    return []
