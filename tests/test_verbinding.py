"""Een verbinding die de database sloot, wordt herkend zonder bij elk verzoek een query te sturen."""

import time

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


def test_een_verbinding_die_de_server_sloot_is_niet_meer_te_gebruiken():
    ander = connection.copy()
    ander.connect()
    assert ander.is_usable()
    pid = ander.connection.info.backend_pid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])

    einde = time.monotonic() + 30
    while ander.is_usable() and time.monotonic() < einde:
        time.sleep(0.01)

    assert not ander.is_usable()
    ander.close()
