"""Een object dat een bericht is."""

from dataclasses import replace
from typing import Any

from berichten import handelingen as berichten
from berichten.dialecten import objecten as bericht_dialect
from berichten.models import Bericht
from portaal.inloggen.partij import Partij
from portaal.objecten.handelingen.basis import PastNietError, WeigerError, categorie_van
from portaal.objecten.models import (
    Koppelobject,
)


def maak_bericht(object_: Koppelobject, door: Partij) -> Bericht:
    """Het bericht dat dit object beschrijft. Fouten: `WeigerError`, `berichten.BestaatAlError`."""
    try:
        nieuw = bericht_dialect.lees(object_.data)
    except bericht_dialect.OnleesbaarError as fout:
        raise WeigerError([(f"record.data.{pad}", code, uitleg) for pad, code, uitleg in fout.fouten]) from fout
    vingerafdruk = bytes(object_.vingerafdruk)
    nieuw = replace(
        nieuw,
        vingerafdruk=vingerafdruk,
        # Een object heeft geen eigen kenmerk; zo maakt hetzelfde verzoek nog eens geen tweede bericht.
        bron_referentie=f"object-{vingerafdruk.hex()}",
        categorie=categorie_van(object_, {}),
    )
    try:
        return berichten.maak_aan(nieuw, door, pk=object_.pk)
    except berichten.VerwijzingError as fout:  # een bijlage die niet van deze applicatie is
        raise WeigerError([("record.data.bijlages", "invalid_reference", str(fout))]) from fout


def werk_bericht_bij(bericht: Bericht, oud: dict[str, Any], nieuw: dict[str, Any], door: Partij) -> dict[str, Any]:
    """Vóór publicatie mag alles anders, daarna niets meer. Of het geopend is, zegt alleen de ontvanger."""
    nieuw = {**nieuw, "geopend": oud.get("geopend", False)}
    if nieuw == oud:
        return nieuw
    try:
        gelezen = bericht_dialect.lees(nieuw)
    except bericht_dialect.OnleesbaarError as fout:
        raise WeigerError([(f"record.data.{pad}", code, uitleg) for pad, code, uitleg in fout.fouten]) from fout
    if gelezen.voor.urn != bericht.geadresseerde:
        raise PastNietError("Voor wie een bericht is verandert niet. Maak een nieuw bericht.")
    velden = {
        "onderwerp": gelezen.onderwerp,
        "tekst": gelezen.tekst,
        "aard": gelezen.aard or bericht.aard,
        "publicatiedatum": gelezen.publicatiedatum or bericht.publicatiedatum,
        "referentie": gelezen.referentie,
        "bericht_type": gelezen.bericht_type,
        "handelingsperspectief": gelezen.handelingsperspectief,
        "einddatum_moment": gelezen.einddatum,
        "bijlagen": gelezen.bijlagen,
    }
    try:
        berichten.wijzig(bericht.pk, velden, door)
    except berichten.AlTeLezenError as fout:
        raise PastNietError(str(fout)) from fout
    except berichten.VerwijzingError as fout:
        raise WeigerError([("record.data.bijlages", "invalid_reference", str(fout))]) from fout
    return nieuw
