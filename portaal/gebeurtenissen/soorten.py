"""De gesloten lijst van gebeurtenissen. Een nieuwe soort begint hier."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Soort(models.TextChoices):
    """Wat er met een record kan gebeuren; de waarde staat in het boek, het label op de tijdlijn."""

    TAAK_AANGEMAAKT = "taak-aangemaakt", _("De taak is voor u klaargezet.")
    TAAK_GEWIJZIGD = "taak-gewijzigd", _("De taak is gewijzigd.")
    TAAK_GEOPEND = "taak-geopend", _("De taak is geopend.")
    TAAK_GEMELD = "taak-gemeld", _("U heeft doorgegeven dat u dit heeft gedaan.")
    TAAK_UITGEVOERD = "taak-uitgevoerd", _("De taak is gedaan.")
    TAAK_VERWERKT = "taak-verwerkt", _("De taak is afgerond.")
    TAAK_VERLOPEN = "taak-verlopen", _("De termijn is voorbij. De taak is gesloten.")
    TAAK_AFGEBROKEN = "taak-afgebroken", _("De taak is ingetrokken. U hoeft niets meer te doen.")
    TAAK_HEROPEND = "taak-heropend", _("De taak staat weer open.")
    TAAK_VERLENGD = "taak-verlengd", _("U heeft meer tijd gekregen.")
    TAAK_UITSTEL_GEVRAAGD = "taak-uitstel-gevraagd", _("U heeft om meer tijd gevraagd.")
    TAAK_UITSTEL_AFGEWEZEN = "taak-uitstel-afgewezen", _("U krijgt niet meer tijd.")
    TAAK_HERINNERING_GEKOZEN = "taak-herinnering-gekozen", _("U heeft een herinnering gekozen.")
    TAAK_HERINNERD = "taak-herinnerd", _("Wij hebben u aan de taak herinnerd.")
    TAAK_AFGEZIEN = "taak-afgezien", _("U heeft gezegd dat u dit niet wilt.")
    TAAK_WEER_WELKOM = "taak-weer-welkom", _("U heeft gezegd dat u dit voortaan weer wilt horen.")
    TAAK_GECONTROLEERD = "taak-gecontroleerd", _("Er is in het register gekeken.")
    TAAK_OPGEPAKT = "taak-opgepakt", _("Iemand is met de taak begonnen.")
    TAAK_TOEGEWEZEN = "taak-toegewezen", _("De taak is aan iemand gegeven.")
    TAAK_TERUGGEGEVEN = "taak-teruggegeven", _("De taak is weer van het team.")
    TAAK_TERUGGEMELD = "taak-teruggemeld", _("Er is een terugmelding gestuurd.")
    TAAK_BETALING_BEGONNEN = "taak-betaling-begonnen", _("U bent begonnen met betalen.")
    TAAK_BETALING_STAND = "taak-betaling-stand", _("De betaaldienst heeft iets laten weten.")
    TAAK_BETAALD = "taak-betaald", _("Uw betaling is ontvangen.")
    TAAK_BETALING_UITZOEKEN = "taak-betaling-uitzoeken", _("Er is nog een betaling ontvangen. Wij zoeken dat uit.")
    TAAK_BETALING_UITGEZOCHT = "taak-betaling-uitgezocht", _("De betaling is uitgezocht.")
    TAAK_ZAAK = "taak-zaak", _("De taak hoort nu bij een zaak.")
    TAAK_VERNIETIGD = "taak-vernietigd", _("De bewaartermijn is voorbij. De inhoud van de taak is vernietigd.")
    # Zaken
    ZAAK_GEREGISTREERD = "zaak-geregistreerd", _("De zaak is begonnen.")
    ZAAK_GEWIJZIGD = "zaak-gewijzigd", _("De gegevens van de zaak zijn gewijzigd.")
    ZAAK_STATUS = "zaak-status", _("De status van de zaak is veranderd.")
    ZAAK_RESULTAAT = "zaak-resultaat", _("Het resultaat van de zaak is bekend.")
    ZAAK_AFGEROND = "zaak-afgerond", _("De zaak is afgerond.")
    ZAAK_VERNIETIGD = "zaak-vernietigd", _("De bewaartermijn is voorbij. De inhoud van de zaak is vernietigd.")
    # berichten
    BERICHT_GEREGISTREERD = "bericht-geregistreerd", _("Het bericht is gemaakt.")
    BERICHT_GEWIJZIGD = "bericht-gewijzigd", _("Het bericht is gewijzigd voordat het te lezen was.")
    BERICHT_TERUGGETROKKEN = "bericht-teruggetrokken", _("Het bericht is ingetrokken voordat het te lezen was.")
    BERICHT_GEPUBLICEERD = "bericht-gepubliceerd", _("Het bericht is voor u klaargezet.")
    BERICHT_GEOPEND = "bericht-geopend", _("Het bericht is geopend.")
    BERICHT_VERVANGEN = "bericht-vervangen", _("Het bericht is vervangen door een nieuw bericht.")
    BERICHT_INGETROKKEN = "bericht-ingetrokken", _("Het bericht is ingetrokken met een nieuw bericht.")
    BERICHT_ZAAK = "bericht-zaak", _("Het bericht hoort nu bij een zaak.")
    BERICHT_VERNIETIGD = (
        "bericht-vernietigd",
        _("De bewaartermijn is voorbij. De inhoud van het bericht is vernietigd."),
    )
    # verzoeken
    VERZOEK_BEGONNEN = "verzoek-begonnen", _("U bent met dit verzoek begonnen.")
    VERZOEK_BEWAARD = "verzoek-bewaard", _("U heeft uw antwoorden bewaard.")
    VERZOEK_WEGGEGOOID = "verzoek-weggegooid", _("U heeft uw antwoorden weggegooid.")
    VERZOEK_CONCEPT_VERLOPEN = "verzoek-concept-verlopen", _("Wij hebben uw bewaarde antwoorden weggegooid.")
    VERZOEK_INGEDIEND = "verzoek-ingediend", _("Wij hebben uw verzoek ontvangen.")
    VERZOEK_GEREGISTREERD = "verzoek-geregistreerd", _("Wij hebben uw verzoek voor u vastgelegd.")
    VERZOEK_IN_BEHANDELING = "verzoek-in-behandeling", _("Wij zijn met uw verzoek bezig.")
    VERZOEK_VERWERKT = "verzoek-verwerkt", _("Uw verzoek is afgehandeld.")
    VERZOEK_GEWEIGERD = "verzoek-geweigerd", _("Wij nemen uw verzoek niet in behandeling.")
    VERZOEK_DOORGELEID = "verzoek-doorgeleid", _("Wij hebben uw verzoek doorgestuurd naar een andere organisatie.")
    VERZOEK_INGETROKKEN = "verzoek-ingetrokken", _("U heeft uw verzoek ingetrokken.")
    VERZOEK_ZAAK_GEKOPPELD = "verzoek-zaak-gekoppeld", _("Uw verzoek hoort nu bij een zaak.")
    VERZOEK_BEANTWOORD = "verzoek-beantwoord", _("Er is een antwoord op uw verzoek.")
    VERZOEK_GEWIJZIGD = "verzoek-gewijzigd", _("Er is iets bijgewerkt aan uw verzoek.")
    VERZOEK_VERNIETIGD = (
        "verzoek-vernietigd",
        _("De bewaartermijn is voorbij. De inhoud van het verzoek is vernietigd."),
    )
    VERZOEKTYPE_AANGEMAAKT = "verzoektype-aangemaakt", _("Het verzoektype is gemaakt.")
    VERZOEKTYPE_GEWIJZIGD = "verzoektype-gewijzigd", _("Het verzoektype is gewijzigd.")
    VERZOEKTYPE_GEPUBLICEERD = "verzoektype-gepubliceerd", _("Er geldt een nieuwe versie van het formulier.")
    # het register van formulieren
    FORMULIER_AANGEMAAKT = "formulier-aangemaakt", _("Het formulier is gemaakt.")
    FORMULIER_GEWIJZIGD = "formulier-gewijzigd", _("Het formulier is gewijzigd.")
    FORMULIER_GEPUBLICEERD = "formulier-gepubliceerd", _("Er is een nieuwe versie van het formulier.")
    # bestanden
    BESTAND_ONTVANGEN = "bestand-ontvangen", _("U heeft een bestand toegevoegd.")
    BESTAND_WACHT = "bestand-wacht", _("Uw bestand wacht op de controle op virussen.")
    BESTAND_GECONTROLEERD = "bestand-gecontroleerd", _("Uw bestand is gecontroleerd.")
    BESTAND_BESMET = "bestand-besmet", _("In uw bestand zat een virus. Het is verwijderd.")
    BESTAND_VERSTUURD = "bestand-verstuurd", _("Uw bestand is verstuurd.")
    BESTAND_BIJGEVOEGD = "bestand-bijgevoegd", _("Het bestand hoort bij een bericht.")
    BESTAND_OVERGEZET = "bestand-overgezet", _("Uw bestand staat bij de organisatie.")
    BESTAND_VERWIJDERD = "bestand-verwijderd", _("Uw bestand is verwijderd.")
    NOTIFICATIE_VERSTUURD = "notificatie-verstuurd", _("Wij hebben u hierover een e-mail of sms gestuurd.")
    NOTIFICATIE_BEZORGD = "notificatie-bezorgd", _("Ons bericht hierover is bij u aangekomen.")
    NOTIFICATIE_MISLUKT = "notificatie-mislukt", _("Ons bericht hierover is niet bij u aangekomen.")
    NOTIFICATIE_GEANNULEERD = "notificatie-geannuleerd", _("Een bericht hierover was niet meer nodig.")
    NOTIFICATIE_AFGEZIEN = "notificatie-afgezien", _("U krijgt hierover geen bericht, want dat heeft u zo gekozen.")
    NOTIFICATIE_GEEN_ADRES = (
        "notificatie-geen-adres",
        _("Wij konden u hierover geen bericht sturen: wij hebben geen adres."),
    )
    CONTACTHERSTEL_GEVRAAGD = "contactherstel-gevraagd", _("Een medewerker zoekt op een andere manier contact met u.")
    CONTACTHERSTEL_AFGEHANDELD = "contactherstel-afgehandeld", _("Wij hebben op een andere manier contact gezocht.")
    # contactgegevens
    ADRES_OPGEGEVEN = "adres-opgegeven", _("U heeft een adres opgegeven. Het moet nog worden bevestigd.")
    ADRES_BEVESTIGD = "adres-bevestigd", _("U heeft uw adres bevestigd.")
    ADRES_VASTGELEGD = "adres-vastgelegd", _("De organisatie heeft een adres vastgelegd.")
    ADRES_VERWIJDERD = "adres-verwijderd", _("U heeft uw adres verwijderd.")
    ADRES_ONBESTELBAAR = "adres-onbestelbaar", _("Op uw adres kwam een bericht niet aan.")
    VOORKEUREN_GEWIJZIGD = "voorkeuren-gewijzigd", _("U heeft gekozen waarover u bericht wilt.")
    NOTIFICATIES_UIT = "notificaties-uit", _("U wilt geen berichten meer over wat er klaarstaat.")
    NOTIFICATIES_AAN = "notificaties-aan", _("U wilt weer berichten over wat er klaarstaat.")
    DIGITAAL_JA = "digitaal-ja", _("U wilt officiële berichten digitaal.")
    DIGITAAL_NEE = "digitaal-nee", _("U wilt officiële berichten niet meer digitaal.")
    BEREIKBAARHEID_GEWIJZIGD = "bereikbaarheid-gewijzigd", _("U bent nu op een andere manier te bereiken.")
    # het noodaccount van het beheer
    NOODACCOUNT_INGESTELD = "noodaccount-ingesteld", _("Het noodaccount is opnieuw ingesteld.")
    NOODACCOUNT_GEBRUIKT = "noodaccount-gebruikt", _("Iemand logde in met het noodaccount.")
    NOODACCOUNT_MISLUKT = "noodaccount-mislukt", _("Inloggen met het noodaccount mislukte.")
    NOODACCOUNT_OP_SLOT = "noodaccount-op-slot", _("Het noodaccount is op slot gegaan.")
    # ketenpartners
    KETENPARTNER_GEREGISTREERD = "ketenpartner-geregistreerd", _("De ketenpartner is geregistreerd.")
    KETENPARTNER_GEWIJZIGD = "ketenpartner-gewijzigd", _("De toegang van de ketenpartner is gewijzigd.")
    KETENPARTNER_LID_TOEGEVOEGD = "ketenpartner-lid-toegevoegd", _("Iemand heeft toegang gekregen.")
    KETENPARTNER_UITGENODIGD = "ketenpartner-uitgenodigd", _("Iemand is uitgenodigd.")
    KETENPARTNER_UITNODIGING_WEG = "ketenpartner-uitnodiging-weg", _("Een uitnodiging is ingetrokken.")
    KETENPARTNER_ROL_GEWIJZIGD = "ketenpartner-rol-gewijzigd", _("De rol van iemand is gewijzigd.")
    KETENPARTNER_LID_VERWIJDERD = "ketenpartner-lid-verwijderd", _("De toegang van iemand is ingetrokken.")
    # abonnementen (webhooks)
    ABONNEMENT_AANGEMAAKT = "abonnement-aangemaakt", _("Het abonnement is gemaakt.")
    ABONNEMENT_GEWIJZIGD = "abonnement-gewijzigd", _("Het abonnement is gewijzigd.")
    ABONNEMENT_GEHEIM = "abonnement-geheim-vernieuwd", _("Het abonnement heeft een nieuw geheim.")
    ABONNEMENT_GEPAUZEERD = "abonnement-gepauzeerd", _("Het abonnement is gepauzeerd: afgeven lukt niet meer.")
    ABONNEMENT_HERVAT = "abonnement-hervat", _("Het abonnement staat weer aan.")
    ABONNEMENT_VERWIJDERD = "abonnement-verwijderd", _("Het abonnement is verwijderd.")


# Wat één persoon over het bereiken van hemzelf hoort: bij een record van meer mensen (een zaak) niet voor de anderen.
OVER_DE_ONTVANGER = frozenset(s for s in Soort if s.value.startswith(("notificatie-", "contactherstel-")))
# Daarna hoort de inhoud van het record weg te zijn; daarvoor niet.
VERNIETIGD = frozenset(
    {Soort.TAAK_VERNIETIGD, Soort.ZAAK_VERNIETIGD, Soort.BERICHT_VERNIETIGD, Soort.VERZOEK_VERNIETIGD}
)


def soort_keuzes() -> list[tuple[str, str]]:
    """De soorten als keuzelijst; als functie, zodat een nieuwe soort geen migratie vraagt."""
    return [(soort.value, str(soort.label)) for soort in Soort]


class ActorSoort(models.TextChoices):
    """Wie iets deed."""

    BETROKKENE = "betrokkene", _("u")
    APPLICATIE = "applicatie", _("een systeem")
    MEDEWERKER = "medewerker", _("een medewerker")
    SYSTEEM = "systeem", _("de portaal")
