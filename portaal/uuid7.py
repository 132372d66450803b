"""Sleutels: UUID versie 7 (RFC 9562), door ons gemaakt zodat PostgreSQL 16 en 17 ook kunnen."""

from uuid import UUID

import uuid_utils.compat


def uuid7() -> UUID:
    """Een nieuwe UUIDv7: op tijd gesorteerd, dus vriendelijk voor een index."""
    return uuid_utils.compat.uuid7()
