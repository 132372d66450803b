"""Het bestand met inlogmiddelen: wat erin moet, en wat iemand hoort als het niet klopt."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as instellingen

from portaal.inloggen.checks import inlogmiddelen_kloppen
from portaal.inloggen.inlogmiddelen import Doelgroep, InlogmiddelenFout, lees_claim, lees_inlogmiddelen

DIGID = """
[[middel]]
sleutel = "digid"
naam = "DigiD"
doelgroep = "inwoner"
issuer = "https://makelaar.voorbeeld.test"
client_id = "x"
client_secret = "${GEHEIM}"
nummers = [{ soort = "bsn", claim = ["aanvrager", "bsn"] }]
[middel.niveau]
claim = "acr"
waarden = { laag = 1, hoog = 3 }
"""
OMGEVING = {"GEHEIM": "uit-de-omgeving"}


def fouten(tekst: str, omgeving: dict[str, str] = OMGEVING) -> str:
    with pytest.raises(InlogmiddelenFout) as fout:
        lees_inlogmiddelen(tekst, omgeving)
    return "\n".join(fout.value.fouten)


def test_een_middel_is_gegevens() -> None:
    middel = lees_inlogmiddelen(DIGID, OMGEVING)["digid"]
    assert middel.doelgroep is Doelgroep.INWONER
    assert middel.client_secret == "uit-de-omgeving"
    assert middel.nummers[0].claim == ("aanvrager", "bsn")
    assert middel.acr_te_vragen(3) == "hoog"
    assert middel.acr_te_vragen(1) == "laag hoog"


def test_het_geheim_staat_niet_in_een_weergave() -> None:
    assert "uit-de-omgeving" not in repr(lees_inlogmiddelen(DIGID, OMGEVING))


@pytest.mark.parametrize(
    ("claims", "niveau"),
    [({"acr": "hoog"}, 3), ({"acr": "laag"}, 1), ({"acr": "anders"}, 0), ({}, 0), ({"acr": None}, 0), ({"acr": []}, 0),
     ({"acr": ["laag", "hoog"]}, 3)],
)  # fmt: skip
def test_een_niveau_dat_ontbreekt_of_onbekend_is_telt_als_het_laagste(claims: dict[str, Any], niveau: int) -> None:
    assert lees_inlogmiddelen(DIGID, OMGEVING)["digid"].niveau_van(claims) == niveau


def test_een_pad_loopt_door_de_claims() -> None:
    assert lees_claim({"a": {"b.c": "x"}}, ("a", "b.c")) == "x"
    assert lees_claim({"a": "tekst"}, ("a", "b")) is None


def test_alle_fouten_komen_tegelijk() -> None:
    uitkomst = fouten('[[middel]]\nsleutel = "Digi D"\ndoelgroep = "iedereen"\nissuer = "ftp://x"\nkleur = "blauw"')
    for naam in ("sleutel", "doelgroep", "issuer", "naam", "client_id", "client_secret", "nummers", "niveau", "kleur"):
        assert naam in uitkomst


def test_een_variabele_die_niet_bestaat_wordt_genoemd() -> None:
    assert "${GEHEIM}" in fouten(DIGID, {})


def test_een_minimum_dat_niemand_haalt_is_een_fout() -> None:
    assert "niemand zou kunnen inloggen" in fouten(DIGID.replace("[middel.niveau]", "minimum = 4\n[middel.niveau]"))


def test_in_productie_staat_geen_geheim_in_het_bestand(settings: Any) -> None:
    settings.PRODUCTIE = True
    assert lees_inlogmiddelen(DIGID, OMGEVING)
    assert "hoort niet in het bestand" in fouten(DIGID.replace("${GEHEIM}", "letterlijk"))
    assert "https://" in fouten(DIGID.replace("https://makelaar", "http://makelaar"))


def test_medewerkers_zonder_rol_of_tweede_factor_is_een_fout() -> None:
    staf = DIGID.replace('"inwoner"', '"medewerker"').replace("[middel.niveau]", "minimum = 0\n[middel.niveau]")
    uitkomst = fouten(staf)
    assert "zonder rol komt geen medewerker binnen" in uitkomst
    assert "tweede factor" in uitkomst


def test_twee_middelen_met_dezelfde_sleutel_is_een_fout() -> None:
    assert "staat al bij een ander middel" in fouten(DIGID + DIGID)


def test_kapotte_toml_wordt_uitgelegd() -> None:
    assert "geen geldige TOML" in fouten("[[middel")


def test_de_controle_bij_de_start_noemt_bestand_en_fout(settings: Any, tmp_path: Path) -> None:
    bestand = tmp_path / "middelen.toml"
    bestand.write_text(DIGID.replace('naam = "DigiD"', ""))
    settings.INLOGMIDDELEN_BESTAND = str(bestand)
    meldingen = inlogmiddelen_kloppen(None)
    assert any(m.id == "inloggen.E001" and "naam ontbreekt" in m.msg for m in meldingen)
    assert all(str(bestand) in (m.hint or "") for m in meldingen)


def test_zonder_bestand_waarschuwt_de_controle(settings: Any) -> None:
    settings.INLOGMIDDELEN_BESTAND = ""
    assert [m.id for m in inlogmiddelen_kloppen(None)] == ["inloggen.W001"]


def test_het_bestand_van_de_demo_klopt() -> None:
    assert inlogmiddelen_kloppen(None) == []
    assert instellingen.INLOGMIDDELEN_BESTAND.endswith("inlogmiddelen.toml")
