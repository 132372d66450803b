"""Voor de pagina van iets dat boven het niveau van de inlog ligt."""

from typing import Any

from django import template

from portaal.inloggen.hoger import wegen_omhoog

register = template.Library()


@register.inclusion_tag("inloggen/hoger.html", takes_context=True)
def hoger_inloggen(context: Any, niveau: int, kop: str, terug: str = "") -> dict[str, Any]:
    """De uitleg en de knop: hoger inloggen, en terug naar deze pagina (of naar `terug`)."""
    request = context["request"]
    wegen = wegen_omhoog(context["toegang"], niveau, terug or request.path)
    return {"niveau": niveau, "kop": kop, "wegen": wegen, "doelgroep": context["toegang"].doelgroep}
