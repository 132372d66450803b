"""Het leven van een verzoek, van concept tot afgehandeld."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings as instellingen
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portaal.formulieren.definitie import DefinitieFout, Ingevuld
from portaal.gebeurtenissen.models import Aflevering, Gebeurtenis, Inhoud
from portaal.inloggen.inlogmiddelen import Doelgroep
from portaal.inloggen.partij import MagNietError, Partij
from portaal.inloggen.verwijzing import Verwijzing
from portaal.notificaties.handelingen import zet_klaar
from portaal.notificaties.models import Notificatie
from portaal.tijd import nu, vandaag
from portaal.zaken.models import Rol, ZaakBetrokkene
from tests import wereld
from tests.verzoeken.conftest import ANTWOORDEN, FORMULIER, dien_in, geadresseerde, maak_type, maak_zaak
from verzoeken import aanbod, handelingen, tasks, weergave
from verzoeken.handelingen import NieuwVerzoek, OvergangError
from verzoeken.models import Status, Verzoek, VerzoektypeVersie
from verzoeken.tasks import ruim_concepten_op

pytestmark = pytest.mark.django_db


def soorten(verzoek):
    rijen = Gebeurtenis.objects.filter(record_soort="verzoek", record_id=verzoek.pk).order_by("nummer")
    return [g.soort.removeprefix("verzoek-") for g in rijen]


def kopie(verzoek) -> Ingevuld:
    """De kopie, die er moet zijn."""
    bewaard = weergave.kopie_van(verzoek)
    assert bewaard is not None
    return bewaard


def test_een_verzoek_van_begin_tot_eind(evenement, vergunningen, fatima):
    door = Partij.systeem(vergunningen)

    verzoek = dien_in(fatima.toegang)
    handelingen.neem_in_behandeling(verzoek.pk, door)
    klaar = handelingen.verwerk(verzoek.pk, door, reden="U krijgt de vergunning per brief.")

    assert (klaar.status, klaar.reden) == (Status.VERWERKT, "U krijgt de vergunning per brief.")
    assert klaar.bewaren_tot is not None
    assert soorten(verzoek) == ["begonnen", "bewaard", "ingediend", "in-behandeling", "verwerkt"]
    assert weergave.kaart(klaar, fatima.toegang).tijdlijn[0].reden == "U krijgt de vergunning per brief."


def test_ontvangen_op_de_klok_van_de_portaal_met_een_referentie(evenement, fatima):
    verzoek = dien_in(fatima.toegang)

    assert verzoek.ontvangen_op is not None
    assert len(verzoek.referentie) == 11
    assert (verzoek.niveau, verzoek.kanaal) == (2, "portaal")


def test_een_reden_komt_niet_in_het_boek(evenement, vergunningen, fatima):
    verzoek = dien_in(fatima.toegang)
    handelingen.weiger(verzoek.pk, Partij.systeem(vergunningen), reden="U woont niet in deze straat.")

    assert "straat" not in str(list(Gebeurtenis.objects.filter(record_id=verzoek.pk).values_list("feiten", flat=True)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    naam=st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=60),
    tekst=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf")), max_size=200),
    aantal=st.none() | st.integers(1, 10**9),
    muziek=st.booleans(),
)
def test_de_kopie_is_precies_wat_er_is_gestuurd(evenement, fatima, naam, tekst, aantal, muziek):
    gestuurd = {"evenement": naam, "omschrijving": tekst, "bezoekers": aantal, "muziek": muziek}

    verzoek = dien_in(fatima.toegang, **gestuurd)

    bewaard = kopie(Verzoek.objects.voor(fatima.toegang).get(pk=verzoek.pk))
    verwacht = {**gestuurd, "omschrijving": tekst if tekst.strip() else ""}
    assert bewaard.waarden == verwacht
    assert Verzoek.objects.voor(fatima.toegang).get(pk=verzoek.pk).antwoorden == verwacht


def test_de_kopie_blijft_zoals_zij_was_als_het_formulier_verandert(evenement, vergunningen, fatima):
    verzoek = dien_in(fatima.toegang)
    voor = kopie(verzoek).rijen()
    anders = {"components": [{"type": "textfield", "key": "evenement", "label": "Naam van het feest"}]}
    door = Partij.systeem(vergunningen)

    handelingen.publiceer(evenement.pk, handelingen.maak_versie(evenement.pk, anders, door).versie, door)
    handelingen.verwerk(verzoek.pk, door, reden="Klaar.")

    assert kopie(verzoek).rijen() == voor


def test_wat_iemand_invulde_staat_alleen_versleuteld_in_de_database(evenement, fatima):
    verzoek = dien_in(fatima.toegang, evenement="Geheim tuinfeest")

    with connection.cursor() as cursor:
        cursor.execute("SELECT v.*::text, i.*::text FROM verzoeken_verzoek v, portaal_gebeurtenissen_inhoud i")
        rijen = str(cursor.fetchall())
    assert str(verzoek.pk) in rijen
    assert "tuinfeest" not in rijen


def test_dubbel_versturen_maakt_een_verzoek(evenement, fatima):
    concept = handelingen.begin_concept("evenement", fatima.toegang)
    concept = handelingen.bewaar_concept(concept.pk, ANTWOORDEN, fatima.toegang)
    versie = concept.versie

    eerste = handelingen.dien_in(concept.pk, fatima.toegang, versie)
    tweede = handelingen.dien_in(concept.pk, fatima.toegang, versie)

    assert (eerste.pk, eerste.referentie) == (tweede.pk, tweede.referentie)
    assert soorten(eerste).count("ingediend") == 1


def test_direct_versturen_met_dezelfde_sleutel_maakt_een_verzoek(evenement, fatima):
    sleutel = uuid4()

    eerste = handelingen.dien_direct_in("evenement", ANTWOORDEN, fatima.toegang, sleutel=sleutel)
    tweede = handelingen.dien_direct_in("evenement", ANTWOORDEN, fatima.toegang, sleutel=sleutel)

    assert eerste.pk == tweede.pk == sleutel
    assert eerste.referentie == tweede.referentie
    assert Verzoek.objects.voor(fatima.toegang).count() == 1


def test_verstuurd_wordt_alleen_wat_iemand_heeft_gecontroleerd(evenement, fatima):
    concept = handelingen.begin_concept("evenement", fatima.toegang)
    gezien = handelingen.bewaar_concept(concept.pk, ANTWOORDEN, fatima.toegang).versie
    handelingen.bewaar_concept(concept.pk, {**ANTWOORDEN, "bezoekers": 5000}, fatima.toegang)

    with pytest.raises(handelingen.ConceptGewijzigdError):
        handelingen.dien_in(concept.pk, fatima.toegang, gezien)


def test_een_nieuwe_versie_van_het_formulier_vraagt_om_opnieuw_kijken(evenement, vergunningen, fatima):
    concept = handelingen.begin_concept("evenement", fatima.toegang)
    concept = handelingen.bewaar_concept(concept.pk, ANTWOORDEN, fatima.toegang)
    door = Partij.systeem(vergunningen)
    handelingen.publiceer(evenement.pk, handelingen.maak_versie(evenement.pk, FORMULIER, door).versie, door)

    with pytest.raises(handelingen.ConceptGewijzigdError):
        handelingen.dien_in(concept.pk, fatima.toegang, concept.versie)


def test_een_onvolledig_concept_is_te_bewaren_maar_niet_te_versturen(evenement, fatima):
    concept = handelingen.begin_concept("evenement", fatima.toegang)
    concept = handelingen.bewaar_concept(concept.pk, {"omschrijving": "nog niet klaar"}, fatima.toegang)

    with pytest.raises(handelingen.OngeldigeAntwoordenError) as fout:
        handelingen.dien_in(concept.pk, fatima.toegang, concept.versie)

    assert list(fout.value.ingevuld.fouten) == ["evenement"]
    assert Verzoek.objects.voor(fatima.toegang).get(pk=concept.pk).status == Status.CONCEPT


def test_een_persoon_heeft_een_concept_per_type(evenement, fatima):
    eerste = handelingen.begin_concept("evenement", fatima.toegang)
    assert handelingen.begin_concept("evenement", fatima.toegang).pk == eerste.pk


def test_een_concept_is_van_de_persoon_en_niet_van_haar_collega_of_de_organisatie(evenement, vergunningen, fatima):
    bedrijf = wereld.bakkerij()
    van_jan, van_piet = (
        wereld.toegang(wie, betrokkenen=frozenset({bedrijf}), betrokkene=bedrijf)
        for wie in (wereld.fatima(), wereld.henk())
    )

    concept = handelingen.begin_concept("evenement", van_jan)

    assert Verzoek.objects.voor(van_jan).filter(pk=concept.pk).exists()
    assert not Verzoek.objects.voor(van_piet).filter(pk=concept.pk).exists()
    assert not Verzoek.objects.van(vergunningen).filter(pk=concept.pk).exists()
    assert Gebeurtenis.objects.get(record_id=concept.pk).applicatie is None


def test_een_weggegooid_concept_is_leeg_en_weg(evenement, fatima):
    concept = handelingen.begin_concept("evenement", fatima.toegang)
    handelingen.bewaar_concept(concept.pk, ANTWOORDEN, fatima.toegang)

    weg = handelingen.gooi_concept_weg(concept.pk, fatima.toegang)

    assert weg.antwoorden is None
    assert handelingen.zoek_concept("evenement", fatima.toegang) is None
    assert list(weergave.verzoeken(fatima.toegang)) == []
    assert handelingen.begin_concept("evenement", fatima.toegang).pk != concept.pk


def test_wat_lang_is_blijven_liggen_wordt_weggegooid_en_wat_iemand_net_bewaarde_niet(evenement, vergunningen, fatima):
    maak_type(vergunningen, "markt", naam="Vraag een markt aan")
    oud = handelingen.begin_concept("evenement", fatima.toegang)
    handelingen.bewaar_concept(oud.pk, ANTWOORDEN, fatima.toegang)
    laatste_dag = nu() + timedelta(days=instellingen.CONCEPT_DAGEN)
    with time_machine.travel(laatste_dag):
        vers = handelingen.begin_concept("markt", fatima.toegang)
        assert ruim_concepten_op() == 0  # de laatste dag telt mee

    with time_machine.travel(laatste_dag + timedelta(days=1)):
        assert ruim_concepten_op() == 1
        assert ruim_concepten_op() == 0

    over = Verzoek.objects.als_systeem("test")
    assert over.get(pk=oud.pk).antwoorden is None
    assert over.get(pk=oud.pk).status == Status.INGETROKKEN
    assert soorten(oud)[-1] == "concept-verlopen"
    assert list(weergave.concepten(fatima.toegang)) == [vers]


def test_wie_net_op_tijd_bewaart_houdt_het_concept(evenement, fatima):
    """De opruimer koos het concept, en op dat moment bewaart Fatima het nog eens: haar werk gaat voor."""
    concept = handelingen.begin_concept("evenement", fatima.toegang)
    with time_machine.travel(nu() + timedelta(days=instellingen.CONCEPT_DAGEN + 1)):
        handelingen.bewaar_concept(concept.pk, ANTWOORDEN, fatima.toegang)
        assert handelingen.ruim_concept_op(concept.pk) is False

    assert weergave.concepten(fatima.toegang).get().antwoorden == ANTWOORDEN


def test_een_stuk_concept_houdt_de_andere_niet_op(evenement, vergunningen, fatima, monkeypatch):
    maak_type(vergunningen, "markt", naam="Vraag een markt aan")
    stuk = handelingen.begin_concept("evenement", fatima.toegang)
    goed = handelingen.begin_concept("markt", fatima.toegang)
    echt = handelingen.ruim_concept_op

    def soms(pk):
        if pk == stuk.pk:
            raise RuntimeError("stuk")
        return echt(pk)

    monkeypatch.setattr(tasks, "ruim_concept_op", soms)
    with time_machine.travel(nu() + timedelta(days=instellingen.CONCEPT_DAGEN + 1)):
        assert ruim_concepten_op() == 1

    assert Verzoek.objects.als_systeem("test").get(pk=goed.pk).antwoorden is None
    assert list(weergave.concepten(fatima.toegang)) == [stuk]


def test_een_leeg_gemaakt_antwoord_met_een_beginwaarde_blijft_leeg_in_concept_en_kopie(vergunningen, fatima):
    plaats = {"type": "textfield", "key": "plaats", "label": "Waar?", "defaultValue": "Op de Markt"}
    maak_type(vergunningen, "feest", {"components": [plaats]})

    fatima.client.post("/verzoeken/nieuw/feest", {"plaats": "", "_actie": "bewaren"})
    assert "Op de Markt" not in fatima.client.get("/verzoeken/nieuw/feest").content.decode()
    concept = weergave.concepten(fatima.toegang).get()
    verzoek = handelingen.dien_in(concept.pk, fatima.toegang, concept.versie)

    assert kopie(verzoek).waarden == {"plaats": ""}


def test_intrekken_kan_zolang_er_niets_mee_is_gedaan(evenement, vergunningen, fatima):
    op_tijd, te_laat = dien_in(fatima.toegang), dien_in(fatima.toegang)
    handelingen.neem_in_behandeling(te_laat.pk, Partij.systeem(vergunningen))

    assert handelingen.trek_in(op_tijd.pk, fatima.toegang).status == Status.INGETROKKEN
    assert handelingen.trek_in(op_tijd.pk, fatima.toegang).status == Status.INGETROKKEN
    with pytest.raises(OvergangError):
        handelingen.trek_in(te_laat.pk, fatima.toegang)


@pytest.mark.parametrize("stap", ["neem_in_behandeling", "verwerk", "weiger", "leid_door"])
def test_na_intrekken_kan_de_organisatie_niets_meer(evenement, vergunningen, fatima, stap):
    verzoek = dien_in(fatima.toegang)
    handelingen.trek_in(verzoek.pk, fatima.toegang)

    with pytest.raises(OvergangError):
        getattr(handelingen, stap)(verzoek.pk, Partij.systeem(vergunningen), reden="Te laat")


@pytest.mark.parametrize("einde", ["verwerk", "weiger", "leid_door"])
def test_een_einde_is_een_einde_en_nog_eens_verandert_niets(evenement, vergunningen, fatima, einde):
    door, verzoek = Partij.systeem(vergunningen), dien_in(fatima.toegang)
    eerste = getattr(handelingen, einde)(verzoek.pk, door, reden="Omdat")

    assert getattr(handelingen, einde)(verzoek.pk, door, reden="Omdat").versie == eerste.versie
    with pytest.raises(OvergangError):
        handelingen.neem_in_behandeling(verzoek.pk, door)


def test_de_buurman_en_een_ander_systeem_komen_er_niet_bij(evenement, fatima, henk):
    verzoek = dien_in(fatima.toegang)

    with pytest.raises(Verzoek.DoesNotExist):
        handelingen.trek_in(verzoek.pk, henk.toegang)
    with pytest.raises(Verzoek.DoesNotExist):
        handelingen.verwerk(verzoek.pk, Partij.systeem(wereld.applicatie("Belastingen")))
    with pytest.raises(MagNietError):
        handelingen.verwerk(verzoek.pk, Partij.persoon(fatima.toegang))


def test_een_te_lage_inlog_kan_niet_versturen(vergunningen, fatima):
    maak_type(vergunningen, minimaal_niveau=3)

    with pytest.raises(MagNietError):
        dien_in(fatima.toegang)


def test_wie_alleen_mag_kijken_verstuurt_niets(vergunningen, melding):
    partner = wereld.bakkerij()
    zaak = maak_zaak(vergunningen, wereld.BSN_FATIMA)
    ZaakBetrokkene.objects.create(zaak=zaak, betrokkene_id=partner, rol=Rol.KETENPARTNER, urn="urn:nld:oin:1")
    lezer = wereld.toegang(partner, doelgroep=Doelgroep.KETENPARTNER, rol="lezer")

    with pytest.raises(MagNietError):
        dien_in(lezer, "evenement-wijzigen", zaak)


# --- wie wat kan kiezen ---------------------------------------------------------------------------------------------------
def test_ieder_ziet_wat_voor_hem_is(vergunningen, evenement, melding, fatima):
    maak_type(vergunningen, "bedrijf", naam="Vraag een standplaats aan", doelgroepen=["ondernemer"])
    maak_type(vergunningen, "oud", naam="Oud", actief=False)
    ondernemer = wereld.toegang(wereld.bakkerij(), doelgroep=Doelgroep.ONDERNEMER)

    assert [t.code for t in aanbod.verzoektypen_voor(fatima.toegang)] == ["evenement"]
    assert [t.code for t in aanbod.verzoektypen_voor(ondernemer)] == ["evenement", "bedrijf"]
    assert [t.code for t in aanbod.verzoektypen_voor(ondernemer, "standplaats")] == ["bedrijf"]


def test_een_ketenpartner_doet_alleen_zaakverzoeken(vergunningen, evenement, melding):
    partner = wereld.bakkerij()
    zaak = maak_zaak(vergunningen, wereld.BSN_FATIMA)
    ZaakBetrokkene.objects.create(zaak=zaak, betrokkene_id=partner, rol=Rol.KETENPARTNER, urn="urn:nld:oin:1")
    toegang = wereld.toegang(partner, doelgroep=Doelgroep.KETENPARTNER, rol="behandelaar")

    assert list(aanbod.verzoektypen_voor(toegang)) == []
    assert [t.code for t in aanbod.zaakverzoektypen_voor(zaak, toegang)] == ["evenement-wijzigen"]
    assert dien_in(toegang, "evenement-wijzigen", zaak).zaak_id == zaak.pk


def test_een_zaakverzoek_past_bij_het_zaaktype_en_een_lopende_zaak(vergunningen, melding, fatima):
    feest = maak_zaak(vergunningen, wereld.BSN_FATIMA)
    kapvergunning = maak_zaak(vergunningen, wereld.BSN_FATIMA, "Z-2", zaaktype_code="kappen")
    klaar = maak_zaak(vergunningen, wereld.BSN_FATIMA, "Z-3", einddatum=vandaag())

    assert aanbod.zaakverzoektypen_voor(feest, fatima.toegang).exists()
    for zaak in (kapvergunning, klaar):
        assert not aanbod.zaakverzoektypen_voor(zaak, fatima.toegang).exists()
        with pytest.raises(handelingen.NietBeschikbaarError):
            handelingen.begin_concept("evenement-wijzigen", fatima.toegang, zaak)


def test_een_gewoon_verzoek_kan_niet_bij_een_zaak_en_andersom(evenement, melding, vergunningen, fatima):
    zaak = maak_zaak(vergunningen, wereld.BSN_FATIMA)

    with pytest.raises(handelingen.NietBeschikbaarError):
        handelingen.begin_concept("evenement", fatima.toegang, zaak)
    with pytest.raises(handelingen.NietBeschikbaarError):
        handelingen.begin_concept("evenement-wijzigen", fatima.toegang)


# --- de organisatie -------------------------------------------------------------------------------------------------------
def aan_de_balie(type_, **velden):
    return NieuwVerzoek(type=type_, van=geadresseerde(wereld.BSN_FATIMA), antwoorden=ANTWOORDEN, **velden)


def test_wat_aan_de_balie_is_gevraagd_ziet_fatima_ook(evenement, vergunningen, fatima):
    verzoek = handelingen.registreer(aan_de_balie(evenement, kanaal="telefoon"), Partij.systeem(vergunningen))

    assert [v.pk for v in weergave.verzoeken(fatima.toegang)] == [verzoek.pk]
    assert (verzoek.persoon_id, verzoek.niveau, verzoek.status) == (None, None, Status.INGEDIEND)
    assert kopie(verzoek).waarden == ANTWOORDEN


def test_een_ander_systeem_kan_dit_type_niet_vastleggen(evenement):
    with pytest.raises(MagNietError):
        handelingen.registreer(aan_de_balie(evenement), Partij.systeem(wereld.applicatie("Belastingen")))


def test_een_verzoek_dat_voor_zijn_zaak_kwam_wordt_later_gebonden(evenement, vergunningen, fatima):
    urn = "urn:nld:gemeentevoorbeeld:zaak:zaaknummer:Z-77"
    verzoek = handelingen.registreer(
        aan_de_balie(evenement, is_gerelateerd_aan=[{"urn": urn}]), Partij.systeem(vergunningen)
    )
    assert verzoek.zaak_id is None

    zaak = maak_zaak(vergunningen, wereld.BSN_FATIMA, "Z-77")
    handelingen.bind_zaken(Gebeurtenis.objects.filter(record_id=zaak.pk).latest("volgnummer"))

    assert Verzoek.objects.voor(fatima.toegang).get(pk=verzoek.pk).zaak_id == zaak.pk
    assert soorten(verzoek)[-1] == "zaak-gekoppeld"


def test_een_zaakverzoek_blijft_bij_zijn_zaak(melding, vergunningen, fatima):
    zaak = maak_zaak(vergunningen, wereld.BSN_FATIMA)
    maak_zaak(vergunningen, wereld.BSN_FATIMA, "Z-2")
    verzoek = dien_in(fatima.toegang, "evenement-wijzigen", zaak)

    with pytest.raises(MagNietError):
        handelingen.koppel_zaak(
            verzoek.pk, Partij.systeem(vergunningen), [{"urn": "urn:nld:gemeentevoorbeeld:zaak:zaaknummer:Z-2"}]
        )


def test_het_antwoord_is_een_taak_voor_dezelfde_persoon(evenement, vergunningen, fatima):
    door, verzoek = Partij.systeem(vergunningen), dien_in(fatima.toegang)
    voor_fatima, voor_henk = wereld.taak(vergunningen), wereld.taak(vergunningen, wereld.BSN_HENK)

    with pytest.raises(handelingen.OnbekendAntwoordError):
        handelingen.koppel_antwoord(verzoek.pk, door, Verwijzing("taak", voor_henk.pk))
    with pytest.raises(handelingen.OnbekendAntwoordError):
        handelingen.koppel_antwoord(verzoek.pk, door, Verwijzing("verzoek", verzoek.pk))
    gekoppeld = handelingen.koppel_antwoord(verzoek.pk, door, Verwijzing("taak", voor_fatima.pk))

    assert weergave.kaart(gekoppeld, fatima.toegang).antwoord_adres == f"/taken/{voor_fatima.pk}"


def test_zaak_en_status_veranderen_samen_of_geen_van_beide(evenement, vergunningen, fatima):
    door, verzoek = Partij.systeem(vergunningen), dien_in(fatima.toegang)
    handelingen.verwerk(verzoek.pk, door)

    with pytest.raises(OvergangError):
        handelingen.werk_bij(
            verzoek.pk, door, naar=Status.IN_BEHANDELING, is_gerelateerd_aan=[{"urn": "urn:nld:x:zaak:zaaknummer:Z-9"}]
        )

    assert Verzoek.objects.voor(fatima.toegang).get(pk=verzoek.pk).is_gerelateerd_aan == []


# --- notificaties ---------------------------------------------------------------------------------------------------------
def test_versturen_geeft_een_ontvangstbevestiging_en_elke_stap_een_bericht(evenement, vergunningen, fatima):
    wereld.emailadres(wereld.fatima())
    verzoek = dien_in(fatima.toegang)
    handelingen.neem_in_behandeling(verzoek.pk, Partij.systeem(vergunningen))
    handelingen.verwerk(verzoek.pk, Partij.systeem(vergunningen))

    for aflevering in Aflevering.objects.filter(volger="notificaties").order_by("pk"):
        zet_klaar(aflevering.gebeurtenis)

    gemeld = Notificatie.objects.filter(record_id=verzoek.pk).order_by("aangemaakt_op")
    assert [n.aard for n in gemeld] == ["ontvangstbevestiging", "informatie", "informatie"]


# --- verzoektypen ---------------------------------------------------------------------------------------------------------
def test_een_gepubliceerd_formulier_verandert_niet(evenement, vergunningen):
    door = Partij.systeem(vergunningen)

    with pytest.raises(handelingen.VersieVastError):
        handelingen.wijzig_versie(evenement.pk, 1, {"components": FORMULIER["components"][:1]}, door)


def test_publiceren_laat_de_vorige_vervallen(evenement, vergunningen):
    door = Partij.systeem(vergunningen)
    tweede = handelingen.maak_versie(evenement.pk, FORMULIER, door)
    handelingen.publiceer(evenement.pk, tweede.versie, door)

    versies = VerzoektypeVersie.objects.filter(type=evenement).order_by("versie")
    assert [(v.versie, v.status) for v in versies] == [(1, "deprecated"), (2, "published")]
    with pytest.raises(handelingen.VersieVastError):
        handelingen.publiceer(evenement.pk, 1, door)


def test_een_formulier_dat_niet_klopt_komt_er_niet_in(evenement, vergunningen):
    with pytest.raises(DefinitieFout):
        handelingen.maak_versie(evenement.pk, {"components": [{"type": "raket"}]}, Partij.systeem(vergunningen))


def test_een_ander_systeem_wijzigt_dit_type_niet(evenement):
    with pytest.raises(MagNietError):
        handelingen.maak_versie(evenement.pk, FORMULIER, Partij.systeem(wereld.applicatie("Belastingen")))


def test_de_database_bewaakt_wat_bij_elkaar_hoort(evenement, fatima):
    verzoek = dien_in(fatima.toegang)

    for fout in ({"ontvangen_op": None}, {"referentie": ""}, {"status": Status.VERWERKT}, {"antwoord_soort": "taak"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Verzoek.intern.filter(pk=verzoek.pk).update(**fout)


def test_de_inhoud_klopt_met_het_boek(evenement, vergunningen, fatima):
    from portaal.gebeurtenissen.controle import controleer_alles

    verzoek = dien_in(fatima.toegang)
    handelingen.weiger(verzoek.pk, Partij.systeem(vergunningen), reden="Dit kan niet.")

    assert Inhoud.objects.filter(record_soort="verzoek", record_id=verzoek.pk).count() == 2
    assert list(controleer_alles()) == []
