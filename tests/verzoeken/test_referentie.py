"""De referentie die iemand aan de telefoon voorleest."""

from hypothesis import given
from hypothesis import strategies as st

from portaal.betrokkenen.nummers import bevat_nummer
from verzoeken.referentie import TEKENS, lees_referentie, maak_referentie

referenties = st.builds(lambda _: maak_referentie(), st.integers())


@given(referenties)
def test_zij_is_te_lezen_zoals_wij_haar_schrijven(referentie):
    assert lees_referentie(referentie) == referentie
    assert lees_referentie(referentie.lower().replace("-", " ")) == referentie


@given(referenties)
def test_zij_lijkt_niet_op_een_nummer_van_een_persoon(referentie):
    assert not bevat_nummer(referentie.replace("-", ""))
    assert not set(referentie) & set("01OIQBDPUVW")


@given(referenties, st.integers(0, 8), st.sampled_from(TEKENS))
def test_een_verkeerd_teken_valt_op(referentie, plek, teken):
    kaal = referentie.replace("-", "")
    fout = kaal[:plek] + teken + kaal[plek + 1 :]
    assert (lees_referentie(fout) is None) == (fout != kaal)


@given(referenties, st.integers(0, 8), st.integers(0, 8))
def test_twee_verwisselde_tekens_vallen_op(referentie, een, twee):
    tekens = list(referentie.replace("-", ""))
    tekens[een], tekens[twee] = tekens[twee], tekens[een]
    fout = "".join(tekens)
    assert (lees_referentie(fout) is None) == (fout != referentie.replace("-", ""))


def test_onzin_is_geen_referentie():
    assert [lees_referentie(t) for t in ("", "K7F", "K7F-42M-9R0", "geen referentie")] == [None] * 4
