"""Berichten die als object komen, en verzoeken die als object vertrekken."""

from uuid import uuid4

import pytest
from django.test import Client

from berichten.models import Bericht
from berichten.tasks import publiceer_wachtende
from portaal.betrokkenen.handelingen import vind_betrokkene
from portaal.betrokkenen.nummers import NummerSoort
from portaal.inloggen.partij import Partij
from portaal.objecten.models import Koppelobject, Objecttype
from portaal.zaken.handelingen import Stap, Zaakgegevens, registreer
from portaal.zaken.models import Rol, ZaakSleutel
from tests import wereld
from tests.inloggen.hulp import sessie_voor
from tests.objecten.gzac import BERICHT_TYPE, VERZOEK_TYPE, ZAAK, ZAAKVERZOEK_TYPE, Gzac
from verzoeken import handelingen as verzoeken
from verzoeken.models import Status, Verzoek, Verzoektype

pytestmark = pytest.mark.django_db

FORMULIER = {
    "components": [
        {"type": "textfield", "key": "kenteken", "label": "Kenteken"},
        {"type": "textarea", "key": "opmerking", "label": "Opmerking"},
    ]
}


# --- berichten ---------------------------------------------------------------------------------------------------------------
def bericht(**velden):
    return {
        "identificatie": {"type": "bsn", "value": wereld.BSN_FATIMA},
        "onderwerp": "Bericht over uw buurt.",
        "berichtTekst": "Er zijn werkzaamheden in uw straat.",
        "publicatiedatum": "2024-07-18T18:25:43.524Z",
        "einddatumHandelingstermijn": "2099-10-31T18:25:43.524Z",
        "referentie": "ZAAK-2024-0000000001",
        "handelingsperspectief": "informatie ontvangen",
        "berichtType": "notificatie",
        "geopend": False,
        "bijlages": ["http://localhost:10001/enkelvoudiginformatieobjecten/095be615-a8ad-4c33-8e9c-c7612fbf6c9f"],
        **velden,
    }


@pytest.fixture
def postkamer(gzac: Gzac) -> Gzac:
    gzac.objecttype = BERICHT_TYPE
    return gzac


def test_een_bericht_komt_aan_en_de_afzender_hoort_dat_het_geopend_is(postkamer, open_notificaties, werkers):
    gemaakt = postkamer.maak(bericht())
    publiceer_wachtende()
    assert gemaakt["record"]["data"] == bericht()
    client = Client()
    sessie_voor(client, wereld.fatima())

    pagina = client.get(f"/berichten/{gemaakt['uuid']}").content.decode()

    assert "Er zijn werkzaamheden in uw straat." in pagina
    werkers()
    assert [m["actie"] for m in open_notificaties.meldingen] == ["create", "update"]
    assert postkamer.haal(gemaakt["url"])["record"]["data"] == bericht(geopend=True)


def test_een_bijlage_uit_de_portaal_die_niet_van_dit_systeem_is_wordt_geweigerd(postkamer, settings):
    settings.PORTAAL_URL = "https://mijn.voorbeeld.test"
    vreemd = f"https://mijn.voorbeeld.test/bestanden/api/v1/bestanden/{uuid4()}"

    antwoord = postkamer.maak_ruw(bericht(bijlages=[vreemd]))

    assert antwoord.status == 400
    assert "bijlages" in str(antwoord.json)
    assert not Bericht.objects.als_systeem("test").exists()


def test_een_bericht_nog_eens_sturen_maakt_er_geen_tweede(postkamer):
    assert postkamer.maak(bericht()) == postkamer.maak(bericht())
    assert Bericht.objects.als_systeem("test").count() == 1


def test_een_bericht_dat_te_lezen_is_verandert_niet_meer(postkamer):
    gemaakt = postkamer.maak(bericht())
    publiceer_wachtende()
    anders = {"record": {"data": {"onderwerp": "Iets anders"}}}

    assert postkamer.roep("PATCH", gemaakt["url"], anders, crs="content").status == 409
    assert postkamer.roep("DELETE", gemaakt["url"], crs="content").status == 409
    echo = {"record": {"data": {"geopend": True}}}  # of het geopend is, zegt alleen de ontvanger
    assert postkamer.roep("PATCH", gemaakt["url"], echo, crs="content").json["record"]["data"] == bericht()
    assert postkamer.haal(gemaakt["url"]) == gemaakt


@pytest.mark.lang
def test_een_bericht_voor_later_mag_nog_anders_en_weg(postkamer):
    later = bericht(publicatiedatum="2099-01-01T10:00:00Z")
    gemaakt = postkamer.maak(later)

    anders = {"record": {"data": {"onderwerp": "Iets anders"}}}
    assert postkamer.roep("PATCH", gemaakt["url"], anders, crs="content").status == 200
    assert Bericht.objects.als_systeem("test").get().onderwerp == "Iets anders"
    assert postkamer.roep("DELETE", gemaakt["url"], crs="content").status == 204
    assert postkamer.roep("GET", gemaakt["url"]).status == 404


def test_een_bericht_dat_niet_klopt_wordt_geweigerd_met_alles_tegelijk(postkamer):
    fout = postkamer.maak_ruw(bericht(onderwerp="", publicatiedatum="gisteren", identificatie={"type": "uid"}))

    assert {p["name"] for p in fout.json["invalidParams"]} == {
        "record.data.onderwerp",
        "record.data.publicatiedatum",
        "record.data.identificatie.type",
    }


# --- verzoeken ---------------------------------------------------------------------------------------------------------------
def verzoektype(applicatie, **velden) -> Verzoektype:
    type_ = Verzoektype(
        **{
            "code": "parkeervergunning",
            "naam": "Vraag een parkeervergunning aan",
            "doelgroepen": ["inwoner", "ondernemer"],
            "applicatie": applicatie,
            "categorie": wereld.categorie(),
            **velden,
        }
    )
    door = Partij.systeem(applicatie)
    verzoeken.bewaar_type(type_, door)
    verzoeken.maak_versie(type_.pk, FORMULIER, door)
    verzoeken.publiceer(type_.pk, 1, door)
    return type_


def dien_in(code: str, wie=None, zaak=None, middel: str = "digid") -> Verzoek:
    toegang = wereld.toegang(wie or wereld.fatima(), middel=middel)
    concept = verzoeken.begin_concept(code, toegang, zaak)
    concept = verzoeken.bewaar_concept(concept.pk, {"kenteken": "AB-12-CD", "opmerking": ""}, toegang)
    return verzoeken.dien_in(concept.pk, toegang, concept.versie)


def object_url(gzac: Gzac, verzoek: Verzoek) -> str:
    return f"{gzac.basis}objects/{verzoek.pk}"


def test_een_verzoek_vertrekt_als_object_met_create(gzac, koppeling, open_notificaties, werkers):
    verzoektype(koppeling.applicatie)
    verzoek = dien_in("parkeervergunning")

    werkers()

    [melding] = open_notificaties.meldingen
    assert (melding["actie"], melding["resourceUrl"]) == ("create", object_url(gzac, verzoek))
    assert melding["kenmerken"]["objectType"].endswith(VERZOEK_TYPE)
    assert gzac.haal(melding["resourceUrl"])["record"]["data"] == {
        "submission_id": str(verzoek.pk),
        "type": "parkeervergunning",
        "data": {"kenteken": "AB-12-CD", "opmerking": ""},  # ook wat leeg bleef
        "public_reference": verzoek.referentie,
        "language_code": "nl",
        "bsn": wereld.BSN_FATIMA,
    }


def test_gzac_verwijdert_het_object_en_de_persoon_houdt_zijn_ontvangstbewijs(gzac, koppeling, werkers):
    verzoektype(koppeling.applicatie)
    verzoek = dien_in("parkeervergunning")
    werkers()

    assert gzac.roep("DELETE", object_url(gzac, verzoek), crs="content").status == 204

    assert gzac.roep("GET", object_url(gzac, verzoek)).status == 404
    assert Verzoek.objects.als_systeem("test").get().status == Status.IN_BEHANDELING
    client = Client()
    sessie_voor(client, wereld.fatima())
    pagina = client.get(f"/verzoeken/{verzoek.pk}").content.decode()
    assert verzoek.referentie in pagina
    assert "AB-12-CD" in pagina


def test_een_verzoek_van_een_bedrijf_heeft_een_kvk_en_geen_lege_bsn(gzac, koppeling, werkers):
    verzoektype(koppeling.applicatie)
    verzoek = dien_in("parkeervergunning", wereld.bakkerij(), middel="eherkenning")
    werkers()

    data = gzac.haal(object_url(gzac, verzoek))["record"]["data"]

    assert data["kvk"] == wereld.KVK_DE_HOEK
    assert not {"bsn", "pdf_url", "attachments"} & set(data)


def de_zaak(koppeling):
    return registreer(
        Zaakgegevens(
            {"identificatie": "Z-1", "omschrijving": "Evenement"},
            [(ZaakSleutel.Soort.URL, ZAAK)],
            [Stap("Ontvangen")],
            [(wereld.nieuwe_taak().voor, Rol.AANVRAGER)],
        ),
        Partij.systeem(koppeling.applicatie),
    )[0]


@pytest.fixture
def zaakverzoek(koppeling) -> Verzoek:
    verzoektype(koppeling.applicatie, code="groter", is_zaakverzoek=True, zaakverzoek_soort="wijzigen")
    return dien_in("groter", zaak=de_zaak(koppeling))


def test_een_zaakverzoek_vertrekt_met_de_zaak_en_krijgt_een_status_terug(gzac, zaakverzoek, open_notificaties, werkers):
    werkers()
    assert open_notificaties.meldingen[0]["kenmerken"]["objectType"].endswith(ZAAKVERZOEK_TYPE)
    gehaald = gzac.haal(object_url(gzac, zaakverzoek))
    data = gehaald["record"]["data"]
    assert (data["zaak"], data["zaak_identificatie"], data["soort"]) == (ZAAK, "Z-1", "wijzigen")
    assert data["identificatie"] == {"type": "bsn", "value": wereld.BSN_FATIMA}
    assert data["status"] == "ontvangen"

    for woord, status in (("overgenomen", Status.IN_BEHANDELING), ("verwerkt", Status.VERWERKT)):
        patch = {"record": {"data": {"status": woord}}}
        assert gzac.roep("PATCH", gehaald["url"], patch, crs="content").json["record"]["data"]["status"] == woord
        assert Verzoek.objects.als_systeem("test").get().status == status


@pytest.mark.lang
def test_zonder_objecttype_voor_zaakverzoeken_gaat_het_als_gewoon_verzoek(gzac, koppeling, zaakverzoek, werkers):
    Objecttype.objects.filter(uuid=ZAAKVERZOEK_TYPE).delete()
    werkers()

    data = gzac.haal(object_url(gzac, zaakverzoek))["record"]["data"]

    assert data["bsn"] == wereld.BSN_FATIMA
    assert (data["zaak"], data["zaak_identificatie"], data["soort"]) == (ZAAK, "Z-1", "wijzigen")


@pytest.mark.lang
def test_een_verzoek_dat_al_is_ingetrokken_vertrekt_niet(koppeling, werkers):
    verzoektype(koppeling.applicatie)
    verzoek = dien_in("parkeervergunning")
    verzoeken.trek_in(verzoek.pk, wereld.toegang(wereld.fatima()))

    werkers()

    assert not Koppelobject.objects.als_systeem("test").exists()


def test_niemand_maakt_een_verzoek_als_object(gzac):
    gzac.objecttype = VERZOEK_TYPE

    fout = gzac.maak_ruw({"submission_id": "x", "type": "x", "data": {}})

    assert fout.status == 400
    assert vind_betrokkene(NummerSoort.BSN, wereld.BSN_FATIMA) is None


def test_een_datum_aan_de_rand_van_de_kalender_is_een_gewone_fout(postkamer):
    fout = postkamer.maak_ruw(bericht(einddatumHandelingstermijn="9999-12-31T23:59:59-12:00"))

    assert [p["name"] for p in fout.json["invalidParams"]] == ["record.data.einddatumHandelingstermijn"]


def test_een_bijlage_in_de_documenten_api_gaat_mee_als_adres(koppeling):
    from portaal.objecten.handelingen.verzoek import verzoekdata
    from portaal.objecten.models import Dialect

    verzoektype(koppeling.applicatie)
    verzoek = dien_in("parkeervergunning")
    verzoek.type_versie.formulier = {"components": [{"type": "file", "key": "kaart"}, {"type": "file", "key": "leeg"}]}
    verzoek.antwoorden = {"kaart": [{"url": "https://documenten.test/1", "storage": "documenten-api", "name": "x.pdf"}]}

    data = verzoekdata(verzoek, Dialect.PRODUCTAANVRAAG)

    assert data["attachments"] == ["https://documenten.test/1"]
    assert data["data"] == {"kaart": ["https://documenten.test/1"], "leeg": []}
