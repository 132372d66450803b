"""Sjabloontag van de notificaties, voor pagina's van andere apps."""

from typing import Any

from django import template

from portaal.inloggen.toegang import Toegang
from portaal.notificaties.weergave import melding_op_overzicht

register = template.Library()


@register.inclusion_tag("notificaties/op_overzicht.html")
def contactmelding(toegang: Toegang | None) -> dict[str, Any]:
    """Een rustig zetje als er geen bevestigd adres is, en een waarschuwing als een adres niet werkt."""
    return {"melding": melding_op_overzicht(toegang) if toegang else ""}
