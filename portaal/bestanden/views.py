"""Een bestand ophalen, voor wie het meestuurde of voor wie het is."""

from collections.abc import Iterator
from itertools import chain
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portaal.bestanden.handelingen import inhoud
from portaal.bestanden.models import Bestand, Stand
from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.toegang import Toegang
from portaal.inloggen.verwijzing import Verwijzing


@require_safe
@persoonlijk
def bestand(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """De inhoud, om te bewaren. Niet gecontroleerd, van een ander, of bij iets wat u niet mag zien: 404."""
    gevonden = get_object_or_404(Bestand.objects.voor(toegang).filter(stand=Stand.SCHOON), pk=uuid)
    if not Verwijzing(gevonden.bij_soort, gevonden.bij_id).zichtbaar_voor(toegang):
        raise Http404
    return cast(HttpResponse, als_bijlage(gevonden))  # voor de middleware is een stroom ook een antwoord


def als_bijlage(bestand: Bestand) -> StreamingHttpResponse:
    """Het bestand als antwoord, stuk voor stuk: altijd als bijlage, en een browser mag er niets van maken."""
    stukken = inhoud(bestand)
    try:
        eerste: Iterator[bytes] = iter((next(stukken, b""),))  # een fout in het begin is nog een nette fout
    except FileNotFoundError as fout:
        raise Http404 from fout
    antwoord = StreamingHttpResponse(chain(eerste, stukken), content_type=bestand.mime)
    antwoord.headers["Content-Length"] = str(bestand.grootte)
    antwoord.headers["Content-Disposition"] = content_disposition_header(True, bestand.naam) or "attachment"
    antwoord.headers["X-Content-Type-Options"] = "nosniff"
    antwoord.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    antwoord.headers["Cache-Control"] = "no-store, private"
    return antwoord
