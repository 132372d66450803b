"""Werk dat in de database op een worker wacht: claimen met een huurtijd, buiten elke transactie doen, uitkomst vastleggen.

Zo gaat niets verloren: een worker die midden in het werk sterft houdt de rij alleen tot `huur_tot` vast, daarna
pakt een ander haar. Bezorgen is dus minstens één keer; wie ontvangt herkent een dubbele aan het vaste kenmerk.
"""

import logging
import random
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, Self, TypeVar

from django.db import models, transaction
from django.db.models import F, Q

from portaal.tijd import nu

log = logging.getLogger(__name__)


class Werk(Protocol):
    """Iets dat een worker in huur heeft: een rij, of een paar die samen weggaan. De beloften staan bij `Wachtrij`."""

    pk: Any

    @property
    def uitgeput(self) -> bool: ...
    def nog_te_doen(self) -> bool: ...
    def laat_los(self) -> None: ...
    def probeer_later(self, fout: str) -> bool: ...
    def geef_op(self, fout: str) -> bool: ...


R = TypeVar("R", bound=Werk)

W = TypeVar("W", bound="Wachtrij")

HUUR = timedelta(minutes=5)
HOOGSTENS = 48  # pogingen; met de wachttijd hieronder ruim drie dagen, dus ook een storing in een weekend
HOOGSTENS_BEZIG = 55.0  # seconden; de veegronde komt elke minuut
EERSTE_WACHTTIJD = timedelta(seconds=10)
LANGSTE_WACHTTIJD = timedelta(hours=2)


class Stand(models.TextChoices):
    """Waar een rij in de wachtrij staat."""

    WACHT = "wacht", "Wacht"
    KLAAR = "klaar", "Klaar"
    MISLUKT = "mislukt", "Mislukt"
    GEANNULEERD = "geannuleerd", "Geannuleerd"


class NietOpnieuwError(Exception):
    """Opnieuw proberen heeft geen zin; de tekst is een soort fout, zonder persoonsgegevens."""


class Wachtrij(models.Model):
    """Een rij werk. `volgende_op` is wanneer zij aan de beurt is, `huur_tot` hoe lang een worker haar vasthoudt."""

    stand = models.CharField(max_length=12, choices=Stand.choices, default=Stand.WACHT)
    pogingen = models.PositiveSmallIntegerField(default=0)
    volgende_op = models.DateTimeField(default=nu)
    huur_tot = models.DateTimeField(null=True, blank=True)
    klaar_op = models.DateTimeField(null=True, blank=True)
    fout = models.CharField(max_length=200, blank=True, help_text="De soort fout van de laatste poging.")

    class Meta:
        abstract = True

    @staticmethod
    def index(naam: str) -> models.Index:
        """De deelindex waar elke wachtrij op leest: alleen wat nog wacht staat erin."""
        return models.Index(fields=["volgende_op"], condition=Q(stand=Stand.WACHT), name=naam)

    @classmethod
    def claim(cls, aantal: int) -> list[Self]:
        """Neem ten hoogste `aantal` rijen die aan de beurt zijn in huur; een andere worker slaat ze over."""
        moment = nu()
        with transaction.atomic():
            rijen = zonder_meegesleurd(
                cls._default_manager.select_for_update(skip_locked=True, of=("self",))
                .filter(stand=Stand.WACHT, volgende_op__lte=moment)
                .order_by("volgende_op")[:aantal]
            )
            cls._default_manager.filter(pk__in=[rij.pk for rij in rijen]).update(
                volgende_op=moment + HUUR, huur_tot=moment + HUUR, pogingen=F("pogingen") + 1
            )
            for rij in rijen:
                rij.pogingen += 1
                rij.huur_tot = moment + HUUR
        return rijen

    @property
    def uitgeput(self) -> bool:
        """Of zij al zo vaak is geprobeerd als mag. Dan stierf elke worker die haar had: wie faalt, had al opgegeven."""
        return self.pogingen > HOOGSTENS

    def _van_mij(self) -> models.QuerySet[Any]:
        """Deze rij, als wij haar nog huren: wie te laat klaar is, overschrijft het werk van een ander niet."""
        return type(self)._default_manager.filter(pk=self.pk, stand=Stand.WACHT, huur_tot=self.huur_tot)

    def nog_te_doen(self) -> bool:
        """Of dit werk nog van ons is: niet intussen geannuleerd, en de huur niet voorbij."""
        return self.huur_tot is not None and nu() < self.huur_tot and self._van_mij().exists()

    def klaar(self) -> bool:
        """Leg vast dat het werk gedaan is; False als de huur inmiddels van een ander is.

        Ook wat tijdens het werk is geannuleerd wordt klaar: gedaan is gedaan, en dat moet te bewijzen zijn.
        """
        van_mij = type(self)._default_manager.filter(pk=self.pk, huur_tot=self.huur_tot)
        return bool(
            van_mij.filter(stand__in=[Stand.WACHT, Stand.GEANNULEERD]).update(
                stand=Stand.KLAAR, klaar_op=nu(), huur_tot=None, fout=""
            )
        )

    def laat_los(self) -> None:
        """Geef een geclaimde rij terug zonder iets te hebben gedaan: een ander mag haar meteen hebben."""
        self._van_mij().update(volgende_op=nu(), huur_tot=None, pogingen=F("pogingen") - 1)

    def probeer_later(self, fout: str) -> bool:
        """Leg de fout vast en wacht langer dan de vorige keer, met ruis. True als dit de laatste poging was: mislukt."""
        if self.pogingen >= HOOGSTENS:
            return self.geef_op(fout)
        later = nu() + wachttijd(self.pogingen)
        later = max(later, self.niet_voor() or later)
        self._van_mij().update(volgende_op=later, huur_tot=None, fout=fout[:200])
        return False

    def niet_voor(self) -> datetime | None:
        """Tot wanneer een nieuwe poging geen zin heeft, los van hoe vaak het al is geprobeerd; None: daarvan is niets bekend."""
        return None

    def geef_op(self, fout: str) -> bool:
        """Leg vast dat het niet lukt; een medewerker ziet de rij en kan haar opnieuw aanbieden. False als zij niet van ons is."""
        opgegeven = self._van_mij().update(stand=Stand.MISLUKT, huur_tot=None, fout=fout[:200], klaar_op=nu())
        return bool(opgegeven)


def zonder_meegesleurd(rijen: Iterable[W]) -> list[W]:
    """Het begin van deze rijen, waarin een rij wier vorige worker stierf (de huur verliep) altijd alleen staat.

    Zij kan de oorzaak zijn. Alleen genomen telt de volgende dood alleen voor haar, en houdt zij geen ander op.
    """
    uit: list[W] = []
    for rij in rijen:
        if rij.huur_tot is not None:
            return uit or [rij]
        uit.append(rij)
    return uit


def wachttijd(pogingen: int) -> timedelta:
    """Hoe lang wachten na deze poging: verdubbelt tot twee uur, plus of min een kwart."""
    basis = min(EERSTE_WACHTTIJD * float(2 ** min(pogingen - 1, 20)), LANGSTE_WACHTTIJD)
    return basis * random.uniform(0.75, 1.25)  # noqa: S311  (spreiding, geen geheim)


def werk_af(
    claim: Callable[[int], Sequence[R]],
    doe: Callable[[R], None],
    per_keer: int = 20,
    *,
    na_opgeven: Callable[[R], None] | None = None,
    na_stapel: Callable[[], None] = lambda: None,
) -> int:
    """Werk de wachtrij af tot zij leeg is of de tijd om is; geef het aantal rijen terug dat is geprobeerd.

    Na `HOOGSTENS_BEZIG` stopt zij tussen twee rijen in, ruim voor Celery de taak zou afbreken; de veegronde gaat verder.
    `doe` draait buiten elke transactie. Een `NietOpnieuwError` betekent opgeven, elke andere fout later opnieuw.
    `na_opgeven` legt vast dat een rij is opgegeven; `na_stapel` draait na elke stapel rijen, ook als er iets misging.
    """
    gedaan, tot = 0, time.monotonic() + HOOGSTENS_BEZIG
    while time.monotonic() < tot and (rijen := claim(per_keer)):
        try:
            gedaan += _werk_stapel_af(rijen, doe, tot, na_opgeven)
        finally:
            na_stapel()
    return gedaan


def _werk_stapel_af(
    rijen: Sequence[R], doe: Callable[[R], None], tot: float, na_opgeven: Callable[[R], None] | None
) -> int:
    gedaan = 0
    for rij in rijen:
        if time.monotonic() >= tot:
            rij.laat_los()
            continue
        if not rij.nog_te_doen():
            continue
        gedaan += 1
        try:
            if rij.uitgeput:
                raise NietOpnieuwError("elke worker die hieraan begon viel weg")
            doe(rij)
        except NietOpnieuwError as fout:
            log.warning("wachtrij_opgegeven soort=%s rij=%s fout=%s", type(rij).__name__, rij.pk, fout)
            opgegeven = rij.geef_op(str(fout))
        except Exception as fout:  # noqa: BLE001  (elke fout telt als mislukte poging; alleen de soort gaat het log in)
            log.warning("wachtrij_later soort=%s rij=%s fout=%s", type(rij).__name__, rij.pk, type(fout).__name__)
            opgegeven = rij.probeer_later(type(fout).__name__)
        else:
            opgegeven = False
        if opgegeven and na_opgeven is not None:
            na_opgeven(rij)
    return gedaan
