"""Een PDF van gegevens die de portaal al heeft: toegankelijk (PDF/UA-1, ISO 14289-1), gemaakt door Typst.

De opmaak staat in `templates/pdf/*.typ`; `basis.typ` is voor elk document hetzelfde. De gegevens gaan er als JSON in en
worden daar alleen als tekst gezet: wat iemand schreef is nooit code van Typst.
"""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import get_language

OPMAAK = settings.BASE_DIR / "templates" / "pdf"
_BLIJFT = "\n\t"


def maak_pdf(sjabloon: str, gegevens: Mapping[str, Any]) -> bytes:
    """De PDF van `templates/pdf/<sjabloon>.typ`, in de taal van dit verzoek.

    `gegevens` is JSON met ten minste `titel`; het sjabloon leest het met `#import "basis.typ": g`. Staat er een teken in
    dat geen lettertype hier kan tonen, dan komt er een blokje op die plek en belooft het bestand geen PDF/UA (het is dan
    wel getagd). `TypstError` als het sjabloon zelf niet klopt.
    """
    invoer = {"gegevens": json.dumps({"taal": get_language() or "nl", **_leesbaar(dict(gegevens))}, default=str)}
    bron = str(OPMAAK / f"{sjabloon}.typ")
    try:
        return bytes(typst.compile(bron, root=str(OPMAAK), sys_inputs=invoer, pdf_standards=["ua-1"]))
    except typst.TypstError as fout:
        if "could not be displayed" not in str(fout):
            raise
        return bytes(typst.compile(bron, root=str(OPMAAK), sys_inputs=invoer))


def _leesbaar(waarde: Any) -> Any:
    """Zonder tekens die niets tonen (stuurtekens, breedte nul): die horen niet op papier."""
    if isinstance(waarde, str):
        return "".join(t for t in waarde if t in _BLIJFT or unicodedata.category(t) not in ("Cc", "Cf", "Co", "Cs"))
    if isinstance(waarde, Mapping):
        return {str(naam): _leesbaar(w) for naam, w in waarde.items()}
    if isinstance(waarde, list | tuple):
        return [_leesbaar(w) for w in waarde]
    return waarde
