"""De postvanger op het web: welke e-mails de portaal verstuurde. Alleen in demo en test."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portaal.demo.post import Brievenbus
from portaal.demo.sms import Telefoon


def _bus() -> Brievenbus:
    if settings.PRODUCTIE:
        raise Http404
    return Brievenbus(settings.DEMO_MAP / "post")


@never_cache
@require_safe
def post(request: HttpRequest) -> HttpResponse:
    """De nieuwste 200 e-mails en sms'en, nieuwste eerst."""
    return render(request, "demo/post.html", {"mails": _bus().mails(), "smsen": Telefoon().alle()})


@never_cache
@require_safe
def mail(request: HttpRequest, naam: str) -> HttpResponse:
    """Eén e-mail als tekst. Een naam die niet bestaat is een 404."""
    try:
        gevonden = _bus().lees(naam)
    except FileNotFoundError:
        raise Http404 from None
    return render(request, "demo/post_bericht.html", {"mail": gevonden})
