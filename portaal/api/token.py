"""Wie er aanklopt: een applicatie met een token."""

import re
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import cast

from django.db.models import Q
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from portaal.api.models import Token, hash_van
from portaal.betrokkenen.models import Applicatie
from portaal.tijd import nu

_VORM = re.compile(r"(?:token|bearer) +([A-Za-z0-9_]{1,20})\.([A-Za-z0-9_-]{20,100})", re.IGNORECASE)
_GEEN_HASH = "0" * 64
STEMPEL_NA = timedelta(hours=1)


@dataclass(frozen=True)
class Aanroeper:
    """De `request.user` van een API: een applicatie met haar token, nooit een persoon."""

    applicatie: Applicatie
    token: Token
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    @property
    def pk(self) -> str:
        """Voor throttles: de applicatie."""
        return str(self.applicatie.pk)


def applicatie_van(request: Request) -> Applicatie:
    """De applicatie die dit verzoek doet, met organisatie en standaardcategorie al geladen."""
    return cast(Aanroeper, request.user).applicatie


class TokenAuthenticatie(BaseAuthentication):
    """`Authorization: Token <token>`, of `Bearer <token>`. Eén query; hoogstens eens per uur een tweede (het stempel)."""

    def authenticate(self, request: Request) -> tuple[Aanroeper, Token] | None:
        """De aanroeper, of None zonder kop; een kop die niet klopt is een 401."""
        kop = request.META.get("HTTP_AUTHORIZATION")
        if kop is None:
            return None
        vorm = _VORM.fullmatch(kop.strip())
        if vorm is None:
            raise AuthenticationFailed("De kop Authorization heeft niet de vorm: Token <token>.", "bad_header")
        token = (
            Token.objects.select_related("applicatie__organisatie", "applicatie__standaard_categorie")
            .filter(prefix=vorm[1])
            .order_by()
            .first()
        )
        # Ook zonder token vergelijken: zo verraadt de tijd niet welke prefixen bestaan.
        klopt = compare_digest(hash_van(f"{vorm[1]}.{vorm[2]}"), token.hash if token else _GEEN_HASH)
        if token is None or not klopt:
            raise AuthenticationFailed("Dit token is niet bekend.", "unknown_token")
        if not token.geldig:
            raise AuthenticationFailed("Dit token is verlopen of ingetrokken.", "expired_token")
        if not token.applicatie.actief:
            raise AuthenticationFailed("Deze applicatie is niet actief.", "inactive")
        _stempel(token)
        return Aanroeper(token.applicatie, token), token

    def authenticate_header(self, request: Request) -> str:
        """De kop WWW-Authenticate bij een 401."""
        return 'Token realm="api", Bearer realm="api"'


def _stempel(token: Token) -> None:
    grens = nu() - STEMPEL_NA
    if token.laatst_gebruikt_op is None or token.laatst_gebruikt_op < grens:
        oud = Q(laatst_gebruikt_op=None) | Q(laatst_gebruikt_op__lt=grens)
        Token.objects.filter(oud, pk=token.pk).update(laatst_gebruikt_op=nu())
