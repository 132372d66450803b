"""Haken voor schemathesis: de helft van de verzinsels op iets dat bestaat, met een inhoud die bijna klopt.

Zonder dit haalt geen verzinsel de elfproef en blijft alles hangen op 400 en 404. `PROEF` in de omgeving is JSON:
{"uuid": {"/externetaken/": […]}, "inhoud": {"POST /urltaken": {…}}}.
"""

import json
import os
import random
from typing import Any

import schemathesis

PROEF: dict[str, Any] = json.loads(os.environ.get("PROEF", "{}"))
_kans = random.Random(1)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Vul in de helft van de gevallen een bestaande sleutel en een geldige inhoud in; één verzonnen veld blijft staan."""
    if _kans.random() < 0.5:
        return
    for begin, sleutels in PROEF.get("uuid", {}).items():
        if case.operation.path.startswith(begin) and case.path_parameters:
            for naam in case.path_parameters:
                if naam.lower().endswith("uuid"):
                    case.path_parameters[naam] = _kans.choice(sleutels)
    inhoud = PROEF.get("inhoud", {}).get(f"{case.method.upper()} {case.operation.path}")
    if inhoud is not None and isinstance(case.body, dict):
        verzonnen = _kans.sample(sorted(case.body.items(), key=lambda paar: str(paar[0])), k=min(1, len(case.body)))
        case.body = {**inhoud, **(dict(verzonnen) if _kans.random() < 0.7 else {})}
