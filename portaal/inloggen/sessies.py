"""De twee soorten sessies, elk met een eigen tabel, cookie en looptijd.

`SessionStore` is die van inwoners, ondernemers en ketenpartners, op het model `Sessie`. `BeheerStore` is die van
medewerkers. De looptijd wordt hier bewaakt, niet in de browser: te lang niets gedaan of te lang ingelogd betekent dat
de rij verdwijnt.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction

from portaal.inloggen.models import Sessie
from portaal.tijd import nu

BIJWERKEN_NA = timedelta(seconds=60)  # vaker schrijven wij `laatst_actief` niet

INACTIEF, HOOGSTENS, VERLOPEN, INGETROKKEN = "inactief", "hoogstens", "verlopen", "ingetrokken"


class GeenSessie(SessionBase):
    """Voor paden zonder sessie (de API): altijd leeg, en bewaren kan niet."""

    def load(self) -> dict[str, Any]:
        return {}

    def save(self, must_create: bool = False) -> None:
        raise RuntimeError("Op dit pad bestaat geen sessie.")


class SessionStore(db.SessionStore):
    """Een sessie van de portaal. Wat bij het inloggen is bewezen staat in kolommen; de losse gegevens zijn leeg.

    `rij` is de opgehaalde rij, `einde` zegt na het laden waarom een meegestuurde sessie niet meer geldt.
    """

    cookie = settings.SESSION_COOKIE_NAME
    cookie_pad = "/"

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.rij: Sessie | None = None
        self.einde = ""
        self._nieuw: Sessie | None = None

    @classmethod
    def get_model_class(cls) -> type[Sessie]:
        return Sessie

    def __setitem__(self, key: str, value: Any) -> None:
        if key == SESSION_KEY:
            raise RuntimeError("Een medewerker logt in bij het beheer, nooit in een sessie van de portaal.")
        super().__setitem__(key, value)

    # --- laden ----------------------------------------------------------------------------------------------------
    def load(self) -> dict[str, Any]:
        """De rij in één query. Is zij verlopen, dan verdwijnt zij en is de sessie leeg."""
        rijen = Sessie.objects.select_related("betrokkene", "lid__ketenpartner").defer("id_token", "lid__naam")
        rij = rijen.filter(session_key=self.session_key).first()
        if rij is None:
            self.einde, self._session_key = VERLOPEN, None
            return {}
        einde = _einde(rij)
        if einde is not None:
            rij.delete()
            self.einde, self._session_key = einde, None
            return {}
        self.rij = rij
        return dict(self.decode(rij.session_data))

    def geladen_rij(self) -> Sessie | None:
        """De rij van deze sessie, zo nodig nu opgehaald; None als zij er niet (meer) is."""
        self.get("ingelogd")
        return self.rij

    # --- bewaren --------------------------------------------------------------------------------------------------
    def begin(self, rij: Sessie) -> None:
        """Begin een nieuwe sessie met deze kolommen. De oude verdwijnt geheel, ook van dezelfde persoon: nieuwe sleutel."""
        self.flush()
        rij.begonnen = rij.laatst_actief = nu()
        self.rij, self._nieuw, self.einde = None, rij, ""
        self["ingelogd"] = True

    def save(self, must_create: bool = False) -> None:
        """Bewaar de losse gegevens; de kolommen van de inlog worden alleen bij het maken geschreven."""
        if self.session_key is None:
            self.create()
            return
        gegevens = self.encode(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        if not must_create:
            verloopt = _verloopt(self.rij) if self.rij else nu() + _inactief()
            geraakt = Sessie.objects.filter(pk=self.session_key).update(session_data=gegevens, expire_date=verloopt)
            if not geraakt:
                raise UpdateError
            return
        rij = self._nieuw or Sessie()
        rij.session_key, rij.session_data, rij.expire_date = self.session_key, gegevens, _verloopt(rij)
        try:
            with transaction.atomic():
                rij.save(force_insert=True)
        except IntegrityError as fout:
            if Sessie.objects.filter(pk=self.session_key).exists():
                raise CreateError from fout
            raise
        self.rij, self._nieuw = rij, None

    def raak_aan(self, *, altijd: bool = False) -> None:
        """De persoon deed iets: de inactiviteit begint opnieuw. Schrijft hoogstens eens per minuut, tenzij `altijd`."""
        rij = self.geladen_rij()
        if rij is None or rij.laatst_actief is None or (not altijd and nu() - rij.laatst_actief < BIJWERKEN_NA):
            return
        rij.laatst_actief = nu()
        Sessie.objects.filter(pk=rij.pk).update(laatst_actief=rij.laatst_actief, expire_date=_verloopt(rij))

    @property
    def verloopt_op(self) -> datetime | None:
        """Wanneer de sessie eindigt als er niets meer gebeurt; None als er niemand is ingelogd."""
        return _verloopt(self.rij) if self.rij and self.rij.begonnen else None


def _inactief() -> timedelta:
    return timedelta(seconds=settings.SESSIE_INACTIEF)


def _verloopt(rij: Sessie) -> datetime:
    if rij.begonnen is None or rij.laatst_actief is None:
        return nu() + _inactief()
    return min(rij.laatst_actief + _inactief(), rij.begonnen + timedelta(seconds=settings.SESSIE_HOOGSTENS))


def _einde(rij: Sessie) -> str | None:
    """Waarom deze rij niet meer geldt, of None. Een rij van iemand die nog niet was ingelogd eindigt zonder reden."""
    if rij.begonnen is None or rij.laatst_actief is None:
        return "" if rij.expire_date <= nu() else None
    if rij.lid is not None and not rij.lid.actief:
        return INGETROKKEN
    if rij.begonnen + timedelta(seconds=settings.SESSIE_HOOGSTENS) <= nu():
        return HOOGSTENS
    return INACTIEF if rij.laatst_actief + _inactief() <= nu() else None


class BeheerStore(db.SessionStore):
    """De sessie van een medewerker: Django's eigen tabel, met een einde na inactiviteit en een vast einde."""

    cookie = settings.BEHEER_COOKIE_NAME
    cookie_pad = settings.BEHEER_COOKIE_PATH

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.einde = ""

    def get_session_cookie_age(self) -> int:
        return int(settings.BEHEER_SESSIE_INACTIEF)

    def load(self) -> dict[str, Any]:
        sleutel = self.session_key
        gegevens: dict[str, Any] = super().load()
        if self.session_key is None:
            self.delete(sleutel)
            self.einde = VERLOPEN
        if SESSION_KEY not in gegevens:
            return gegevens
        tijd = nu().timestamp()
        if tijd >= gegevens.get("begonnen", 0) + settings.BEHEER_SESSIE_HOOGSTENS:
            self.einde = HOOGSTENS
        elif tijd >= gegevens.get("laatst_actief", 0) + settings.BEHEER_SESSIE_INACTIEF:
            self.einde = INACTIEF
        if not self.einde:
            return gegevens
        self.delete(self.session_key)
        self._session_key = None
        return {}

    def begin(self) -> None:
        """De klok van een sessie die net is begonnen; direct na `auth.login`, dat de sleutel al verving."""
        self.pop("oidc_states", None)
        self["begonnen"] = self["laatst_actief"] = nu().timestamp()

    def raak_aan(self, *, altijd: bool = False) -> None:
        """De medewerker deed iets. Schrijft hoogstens eens per minuut, tenzij `altijd`."""
        if SESSION_KEY in self and (altijd or nu().timestamp() - self["laatst_actief"] >= BIJWERKEN_NA.total_seconds()):
            self["laatst_actief"] = nu().timestamp()
