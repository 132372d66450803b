"""`/.well-known/security.txt` (RFC 9116): waar iemand een kwetsbaarheid van deze portaal meldt."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portaal.tijd import vandaag

PAD = "/.well-known/security.txt"
HOOGSTENS = timedelta(days=366)  # RFC 9116 §2.5.5: verder vooruit dan een jaar is niet te beloven


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Het bestand, zolang het klopt. Niet ingesteld of verlopen: 404, want een oud meldadres is erger dan geen."""
    if not settings.SECURITY_CONTACT or vandaag() >= settings.SECURITY_GELDT_TOT:
        raise Http404
    regels = [
        *(f"Contact: {adres}" for adres in settings.SECURITY_CONTACT),
        f"Expires: {settings.SECURITY_GELDT_TOT:%Y-%m-%d}T00:00:00Z",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.PORTAAL_URL}{PAD}",
        *([f"Policy: {settings.SECURITY_BELEID_URL}"] if settings.SECURITY_BELEID_URL else []),
    ]
    return HttpResponse("\n".join(regels) + "\n", content_type="text/plain; charset=utf-8")


@register()
def security_txt_klopt(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Een datum die voorbij is of te ver weg: de portaal draait, maar wie haar beheert hoort het."""
    if not settings.SECURITY_CONTACT:
        return []
    if vandaag() >= settings.SECURITY_GELDT_TOT:
        tekst = f"SECURITY_GELDT_TOT is voorbij: {PAD} geeft nu 404."
        return [Warning(tekst, hint="Kijk of het meldadres nog klopt en zet een nieuwe datum.", id="overzicht.W001")]
    if vandaag() + HOOGSTENS < settings.SECURITY_GELDT_TOT:
        tekst = "SECURITY_GELDT_TOT ligt meer dan een jaar vooruit (RFC 9116 raadt dat af)."
        return [Warning(tekst, id="overzicht.W002")]
    return []
