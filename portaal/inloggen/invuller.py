"""Een pagina teruggeven met een formulier erop ingevuld zoals iemand het eerder verstuurde. Zuiver: html in, html uit.

Hier, en niet per pagina: zo werkt het bij elk formulier van de portaal, ook bij het volgende. Er wordt alleen ingevuld.
"""

from collections.abc import Mapping, Sequence
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

Attributen = list[tuple[str, str | None]]

TEKST = ("", "text", "email", "tel", "url", "number", "search", "date", "time", "datetime-local", "month")
# Met welk concept de pagina begon: dat van toen, zodat opvalt dat er intussen iets anders is bewaard.
VERSIE = "_versie"
STAP = "_stap"  # is de pagina een andere stap van het formulier, dan horen de antwoorden er niet


def vul_in(html: str, hier: str, doel: str, velden: Mapping[str, Sequence[str]], melding: str) -> str | None:
    """De pagina met het formulier dat naar `doel` (een pad) gaat ingevuld, en `melding` (html) erboven.

    `hier` is het pad van de pagina zelf. None als dat formulier er niet op staat, of het een andere stap ervan is.
    """
    invuller = _Invuller(hier, doel, {naam: list(waarden) for naam, waarden in velden.items()}, melding)
    invuller.feed(html)
    invuller.close()
    return "".join(invuller.uit) if invuller.gevonden and invuller.past else None


class _Invuller(HTMLParser):
    """Geeft alles letterlijk door, behalve de invoer van dat ene formulier."""

    def __init__(self, hier: str, doel: str, velden: dict[str, list[str]], melding: str) -> None:
        super().__init__(convert_charrefs=False)
        self.hier, self.doel, self.velden, self.melding = hier, doel, velden, melding
        self.uit: list[str] = []
        self.gevonden, self.past = False, True
        self._binnen = self._in_tekstvak = False
        self._keuze: list[str] | None = None

    # --- het formulier ------------------------------------------------------------------------------------------------
    def handle_starttag(self, tag: str, attrs: Attributen) -> None:
        ruw, eigen = self.get_starttag_text() or "", dict(attrs)
        if tag == "form":
            naar = urlsplit(eigen.get("action") or self.hier).path
            self._binnen = (eigen.get("method") or "").lower() == "post" and naar == self.doel
            if self._binnen and not self.gevonden:
                self.gevonden = True
                ruw += self.melding
        elif self._binnen:
            ruw = self._ingevuld(tag, ruw, attrs, eigen.get("name") or "")
        self.uit.append(ruw)

    handle_startendtag = handle_starttag  # een lege tag heeft geen sluittag

    def _ingevuld(self, tag: str, ruw: str, attrs: Attributen, naam: str) -> str:
        waarde = dict(attrs).get("value") or ""
        if tag == "input":
            return self._invoer(ruw, attrs, naam, waarde)
        if tag == "textarea" and self.velden.get(naam):
            self._in_tekstvak = True
            return f"{ruw}\n{escape(self.velden[naam].pop(0))}"
        if tag == "select":
            self._keuze = self.velden.get(naam)
        elif tag == "option" and self._keuze is not None:
            return _tag(tag, attrs, selected=waarde in self._keuze)
        return ruw

    def _invoer(self, ruw: str, attrs: Attributen, naam: str, waarde: str) -> str:
        soort = (dict(attrs).get("type") or "").lower()
        eerder = self.velden.get(naam, [])
        if soort in ("checkbox", "radio"):
            return _tag("input", attrs, checked=waarde in eerder)
        if naam == STAP and eerder:
            self.past = waarde in eerder
        elif eerder and (soort in TEKST or naam == VERSIE):
            return _tag("input", attrs, value=eerder.pop(0))
        return ruw

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._in_tekstvak = False
        elif tag == "select":
            self._keuze = None
        elif tag == "form":
            self._binnen = False
        self.uit.append(f"</{tag}>")

    # --- de rest, letterlijk ------------------------------------------------------------------------------------------
    def handle_data(self, data: str) -> None:
        if not self._in_tekstvak:
            self.uit.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.handle_data(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.handle_data(f"<!{decl}>")


def _tag(tag: str, attrs: Attributen, **anders: str | bool) -> str:
    """De tag met deze attributen vervangen; True is een attribuut zonder waarde, False haalt het weg."""
    over: dict[str, str | bool | None] = {**dict(attrs), **anders}
    delen = [
        naam if waarde is None or waarde is True else f'{naam}="{escape(str(waarde))}"'
        for naam, waarde in over.items()
        if waarde is not False
    ]
    return f"<{' '.join([tag, *delen])}>"
