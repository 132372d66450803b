"""Meet hoe lang het tekenen van een formulier van duizend vragen duurt, in processortijd.

Draaien met `PYTHONPATH=. DJANGO_SETTINGS_MODULE=portaal.settings` en de omgeving van de demo; er is geen database nodig.
"""

import time

import django

django.setup()

from django.template.loader import render_to_string  # noqa: E402

from portaal.formulieren.definitie import lees_definitie  # noqa: E402

VRAGEN = 1000
onderdelen = [
    {"type": "textfield", "key": f"v{n}", "label": f"Vraag {n}", "description": "Uitleg"} for n in range(VRAGEN)
]
begin = time.process_time()
definitie = lees_definitie({"components": onderdelen})
gelezen = time.process_time() - begin
render_to_string("formulieren/velden.html", {"formulier": definitie.begin()})
tijden = []
for _keer in range(5):
    begin = time.process_time()
    render_to_string("formulieren/velden.html", {"formulier": definitie.begin()})
    tijden.append(time.process_time() - begin)
print(f"{VRAGEN} vragen: lezen {gelezen * 1000:.0f} ms, tekenen {min(tijden) * 1000:.0f} ms (beste van 5)")
