"""De onderdelen van een formulier: per soort wat een definitie mag zeggen, en hoe een antwoord wordt gelezen.

De vorm is die van Form.io, en zo ook de types van de antwoorden: tekst, getal, waar/onwaar, een datum als
"2026-11-24", vinkjes als {waarde: waar/onwaar}, een herhaling als lijst van objecten. Leeg is "" (tekst, keuze, datum),
null (getal), false (vinkje) of [] (herhaling).

Een nieuwe soort erbij: een klasse met `typen`, `uit_definitie`, `uit_post`, `uit_json`, `controleer` en `schema`, in
`SOORTEN`; en hoe zij eruitziet in `weergave.py` en `templates/formulieren/veld.html`.
"""

from portaal.formulieren.componenten.basis import Veld
from portaal.formulieren.componenten.bestand import Bestandveld
from portaal.formulieren.componenten.getal import Bedrag, Getal
from portaal.formulieren.componenten.herhaling import Herhaling
from portaal.formulieren.componenten.keuze import Keuze, Keuzelijst, Vinkje, Vinkjes
from portaal.formulieren.componenten.opmaak import Groep, Kolommen, Uitleg
from portaal.formulieren.componenten.tekst import Bsn, Email, Iban, Kenteken, LangeTekst, Postcode, Tekst, Telefoon
from portaal.formulieren.componenten.tijd import Datum, Moment, Tijd
from portaal.formulieren.componenten.verborgen import Verborgen

SOORTEN: dict[str, type[Veld]] = {
    naam: soort
    for soort in (
        *(Tekst, LangeTekst, Email, Telefoon, Bsn, Iban, Postcode, Kenteken, Getal, Bedrag, Datum, Tijd, Moment),
        *(Keuze, Keuzelijst, Vinkjes, Vinkje, Verborgen, Herhaling, Bestandveld, Uitleg, Groep, Kolommen),
    )
    for naam in soort.typen
}

__all__ = [
    "SOORTEN",
    "Bedrag",
    "Bestandveld",
    "Bsn",
    "Datum",
    "Email",
    "Getal",
    "Groep",
    "Herhaling",
    "Iban",
    "Kenteken",
    "Keuze",
    "Keuzelijst",
    "Kolommen",
    "LangeTekst",
    "Moment",
    "Postcode",
    "Tekst",
    "Telefoon",
    "Tijd",
    "Uitleg",
    "Veld",
    "Verborgen",
    "Vinkje",
    "Vinkjes",
]
