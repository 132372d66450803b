"""Django's PostgreSQL, met een goedkopere vraag of een bewaarde verbinding nog leeft."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Scheelt bij elk verzoek een `SELECT 1` heen en weer (`CONN_HEALTH_CHECKS`)."""

    def is_usable(self) -> bool:
        """Of de verbinding nog te gebruiken is.

        Op een verbinding die rust komt niets binnen. Is er toch iets te lezen (de server sloot haar, of zegt dat hij stopt),
        of ging er net iets mis, dan beslist een echte query.
        """
        if self.connection is None or self.connection.closed:
            return False
        if self.errors_occurred:
            return bool(super().is_usable())
        gehoor = select.poll()
        gehoor.register(self.connection.fileno(), select.POLLIN)
        return not gehoor.poll(0) or bool(super().is_usable())
