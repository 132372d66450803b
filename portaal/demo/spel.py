"""De verhalen van de demo, stap voor stap na te spelen op één pagina: wie doet nu wat, waar, en met welke login.

Er wordt niets apart bijgehouden: elk verhaal leest uit de database hoe ver het is. Een stap telt dus ook als hij in het
beheer of over de API is gezet. De stappen van de back-office zijn knoppen die handelingen aanroepen.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from berichten import handelingen as berichten
from berichten.models import Bericht
from portaal.bestanden.handelingen import ontvang_van_systeem, urn_van
from portaal.bestanden.models import Bestand
from portaal.betrokkenen.handelingen import vind_geadresseerde
from portaal.betrokkenen.models import Aard, Applicatie
from portaal.demo.personen import Persoon, persoon
from portaal.demo.verhalen import KETENZAKEN, VERHALEN, ZAAK, geadresseerde, registreer_ketenzaak, vertel
from portaal.demo.verzoektypen import bereid_voor, vraag
from portaal.inloggen.partij import Partij
from portaal.inloggen.verwijzing import Verwijzing
from portaal.pdf import maak_pdf
from portaal.tijd import vandaag
from portaal.zaken.handelingen import Stap as Zaakstap
from portaal.zaken.handelingen import Zaakgegevens, registreer
from portaal.zaken.models import Rol, Zaak, ZaakSleutel
from taken import handelingen as taken
from taken.models import Status as Taakstatus
from taken.models import Taak, TaakSoort
from verzoeken import handelingen as verzoeken
from verzoeken.models import AFGEROND, Verzoek
from verzoeken.models import Status as Verzoekstatus

WAAROM = "de demo laat zien hoe ver een verhaal is en speelt de back-office"


@dataclass(frozen=True)
class Stap:
    """Eén stap. Zonder `wie` is het de back-office, en is `doe` wat de knop doet. `naar`: waar iemand hem zet of ziet."""

    wat: str
    klaar: bool
    wie: Persoon | None = None
    naar: str = ""
    knop: str = ""
    doe: Callable[[], object] | None = None
    mail: bool = False  # er gaat een e-mail aan vooraf


@dataclass(frozen=True)
class Spel:
    """Een verhaal zoals het er nu voor staat. `opnieuw` begint het nog een keer."""

    sleutel: str
    titel: str
    waarover: str
    stappen: list[Stap]
    einde: str
    opnieuw: Callable[[], object] | None = None

    @property
    def nu(self) -> int | None:
        """De hoeveelste stap nu aan de beurt is (vanaf 1); None als het verhaal uit is."""
        return next((nummer for nummer, stap in enumerate(self.stappen, 1) if not stap.klaar), None)

    @property
    def beurt(self) -> Stap | None:
        """De stap die nu aan de beurt is."""
        return self.stappen[self.nu - 1] if self.nu else None

    @property
    def kan_opnieuw(self) -> bool:
        """Of er een knop is om opnieuw te beginnen. Een sjabloon vraagt dit: `opnieuw` zelf zou het meteen doen."""
        return self.opnieuw is not None

    @property
    def gedaan(self) -> int:
        """Hoeveel stappen er zijn gezet voor de stap die nu aan de beurt is."""
        return self.nu - 1 if self.nu else len(self.stappen)


def verhalen() -> list[Spel]:
    """Alle verhalen, zoals ze er nu voor staan."""
    return [evenement(), erfpacht(), straatmeubilair(), training(), paspoort(), apk(), huurtoeslag()]


# --- de verhalen ----------------------------------------------------------------------------------------------------------
def evenement() -> Spel:
    """Van aanvraag tot besluit, met een taak en een zaakverzoek ertussen."""
    wie = persoon("fatima")
    verzoek = _verzoek("evenement", wie)
    zaak = _zaak(verzoek.zaak_id if verzoek else None)
    merk = str(verzoek.pk) if verzoek else ""
    bevestiging, besluit = _bericht(f"verhaal-bevestiging-{merk}"), _bericht(f"verhaal-besluit-{merk}")
    taak = _taak(f"verhaal-kaart-{merk}")
    groter = _verzoek("evenement-wijzigen", wie, zaak) if zaak else None
    return Spel(
        "evenement",
        _("Een straatfeest aanvragen"),
        _("Een verzoek wordt een zaak: met een bevestiging, een taak, een wijziging en een besluit."),
        [
            Stap(
                _("Vraag een evenement aan: vul het formulier in, controleer het en verstuur het. U krijgt meteen een bewijs."),
                verzoek is not None, wie, "/verzoeken/nieuw/evenement",
            ),
            Stap(
                _("De gemeente ziet de aanvraag, begint een zaak en bevestigt dat met een bericht."),
                bevestiging is not None, knop=_("Neem de aanvraag in behandeling"),
                doe=partial(_begin_evenement, verzoek),
            ),
            Stap(
                _("Lees de bevestiging bij uw berichten. Er ging ook een e-mail uit."),
                _gelezen(bevestiging), wie, _adres(bevestiging), mail=True,
            ),
            Stap(
                _("De gemeente wil weten hoe het terrein eruitziet en zet daarvoor een taak klaar."),
                taak is not None, knop=_("Vraag om een kaart en een beschrijving"), doe=partial(_vraag_kaart, verzoek),
            ),
            Stap(
                _("Doe de taak: beschrijf het terrein en stuur een kaart mee. Elke pdf of foto is goed. Verstuur uw antwoord."),
                taak is not None and not taak.open, wie, f"/taken/{taak.pk}" if taak else "/taken", mail=True,
            ),
            Stap(
                _("De gemeente bekijkt het antwoord. De zaak komt een stap verder."),
                _verwerkt(taak), knop=_("Verwerk het antwoord"), doe=partial(_verwerk_taak, taak, zaak, 2),
            ),
            Stap(
                _("Het feest wordt groter. Geef dat door bij uw zaak, met 'Geef een wijziging door'."),
                groter is not None, wie, f"/zaken/{zaak.pk}" if zaak else "/zaken",
            ),
            Stap(
                _("De gemeente neemt de wijziging mee en besluit. Het besluit is een bericht."),
                besluit is not None, knop=_("Stuur het besluit"), doe=partial(_besluit, verzoek, groter, zaak),
            ),
            Stap(_("Lees het besluit."), _gelezen(besluit), wie, _adres(besluit), mail=True),
        ],
        _("Op de pagina van de zaak staat alles bij elkaar: het verzoek, de taak, de wijziging en de berichten."),
        # Een nieuwe aanvraag van Fatima is een nieuw verhaal; daar is geen knop van de back-office voor.
    )  # fmt: skip


def erfpacht() -> Spel:
    """Een contract gaat naar de notaris; de klant hoort als de akte er is."""
    anne, sanne = persoon("anne"), persoon("bakkerij")
    taak = _laatste_taak("erfpacht")
    zaak = _zaak(taak.zaak_id if taak else None)
    bericht = _bericht(f"verhaal-akte-{taak.pk}" if taak else "")
    gemeld = _verzoek("zaak-melden", anne, zaak) if zaak else None
    return Spel(
        "erfpacht",
        _("Een erfpachtcontract naar de notaris"),
        _("Een notaris doet werk voor de gemeente, en een bedrijf krijgt het resultaat. Elk ziet wat voor hem is."),
        [
            Stap(
                _("Het contract is getekend. De gemeente vraagt Notariskantoor De Waal om de akte."),
                taak is not None, knop=_("Stuur de opdracht"), doe=partial(_opnieuw_in_keten, "erfpacht"),
            ),
            Stap(
                _("Laat bij de zaak weten hoe het gaat, met 'Meld hoe het gaat'. Bijvoorbeeld wanneer de afspraak is."),
                gemeld is not None or (taak is not None and not taak.open), anne,
                f"/zaken/{zaak.pk}" if zaak else "/zaken",
            ),
            Stap(
                _("De akte is gepasseerd. Doe de taak: vul de datum in en verstuur haar."),
                taak is not None and not taak.open, anne, f"/taken/{taak.pk}" if taak else "/taken",
            ),
            Stap(
                _("De gemeente schrijft de akte in en stuurt het bedrijf bericht."),
                bericht is not None, knop=_("Schrijf de akte in"), doe=partial(_schrijf_akte_in, taak, zaak),
            ),
            Stap(_("Lees dat de akte er is."), _gelezen(bericht), sanne, _adres(bericht), mail=True),
        ],
        _("De notaris ziet de taak bij Afgerond. Het bedrijf ziet de zaak met het resultaat; dat ziet de notaris niet."),
        partial(_opnieuw_in_keten, "erfpacht"),
    )  # fmt: skip


def straatmeubilair() -> Spel:
    """Een hersteller krijgt een klus buiten, en meldt terug."""
    ilse = persoon("ilse")
    taak = _laatste_taak("bank")
    zaak = _zaak(taak.zaak_id if taak else None)
    gemeld = _verzoek("zaak-melden", ilse, zaak) if zaak else None
    gedaan = taak is not None and (taak.gemeld_op is not None or not taak.open)
    bericht = _bericht(f"verhaal-hersteld-{taak.pk}" if taak else "")
    return Spel(
        "bank",
        _("Een kapotte bank op straat"),
        _("Een hersteller krijgt een klus, meldt terug en zegt wanneer het klaar is. De gemeente controleert."),
        [
            Stap(
                _("De gemeente vraagt Straatwerk Reparaties om de bank te herstellen."),
                taak is not None, knop=_("Stuur de klus"), doe=partial(_opnieuw_in_keten, "bank"),
            ),
            Stap(
                _("Meld bij de zaak wat u heeft gedaan, met 'Meld hoe het gaat'. Dat is een terugmelding."),
                gemeld is not None, ilse, f"/zaken/{zaak.pk}" if zaak else "/zaken",
            ),
            Stap(
                _("De bank is hersteld. Zeg bij de taak: 'Ik heb dit al gedaan'."),
                gedaan, ilse, f"/taken/{taak.pk}" if taak else "/taken",
            ),
            Stap(
                _("De gemeente controleert de bank en rondt de zaak af."),
                bericht is not None, knop=_("Controleer en rond af"), doe=partial(_controleer_bank, taak, gemeld, zaak),
            ),
            Stap(_("Lees dat het werk is goedgekeurd."), _gelezen(bericht), ilse, _adres(bericht), mail=True),
        ],
        _("Log ook eens in als Bram Vos, lezer bij Straatwerk. Hij ziet hetzelfde en kan niets doen."),
        partial(_opnieuw_in_keten, "bank"),
    )  # fmt: skip


def training() -> Spel:
    """Een ketenpartner meldt drie keer dat iemand er niet was; dan komt er een uitnodiging."""
    karin, jesse = persoon("karin"), persoon("jesse")
    zaak = _laatste_zaak("training")
    keer = _aantal("afwezig-melden", karin, zaak)
    merk = str(zaak.pk) if zaak else ""
    taak, bericht = _taak(f"verhaal-gesprek-{merk}"), _bericht(f"verhaal-training-{merk}")

    def afwezig(nummer: int, wat: str) -> Stap:
        naar = f"/zaken/{zaak.pk}/verzoek/afwezig-melden" if zaak else "/zaken"
        return Stap(wat, keer >= nummer, karin, naar)

    return Spel(
        "training",
        _("Drie keer niet bij de training"),
        _("Een trainer meldt bij de zaak dat iemand er niet was. Na de derde keer nodigt de gemeente hem uit."),
        [
            afwezig(1, _("Meld dat Jesse er niet was. Vul de dag in en verstuur de melding.")),
            afwezig(2, _("Jesse is er weer niet. Meld het nog een keer, met een andere dag.")),
            afwezig(3, _("Jesse is er voor de derde keer niet. Meld het.")),
            Stap(
                _("De gemeente ziet drie meldingen en nodigt Jesse uit voor een gesprek."),
                taak is not None, knop=_("Nodig Jesse uit"), doe=partial(_nodig_uit, zaak),
            ),
            Stap(
                _("Lees de uitnodiging. Bent u geweest? Zeg dan: 'Ik heb dit al gedaan'."),
                taak is not None and (taak.gemeld_op is not None or not taak.open), jesse,
                f"/taken/{taak.pk}" if taak else "/taken", mail=True,
            ),
            Stap(
                _("De gemeente bevestigt het gesprek en schrijft op wat is afgesproken."),
                bericht is not None, knop=_("Bevestig het gesprek"), doe=partial(_bevestig_gesprek, taak, zaak),
            ),
            Stap(_("Lees wat is afgesproken."), _gelezen(bericht), jesse, _adres(bericht), mail=True),
        ],
        _("De trainer ziet zijn meldingen en de status van de zaak, en niet wat de gemeente met Jesse besprak."),
        partial(_opnieuw_in_keten, "training"),
    )  # fmt: skip


def paspoort() -> Spel:
    """De gemeente begint zelf: het paspoort verloopt."""
    wie, taak = persoon("fatima"), _laatste_taak("paspoort")
    bericht = _bericht(f"verhaal-klaar-{taak.pk}" if taak else "")
    return Spel(
        "paspoort",
        _("Een paspoort dat verloopt"),
        _("Fatima vroeg niets. De gemeente ziet het zelf en zet een taak klaar."),
        [
            Stap(
                _("De gemeente ziet dat het paspoort van Fatima bijna verloopt en zet een taak klaar."),
                taak is not None, knop=_("Zet de taak klaar"), doe=partial(_opnieuw_als_taak, "paspoort"),
            ),
            Stap(
                _("Open de taak, ga naar het formulier en maak een afspraak. Verstuur het formulier."),
                taak is not None and not taak.open, wie, f"/taken/{taak.pk}" if taak else "/taken",
            ),
            Stap(
                _("Fatima was aan de balie en haar nieuwe paspoort is klaar. De gemeente rondt de taak af."),
                bericht is not None, knop=_("Het paspoort is klaar"),
                doe=partial(
                    _rond_taak_af, taak, "Uw nieuwe paspoort ligt klaar",
                    "U kunt uw paspoort ophalen aan de balie. Neem uw oude paspoort mee.",
                ),
            ),
            Stap(_("Lees dat het paspoort klaarligt."), _gelezen(bericht), wie, _adres(bericht), mail=True),
        ],
        _("De taak staat bij Afgerond. Fatima hoefde zelf niets te onthouden."),
        partial(_opnieuw_als_taak, "paspoort"),
    )  # fmt: skip


def apk() -> Spel:
    """Iets wat niet online kan; een register meldt dat het is gedaan."""
    wie, taak = persoon("henk"), _laatste_taak("apk")
    gedaan = taak is not None and (taak.gemeld_op is not None or not taak.open)
    bericht = _bericht(f"verhaal-klaar-{taak.pk}" if taak else "")
    return Spel(
        "apk",
        _("Een auto die gekeurd moet worden"),
        _("Niet alles kan online. De taak zegt waar Henk heen gaat, en een register meldt dat het gedaan is."),
        [
            Stap(
                _("De parkeerservice ziet dat de apk van Henk afloopt en zet een taak klaar."),
                taak is not None, knop=_("Zet de taak klaar"), doe=partial(_opnieuw_als_taak, "apk"),
            ),
            Stap(
                _("Lees wat er moet gebeuren. Is de auto gekeurd? Zeg dan: 'Ik heb dit al gedaan'."),
                gedaan, wie, f"/taken/{taak.pk}" if taak else "/taken",
            ),
            Stap(
                _("Het register meldt dat de auto is gekeurd. De taak is klaar."),
                bericht is not None, knop=_("De auto is gekeurd"),
                doe=partial(
                    _rond_taak_af, taak, "Uw auto is gekeurd", "Het register heeft de keuring doorgegeven. U bent klaar."
                ),
            ),
            Stap(_("Lees dat het klaar is."), _gelezen(bericht), wie, _adres(bericht), mail=True),
        ],
        _("De taak staat bij Afgerond."),
        partial(_opnieuw_als_taak, "apk"),
    )  # fmt: skip


def huurtoeslag() -> Spel:
    """Een aanvraag die al is ingevuld: nakijken en versturen."""
    wie, taak = persoon("fatima"), _laatste_taak("huurtoeslag")
    verzoek = _verzoek_van(taak)
    merk = str(verzoek.pk) if verzoek else ""
    bericht = _bericht(f"verhaal-toeslag-{merk}")
    return Spel(
        "huurtoeslag",
        _("Huurtoeslag, al ingevuld"),
        _("Fatima heeft recht op geld en wist het niet. De aanvraag staat klaar; zij kijkt na en verstuurt."),
        [
            Stap(
                _("Het toeslagensysteem ziet dat Fatima recht heeft op huurtoeslag en zet een ingevulde aanvraag klaar."),
                taak is not None, knop=_("Zet de aanvraag klaar"), doe=_opnieuw_huurtoeslag,
            ),
            Stap(
                _("Open de taak en lees waarom u haar krijgt. Kijk na wat er staat en verstuur de aanvraag."),
                taak is not None and not taak.open, wie, f"/taken/{taak.pk}" if taak else "/taken",
            ),
            Stap(
                _("De aanvraag is een verzoek geworden. De organisatie beslist en antwoordt met een bericht."),
                bericht is not None, knop=_("Ken de toeslag toe"), doe=partial(_ken_toe, taak, verzoek),
            ),
            Stap(_("Lees het antwoord."), _gelezen(bericht), wie, _adres(bericht), mail=True),
        ],
        _("Bij Verzoeken staat het bewijs van ontvangst, met de referentie en een kopie van wat is verstuurd."),
        _opnieuw_huurtoeslag,
    )  # fmt: skip


# --- hoe ver is het -------------------------------------------------------------------------------------------------------
def _verzoek(code: str, wie: Persoon, zaak: Zaak | None = None) -> Verzoek | None:
    gevonden = (
        Verzoek.objects.als_systeem(WAAROM)
        .verstuurd()
        .met_context()
        .filter(type__code=code, betrokkene=vind_geadresseerde(geadresseerde(wie)))
        .exclude(status=Verzoekstatus.INGETROKKEN)
    )
    return (gevonden.filter(zaak=zaak) if zaak else gevonden).order_by("-ontvangen_op").first()


def _aantal(code: str, wie: Persoon, zaak: Zaak | None) -> int:
    alle = Verzoek.objects.als_systeem(WAAROM).verstuurd().exclude(status=Verzoekstatus.INGETROKKEN)
    return alle.filter(type__code=code, betrokkene=vind_geadresseerde(geadresseerde(wie)), zaak=zaak).count()


def _verzoek_van(taak: Taak | None) -> Verzoek | None:
    """Het verzoek dat een klaargezette aanvraag is geworden."""
    uuid = taak.details.get("verzoek") if taak else None
    return Verzoek.objects.als_systeem(WAAROM).met_context().filter(pk=UUID(uuid)).first() if uuid else None


def _zaak(pk: UUID | None) -> Zaak | None:
    return Zaak.objects.als_systeem(WAAROM).met_context().filter(pk=pk).first() if pk else None


def _taak(kenmerk: str) -> Taak | None:
    return Taak.objects.als_systeem(WAAROM).met_context().filter(bron_referentie=kenmerk).first()


def _bericht(kenmerk: str) -> Bericht | None:
    return Bericht.objects.als_systeem(WAAROM).filter(bron_referentie=kenmerk).first() if kenmerk else None


def _laatste_taak(verhaal: str) -> Taak | None:
    """De taak waarmee het verhaal het laatst is begonnen; een ingetrokken taak is er niet."""
    begonnen = Taak.objects.als_systeem(WAAROM).met_context().filter(bron_referentie__startswith=f"demo-{verhaal}")
    return begonnen.exclude(status=Taakstatus.AFGEBROKEN).order_by("-id").first()


def _laatste_zaak(verhaal: str) -> Zaak | None:
    nummer = KETENZAKEN[verhaal].nummer
    return (
        Zaak.objects.als_systeem(WAAROM).met_context().filter(identificatie__startswith=nummer).order_by("-id").first()
    )


def _gelezen(bericht: Bericht | None) -> bool:
    return bericht is not None and bericht.geopend_op is not None


def _verwerkt(taak: Taak | None) -> bool:
    return taak is not None and taak.status == Taakstatus.VERWERKT


def _adres(bericht: Bericht | None) -> str:
    """De pagina van het bericht; zolang de worker het nog niet te lezen maakte, de lijst."""
    return f"/berichten/{bericht.pk}" if bericht and bericht.toegankelijk_op else "/berichten"


# --- wat de knoppen doen --------------------------------------------------------------------------------------------------
def _begin_evenement(verzoek: Verzoek | None) -> None:
    if verzoek is None:
        return
    door, nummer = Partij.systeem(verzoek.applicatie), f"E-{verzoek.referentie}"
    velden: dict[str, Any] = {
        "identificatie": nummer,
        "omschrijving": "Vergunning voor een evenement",
        "zaaktype": "Vergunning voor een evenement",
        "zaaktype_code": "evenement",
        "startdatum": vandaag(),
        "verwachte_einddatum": vandaag() + timedelta(days=56),
    }
    stappen = [
        Zaakstap("Wij hebben uw aanvraag ontvangen", "", vandaag()),
        Zaakstap("Wij beoordelen uw aanvraag"),
        Zaakstap("U krijgt een besluit"),
    ]
    fatima = geadresseerde(persoon("fatima"))
    registreer(Zaakgegevens(velden, stappen=stappen, betrokkenen=[(fatima, Rol.AANVRAGER)]), door)
    bij_zaak = [{"urn": ZAAK + nummer}]
    verzoeken.werk_bij(verzoek.pk, door, naar=Verzoekstatus.IN_BEHANDELING, is_gerelateerd_aan=bij_zaak)
    _stuur(
        door, "fatima", f"verhaal-bevestiging-{verzoek.pk}", Aard.ONTVANGSTBEVESTIGING,
        "Wij behandelen uw aanvraag voor een evenement",
        "Wij hebben uw aanvraag ontvangen. Binnen acht weken hoort u of het mag. Is er iets nodig? Dan krijgt u een taak.",
        nummer,
    )  # fmt: skip


def _vraag_kaart(verzoek: Verzoek | None) -> None:
    if verzoek is None or verzoek.zaak is None:
        return
    eind = vandaag() + timedelta(days=7)
    plaats = vraag("terrein", "Hoe ziet het terrein eruit?", "textarea")
    kaart = vraag(
        "kaart", "Stuur een kaart van het terrein", "file", filePattern=".pdf,image/*",
        description="Een tekening of een foto van een tekening is goed.",
    )  # fmt: skip
    taken.maak_aan(
        taken.NieuweTaak(
            soort=TaakSoort.FORMULIERTAAK,
            titel="Laat zien hoe het terrein eruitziet",
            voor=geadresseerde(persoon("fatima")),
            details={"formulierDefinitie": {"components": [plaats, kaart]}},
            toelichting="Wij willen weten waar de kramen, het podium en de nooduitgangen staan.",
            handelingsperspectief="informatie_geven",
            einddatum=eind,
            termijn_zoals_gestuurd=eind.isoformat(),
            zaaksleutels=[(ZaakSleutel.Soort.NUMMER, verzoek.zaak.identificatie)],
            bron_referentie=f"verhaal-kaart-{verzoek.pk}",
        ),
        Partij.systeem(verzoek.applicatie),
    )


def _verwerk_taak(taak: Taak | None, zaak: Zaak | None, tot: int, *, resultaat: str = "") -> None:
    if taak is not None and zaak is not None:
        door = Partij.systeem(taak.applicatie)
        if taak.open:  # de persoon zei dat het gedaan is, of het register meldt het
            taken.voer_uit(taak.pk, door)
        taken.verwerk(taak.pk, door)
        _zet_verder(zaak, tot, resultaat=resultaat)


def _besluit(verzoek: Verzoek | None, groter: Verzoek | None, zaak: Zaak | None) -> None:
    if verzoek is None or groter is None or zaak is None:
        return
    door = Partij.systeem(verzoek.applicatie)
    bericht = _stuur(
        door, "fatima", f"verhaal-besluit-{verzoek.pk}", Aard.BESCHIKKING, "Besluit: uw evenement mag doorgaan",
        "U krijgt de vergunning, ook voor het grotere feest. **Wij hebben uw wijziging meegenomen.**\n\n"
          "Bent u het er niet mee eens? Dan kunt u binnen zes weken bezwaar maken.",
        zaak.identificatie, bijlage=_vergunning(verzoek, zaak),
    )  # fmt: skip
    for af_te_ronden in (groter, verzoek):
        verzoeken.werk_bij(
            af_te_ronden.pk, door, naar=Verzoekstatus.VERWERKT, antwoord=Verwijzing("bericht", bericht.pk)
        )
    _zet_verder(zaak, 3, resultaat="Vergunning verleend")


def _vergunning(verzoek: Verzoek, zaak: Zaak) -> Bestand:
    """De vergunning als pdf, zoals een back-office haar zou sturen."""
    gegevens = {
        "titel": "Vergunning voor een evenement",
        "organisatie": verzoek.applicatie.organisatie.naam,
        "kenmerken": [("Zaaknummer", zaak.identificatie)],
        "kop": "Wat u mag",
        "antwoorden": [
            ("Evenement", str((verzoek.antwoorden or {}).get("naam", ""))),
            ("Besluit", "Het mag doorgaan."),
        ],
    }
    pdf = SimpleUploadedFile("vergunning.pdf", maak_pdf("ontvangst", gegevens))
    return ontvang_van_systeem(pdf, verzoek.applicatie)


def _schrijf_akte_in(taak: Taak | None, zaak: Zaak | None) -> None:
    if taak is None or zaak is None:
        return
    _verwerk_taak(taak, zaak, 3, resultaat="Ingeschreven")
    _stuur(
        Partij.systeem(taak.applicatie), "bakkerij", f"verhaal-akte-{taak.pk}", Aard.INFORMATIE,
        "Uw erfpacht staat op naam", "De notaris heeft de akte gepasseerd. De grond staat nu op naam van uw bedrijf.",
        zaak.identificatie,
    )  # fmt: skip


def _controleer_bank(taak: Taak | None, gemeld: Verzoek | None, zaak: Zaak | None) -> None:
    if taak is None or zaak is None:
        return
    _verwerk_taak(taak, zaak, 3, resultaat="Hersteld")
    if gemeld is not None and gemeld.status not in AFGEROND:
        verzoeken.verwerk(gemeld.pk, Partij.systeem(gemeld.applicatie), reden="Dank u wel, wij hebben het gelezen.")
    _stuur(
        Partij.systeem(taak.applicatie), "ilse", f"verhaal-hersteld-{taak.pk}", Aard.INFORMATIE,
        "De bank is goedgekeurd", "Wij hebben de bank gecontroleerd. Het werk is goed gedaan. U kunt de rekening sturen.",
        zaak.identificatie,
    )  # fmt: skip


def _nodig_uit(zaak: Zaak | None) -> None:
    if zaak is None:
        return
    door, eind = Partij.systeem(zaak.applicatie), vandaag() + timedelta(days=14)
    for melding in Verzoek.objects.als_systeem(WAAROM).verstuurd().filter(zaak=zaak, type__code="afwezig-melden"):
        if melding.status not in AFGEROND:
            verzoeken.verwerk(melding.pk, door, reden="Wij nodigen de deelnemer uit voor een gesprek.")
    taken.maak_aan(
        taken.NieuweTaak(
            soort=TaakSoort.NIETDIGITAALTAAK,
            titel="Kom praten over uw training",
            voor=geadresseerde(persoon("jesse")),
            details={
                "waar": "Stadhuisplein 1, bij de receptie",
                "wanneer": "Bel ons voor een tijd die u past",
                "meenemen": ["uw identiteitsbewijs"],
            },
            toelichting="U was drie keer niet bij de training. Wij willen weten hoe het gaat en hoe wij kunnen helpen.",
            handelingsperspectief="uitnodiging_voor_afspraak",
            einddatum=eind,
            termijn_zoals_gestuurd=eind.isoformat(),
            zaaksleutels=[(ZaakSleutel.Soort.NUMMER, zaak.identificatie)],
            bron_referentie=f"verhaal-gesprek-{zaak.pk}",
        ),
        door,
    )


def _bevestig_gesprek(taak: Taak | None, zaak: Zaak | None) -> None:
    if taak is None or zaak is None:
        return
    _verwerk_taak(taak, zaak, 2)
    _stuur(
        Partij.systeem(taak.applicatie), "jesse", f"verhaal-training-{zaak.pk}", Aard.INFORMATIE,
        "Wat wij met u hebben afgesproken",
        "Fijn dat u er was. U gaat weer naar de training, op een ander tijdstip. Wij bellen u over een maand.",
        zaak.identificatie,
    )  # fmt: skip


def _rond_taak_af(taak: Taak | None, onderwerp: str, tekst: str) -> None:
    if taak is None:
        return
    door = Partij.systeem(taak.applicatie)
    if taak.open:
        taken.voer_uit(taak.pk, door)
    taken.verwerk(taak.pk, door)
    wie = next(v.persoon for v in VERHALEN if taak.bron_referentie.startswith(f"demo-{v.kenmerk}"))
    _stuur(door, wie, f"verhaal-klaar-{taak.pk}", Aard.INFORMATIE, onderwerp, tekst)


def _ken_toe(taak: Taak | None, verzoek: Verzoek | None) -> None:
    if taak is None or verzoek is None:
        return
    door = Partij.systeem(verzoek.applicatie)
    bericht = _stuur(
        door, "fatima", f"verhaal-toeslag-{verzoek.pk}", Aard.BESCHIKKING, "U krijgt huurtoeslag",
        "U krijgt elke maand geld voor uw huur. Verandert uw huur of uw inkomen? Geef dat door.", kenmerk=verzoek.referentie,
    )  # fmt: skip
    verzoeken.werk_bij(verzoek.pk, door, naar=Verzoekstatus.VERWERKT, antwoord=Verwijzing("bericht", bericht.pk))
    taken.verwerk(taak.pk, Partij.systeem(taak.applicatie))


# --- opnieuw beginnen -----------------------------------------------------------------------------------------------------
def _opnieuw_als_taak(kenmerk: str) -> None:
    """Dezelfde taak nog eens, met een eigen kenmerk."""
    verhaal = next(v for v in VERHALEN if v.kenmerk == kenmerk)
    vertel(replace(verhaal, kenmerk=_volgend(kenmerk)), _systeem(verhaal.systeem))


def _opnieuw_in_keten(kenmerk: str) -> None:
    """Een nieuwe zaak, en zo nodig de taak die erbij hoort."""
    zaak = KETENZAKEN[kenmerk]
    aantal = Zaak.objects.als_systeem(WAAROM).filter(identificatie__startswith=zaak.nummer).count()
    zaak = replace(zaak, nummer=f"{zaak.nummer}-{aantal + 1}" if aantal else zaak.nummer)
    registreer_ketenzaak(zaak, _systeem(zaak.systeem))
    for verhaal in VERHALEN:
        if verhaal.kenmerk == kenmerk:
            vertel(replace(verhaal, kenmerk=_volgend(kenmerk), zaak=zaak.nummer), _systeem(verhaal.systeem))


def _opnieuw_huurtoeslag() -> None:
    bereid_voor(f"demo-{_volgend('huurtoeslag')}", _systeem("Toeslagen"), geadresseerde(persoon("fatima")))


def _volgend(kenmerk: str) -> str:
    aantal = Taak.objects.als_systeem(WAAROM).filter(bron_referentie__startswith=f"demo-{kenmerk}").count()
    return f"{kenmerk}-{aantal + 1}" if aantal else kenmerk


def _systeem(naam: str) -> Applicatie:
    return Applicatie.objects.select_related("organisatie", "standaard_categorie").get(naam=naam)


def _zet_verder(zaak: Zaak, tot: int, *, resultaat: str = "") -> None:
    """De zaak is tot en met deze stap; met een resultaat is zij afgerond."""
    stappen = []
    for nummer, stap in enumerate(zaak.stappen, 1):
        bereikt = vandaag().fromisoformat(stap["bereikt_op"]) if stap["bereikt_op"] else None
        stappen.append(Zaakstap(stap["naam"], stap["toelichting"], bereikt or (vandaag() if nummer <= tot else None)))
    velden = {"einddatum": vandaag(), "resultaat": resultaat} if resultaat else {}
    registreer(Zaakgegevens(velden, stappen=stappen), Partij.systeem(zaak.applicatie), pk=zaak.pk)


def _stuur(
    door: Partij,
    wie: str,
    bron: str,
    aard: Aard,
    onderwerp: str,
    tekst: str,
    zaaknummer: str = "",
    *,
    kenmerk: str = "",
    bijlage: Bestand | None = None,
) -> Bericht:
    nieuw = berichten.NieuwBericht(
        voor=geadresseerde(persoon(wie)),
        onderwerp=onderwerp,
        tekst=tekst,
        aard=aard,
        handelingsperspectief="informatie_krijgen",
        referentie=kenmerk,
        zaaksleutels=[(ZaakSleutel.Soort.NUMMER, zaaknummer)] if zaaknummer else [],
        bron_referentie=bron,
        bijlagen=[{"informatieObject": urn_van(bijlage.pk), "omschrijving": "Vergunning"}] if bijlage else [],
    )
    return berichten.maak_aan(nieuw, door)
