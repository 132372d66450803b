"""Sjabloontags van het portaal: pictogrammen, navigatie, kruimelpad, telefoonnummers."""

import functools
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@functools.cache
def _svg(naam: str) -> str:
    """De inhoud van het pictogram, of niets als static/dist/ niet gebouwd is: er staan altijd woorden bij."""
    pad = finders.find(f"dist/icons/{naam}.svg")
    return Path(pad).read_text("utf-8").strip() if isinstance(pad, str) else ""


@register.simple_tag
def icoon(naam: str, soort: str = "") -> SafeString:
    """Geef het pictogram als svg in de pagina; voorleesprogramma's slaan het over."""
    klassen = f"mo-icoon mo-icoon--{soort}" if soort else "mo-icoon"
    opening = f'<svg class="{klassen}" aria-hidden="true" focusable="false" '
    return mark_safe(_svg(naam).replace("<svg ", opening, 1))  # noqa: S308 eigen bestand, geen invoer


@register.simple_tag(takes_context=True)
def navigatie(context: template.Context) -> SafeString:
    """De lijst van de navigatie. Zij staat twee keer op de pagina (menu en zijkolom) en wordt één keer gemaakt."""
    sjabloon = context.template.engine.get_template("onderdelen/navigatie.html")  # type: ignore[union-attr]
    with context.push():  # wat zij onthoudt is niet van de pagina
        return sjabloon.render(context)


@register.inclusion_tag("onderdelen/navitem.html", takes_context=True)
def navitem(
    context: template.Context, sleutel: str, href: str, pictogram: str, tekst: str, aantal: int = 0
) -> dict[str, Any]:
    """Eén regel in de navigatie; `hier` in de context zegt welke de huidige is."""
    huidig = context.get("hier") == sleutel
    return {
        "sleutel": sleutel,
        "huidig": huidig,
        "href": href,
        "pictogram": pictogram,
        "tekst": tekst,
        "aantal": aantal,
    }


@register.inclusion_tag("onderdelen/kruimelpad.html")
def kruimelpad(hier: str, *delen: str) -> dict[str, Any]:
    """Het pad naar deze pagina: eerst hoe zij heet, dan om en om adres en naam van wat erboven ligt."""
    pad = list(zip(delen[::2], delen[1::2], strict=True))
    return {"hier": hier, "pad": pad, "terug": pad[-1]}


@register.filter
def bij(waarden: dict[Any, Any], sleutel: Any) -> Any:
    """De waarde bij deze sleutel, of None."""
    return waarden.get(sleutel)


@register.filter
def telefoonlink(nummer: str) -> str:
    """Maak van een telefoonnummer het deel achter tel: (alleen cijfers en een plus vooraan)."""
    return re.sub(r"(?!^\+)\D", "", nummer.strip())


@register.filter
def vast(tekst: str) -> SafeString:
    """Zet harde spaties, zodat een telefoonnummer of bedrag niet over twee regels valt."""
    return format_html("{}", tekst.replace(" ", "\u00a0"))


@register.filter
def bedrag(details: dict[str, Any]) -> SafeString:
    """Het bedrag van een betaaltaak: € 1.234,56. Wat geen getal is blijft staan zoals het gestuurd is."""
    valuta = details.get("valuta") or "EUR"
    try:
        getal = formats.number_format(Decimal(str(details.get("bedrag", ""))), 2, force_grouping=True)
    except InvalidOperation:
        getal = str(details.get("bedrag", ""))
    return format_html("{}&nbsp;{}", "€" if valuta == "EUR" else valuta, getal)


@register.filter
def host(adres: str) -> str:
    """Geef de kale naam van een website: https://www.voorbeeld.nl/ wordt www.voorbeeld.nl."""
    return re.sub(r"^https?://", "", adres).split("/", 1)[0]
