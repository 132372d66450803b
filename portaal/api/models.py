"""Tokens waarmee een applicatie zich bekendmaakt, en sleutels waaraan een herhaald verzoek te herkennen is."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portaal.api.scopes import SCOPES, scope_keuzes
from portaal.betrokkenen.handelingen import testkant_van
from portaal.betrokkenen.models import Applicatie
from portaal.tijd import nu
from portaal.uuid7 import uuid7


def hash_van(geheim: str) -> str:
    """De sha256 van een token. Het geheim is 256 bits willekeur, dus een trage hash voegt niets toe."""
    return hashlib.sha256(geheim.encode()).hexdigest()


class Token(models.Model):
    """Een toegangsbewijs van een applicatie. Alleen de hash is bewaard; het geheim is één keer te zien."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    applicatie = models.ForeignKey(Applicatie, on_delete=models.CASCADE, related_name="tokens")
    naam = models.CharField(max_length=100, help_text="Waar het token voor is, bijvoorbeeld: GZAC productie.")
    prefix = models.CharField(max_length=20, unique=True, editable=False)
    hash = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=50, choices=scope_keuzes))
    verloopt_op = models.DateTimeField(null=True, blank=True, help_text="Leeg: het token verloopt niet.")
    ingetrokken_op = models.DateTimeField(null=True, blank=True, editable=False)
    laatst_gebruikt_op = models.DateTimeField(null=True, blank=True, editable=False, help_text="Op een uur nauwkeurig.")
    aangemaakt_op = models.DateTimeField(default=nu, editable=False)

    class Meta:
        verbose_name = "token"
        verbose_name_plural = "tokens"

    def __str__(self) -> str:
        return f"{self.naam} ({self.prefix})"

    @classmethod
    def maak(
        cls,
        applicatie: Applicatie,
        naam: str,
        scopes: Iterable[str],
        verloopt_op: datetime | None = None,
        *,
        test: bool = False,
    ) -> tuple["Token", str]:
        """Bewaar een nieuw token en geef het met zijn geheim (`<prefix>.<geheim>`, 59 of 64 tekens); daarna is dat weg.

        Met `test` is het een testsleutel: van de testkant van de applicatie, alleen voor testpersonen. Een onbekende of
        lege lijst scopes: ValueError.
        """
        gevraagd = sorted(set(scopes))
        onbekend = [scope for scope in gevraagd if scope not in SCOPES]
        if onbekend or not gevraagd:
            raise ValueError(f"Geen bestaande scope: {', '.join(onbekend) or 'de lijst is leeg'}.")
        if test:
            applicatie = testkant_van(applicatie)
        prefix = f"mo_{'test_' if test else ''}{secrets.token_hex(6)}"
        geheim = f"{prefix}.{secrets.token_urlsafe(32)}"
        token = cls(
            applicatie=applicatie,
            naam=naam,
            prefix=prefix,
            hash=hash_van(geheim),
            scopes=gevraagd,
            verloopt_op=verloopt_op,
        )
        token.save(force_insert=True)
        return token, geheim

    @property
    def test(self) -> bool:
        """Of dit een testsleutel is; `applicatie` moet zijn opgehaald."""
        return self.applicatie.test

    @property
    def geldig(self) -> bool:
        """Of het token nu bruikbaar is: niet ingetrokken en niet verlopen."""
        return self.ingetrokken_op is None and (self.verloopt_op is None or self.verloopt_op > nu())

    def trek_in(self) -> None:
        """Maak het token per direct onbruikbaar; nog een keer intrekken verandert het moment niet."""
        type(self).objects.filter(pk=self.pk, ingetrokken_op=None).update(ingetrokken_op=nu())
        self.refresh_from_db(fields=["ingetrokken_op"])


class Idempotentie(models.Model):
    """Een sleutel die een applicatie bij een verzoek meestuurde. Bewaart alleen een vingerafdruk, nooit de inhoud."""

    applicatie = models.ForeignKey(Applicatie, on_delete=models.CASCADE, related_name="+")
    sleutel = models.CharField(max_length=255)
    vingerafdruk = models.CharField(max_length=64)
    record_soort = models.CharField(max_length=30)
    record_id = models.UUIDField()
    verloopt_op = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "idempotentiesleutel"
        verbose_name_plural = "idempotentiesleutels"
        constraints = [models.UniqueConstraint(fields=["applicatie", "sleutel"], name="idempotentie_uniek")]

    def __str__(self) -> str:
        return f"{self.record_soort} {self.record_id}"
