"""Bewaarde bestanden zijn onleesbaar zonder sleutel, en elke verandering valt op."""

import tracemalloc
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portaal.bestanden.versleuteld import STUK, TAG, Versleuteld, lees
from portaal.versleuteling import OnleesbaarError


def bewaar(inhoud: bytes, context: str = "a") -> bytes:
    return b"".join(Versleuteld(BytesIO(inhoud), context).chunks())


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([0, 1, STUK - 1, STUK, STUK + 1, 3 * STUK]), st.binary(max_size=20))
def test_wat_erin_gaat_komt_eruit(lengte, staart):
    inhoud = b"x" * lengte + staart
    bewaard = bewaar(inhoud)
    assert b"".join(lees(BytesIO(bewaard), "a")) == inhoud
    assert b"xxxxxxxxxxxxxxxx" not in bewaard


@pytest.mark.parametrize(
    "wat", ["bit", "afgekapt", "stuk weg", "omgewisseld", "andere plek", "andere sleutel", "iets anders", "erbij"]
)
def test_elke_verandering_valt_op(wat, settings):
    bewaard, context = bytearray(bewaar(b"y" * (2 * STUK + 10))), "a"
    kop = len(bewaard) - (2 * (STUK + TAG) + 10 + TAG)
    heel = STUK + TAG
    if wat == "bit":
        bewaard[kop + 100] ^= 1
    elif wat == "afgekapt":
        del bewaard[kop + 2 * heel :]
    elif wat == "stuk weg":
        del bewaard[kop : kop + heel]
    elif wat == "omgewisseld":
        een, twee = bytes(bewaard[kop : kop + heel]), bytes(bewaard[kop + heel : kop + 2 * heel])
        bewaard[kop : kop + 2 * heel] = twee + een
    elif wat == "andere plek":
        context = "b"
    elif wat == "andere sleutel":
        settings.SLEUTELS = settings.SLEUTELS.replace("v1:", "v2:")
    elif wat == "iets anders":
        bewaard = bytearray(b"%PDF-1.7")
    elif wat == "erbij":
        bewaard += b"meer"
    with pytest.raises(OnleesbaarError):
        list(lees(BytesIO(bytes(bewaard)), context))


def test_het_geheugen_blijft_gelijk_hoe_groot_het_bestand_ook_is(tmp_path):
    pad = tmp_path / "groot"
    with pad.open("wb") as uit:
        for _ in range(320):
            uit.write(b"z" * STUK)  # 20 MB
    tracemalloc.start()
    with pad.open("rb") as bron, (tmp_path / "bewaard").open("wb") as uit:
        for stuk in Versleuteld(bron, "a").chunks():
            uit.write(stuk)
    with (tmp_path / "bewaard").open("rb") as bron:
        lengte = sum(len(stuk) for stuk in lees(bron, "a"))
    _nu, hoogst = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert lengte == 320 * STUK
    assert hoogst < 20 * STUK
