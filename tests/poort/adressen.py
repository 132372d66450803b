"""Elk adres van de portaal, met wie er mag komen. De wandeling (test_wandeling.py) loopt ze allemaal af.

Een nieuw adres is hier één regel, met de route zoals `manage.py` haar kent:

    "taken/<uuid:uuid>/bijlagen/<uuid:bijlage>": van_iemand(uuid="taak", bijlage="bijlage"),

Links de naam van het argument, rechts de naam van een ding in records.py. Bestaat dat ding nog niet, dan maakt u het
daar, met het merkteken erin. Een nieuw model in het beheer is één regel in `BEHEER`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from portaal.inloggen.paden import OPENBAAR


@dataclass(frozen=True)
class Adres:
    """Wat er op een adres hoort te gebeuren. `argumenten`: naam in de route naar een ding uit records.py."""

    soort: str  # de naam van de functie hieronder die hem maakt
    argumenten: Mapping[str, str]
    reden: str = ""


def van_iemand(**argumenten: str) -> Adres:
    """Van één betrokkene (of, in de API, van één applicatie): voor een ander 404."""
    return Adres("van_iemand", argumenten)


def van_applicatie(**argumenten: str) -> Adres:
    """In de API, van één applicatie en niet over een persoon: voor een ander 404."""
    return Adres("van_applicatie", argumenten)


def van_ketenpartner(**argumenten: str) -> Adres:
    """Van de beheerder van één ketenpartner: een collega krijgt 403, een ander 404."""
    return Adres("van_ketenpartner", argumenten)


def lijst(**argumenten: str) -> Adres:
    """Een lijst: voor een ander 200 zonder het merkteken, voor de eigenaar mét."""
    return Adres("lijst", argumenten)


def voor_ieder(reden: str, **argumenten: str) -> Adres:
    """Voor iedereen die is ingelogd (of een token heeft), maar zonder het merkteken van een ander."""
    return Adres("voor_ieder", argumenten, reden)


def openbaar(reden: str, **argumenten: str) -> Adres:
    """Zonder inloggen te zien. De reden is verplicht."""
    return Adres("openbaar", argumenten, reden)


def nagespeeld(reden: str, **argumenten: str) -> Adres:
    """Een systeem van een ander, nagespeeld in de demo; in productie bestaat het adres niet."""
    return Adres("nagespeeld", argumenten, reden)


def medewerker(reden: str, **argumenten: str) -> Adres:
    """Voor elke medewerker, ook een zonder rechten: er staat niets over een persoon."""
    return Adres("medewerker", argumenten, reden)


_DOCUMENTATIE = "de documentatie van de API: geen gegevens"

PORTAAL = {
    # --- mijn omgeving
    "overzicht": lijst(),
    "taken": lijst(),
    "taken/<uuid:uuid>": van_iemand(uuid="taak"),
    "taken/<uuid:uuid>/formulier": van_iemand(uuid="formuliertaak"),
    "taken/<uuid:uuid>/controle": van_iemand(uuid="formuliertaak"),
    "taken/<uuid:uuid>/gedaan": van_iemand(uuid="taak"),
    "taken/<uuid:uuid>/afzien": van_iemand(uuid="taak"),
    "taken/<uuid:uuid>/ontvangst.pdf": van_iemand(uuid="taak"),
    "verzoeken/<uuid:uuid>/ontvangst.pdf": van_iemand(uuid="verzoek"),
    "bestanden/<uuid:uuid>": van_iemand(uuid="bestand"),
    "taken/<uuid:uuid>/agenda.ics": van_iemand(uuid="taak"),
    "taken/<uuid:uuid>/betaald": van_iemand(uuid="betaaltaak"),
    "taken/<uuid:uuid>/betalen": van_iemand(uuid="betaaltaak"),
    "taken/<uuid:uuid>/herinnering": van_iemand(uuid="taak"),
    "taken/<uuid:uuid>/meer-tijd": van_iemand(uuid="taak"),
    "taken/<uuid:uuid>/oppakken": van_iemand(uuid="taak"),
    "taken/<uuid:uuid>/terugmelding": van_iemand(uuid="taak"),
    "taken/<uuid:uuid>/toewijzen": van_iemand(uuid="taak"),
    "taken/<uuid:uuid>/weer-welkom": van_iemand(uuid="taak"),
    "bewijs/<slug:soort>/<uuid:uuid>": van_iemand(soort="soort", uuid="taak"),
    "bewijs/<slug:soort>/<uuid:uuid>/json": van_iemand(soort="soort", uuid="taak"),
    "bewijs/<slug:soort>/<uuid:uuid>/pdf": van_iemand(soort="soort", uuid="taak"),
    "berichten": lijst(),
    "berichten/<uuid:uuid>": van_iemand(uuid="bericht"),
    "berichten/<uuid:uuid>/ongelezen": van_iemand(uuid="bericht"),
    "berichten/<uuid:uuid>/archiveer": van_iemand(uuid="bericht"),
    "berichten/<uuid:uuid>/uit-archief": van_iemand(uuid="bericht"),
    "zaken": lijst(),
    "zaken/<uuid:uuid>": van_iemand(uuid="zaak"),
    "zaken/<uuid:zaak>/verzoek/<slug:code>": van_iemand(zaak="zaak", code="zaakverzoektype"),
    "zaken/<uuid:zaak>/verzoek/<slug:code>/controle": van_iemand(zaak="zaak", code="zaakverzoektype"),
    "verzoeken": lijst(),
    "verzoeken/nieuw": voor_ieder("wat iedereen kan aanvragen"),
    "verzoeken/nieuw/<slug:code>": voor_ieder("een leeg formulier, of dat van uzelf", code="verzoektype"),
    "verzoeken/nieuw/<slug:code>/controle": voor_ieder("uw eigen antwoorden", code="verzoektype"),
    "verzoeken/<uuid:uuid>": van_iemand(uuid="verzoek"),
    "verzoeken/<uuid:uuid>/intrekken": van_iemand(uuid="verzoek"),
    "verzoeken/<uuid:uuid>/weggooien": van_iemand(uuid="concept"),
    "mijn-gegevens": voor_ieder("uw eigen gegevens; zonder sleutel in het adres"),
    "mijn-gegevens/voorkeuren": voor_ieder("uw eigen voorkeuren"),
    "mijn-gegevens/digitaal": voor_ieder("uw eigen keuze"),
    "mijn-gegevens/geen-berichten": voor_ieder("uw eigen keuze"),
    "mijn-gegevens/<slug:kanaal>": voor_ieder("uw eigen adres", kanaal="kanaal"),
    "mijn-gegevens/<slug:kanaal>/code": voor_ieder("uw eigen adres", kanaal="kanaal"),
    "mijn-gegevens/<slug:kanaal>/code/opnieuw": voor_ieder("uw eigen adres", kanaal="kanaal"),
    "mijn-gegevens/<slug:kanaal>/toch-niet": voor_ieder("uw eigen adres", kanaal="kanaal"),
    "mijn-gegevens/<slug:kanaal>/verwijderen": voor_ieder("uw eigen adres", kanaal="kanaal"),
    "adres-bevestigen/<str:teken>": openbaar("de ondertekende link in een e-mail", teken="middel"),
    "afmelden/<str:teken>": openbaar("de ondertekende link in een e-mail (RFC 8058)", teken="middel"),
    "betaaldienst/<slug:naam>/melding": openbaar("de betaaldienst, met haar eigen handtekening", naam="middel"),
    "organisatie": van_ketenpartner(),
    "organisatie/wie-deed-wat": van_ketenpartner(),
    "organisatie/leden/<uuid:lid>/rol": van_ketenpartner(lid="lid"),
    "organisatie/leden/<uuid:lid>/intrekken": van_ketenpartner(lid="lid"),
    "organisatie/uitnodigingen/<uuid:uitnodiging>/intrekken": van_ketenpartner(uitnodiging="uitnodiging"),
    "inloggen/namens": openbaar("kiezen namens welke ketenpartner; toont alleen wat bij de eigen inlog hoort"),
    "inloggen/uitnodiging/<str:code>": openbaar("een link met een geheime code; toont wie uitnodigt", code="middel"),
    # --- openbaar: zonder argument staan zij met hun reden in portaal/inloggen/paden.py
    **{pad.removeprefix("/"): openbaar(reden) for pad, reden in OPENBAAR.items()},
    "inloggen/<slug:middel>": openbaar("op weg naar de inlogdienst", middel="middel"),
    "inloggen/<slug:middel>/terug": openbaar("terug van de inlogdienst", middel="middel"),
    "inloggen/<slug:middel>/afmelden": openbaar("de inlogdienst zelf, met een ondertekend bewijs", middel="middel"),
    # --- alleen in de demo en in tests
    "demo/back-office": nagespeeld("een back-office, dat ziet wat het zelf heeft klaargezet"),
    "demo/formulier/<uuid:uuid>": van_iemand(uuid="taak"),
    "demo/gzac": nagespeeld("een GZAC, die ziet wat hij zelf heeft klaargezet"),
    "demo/open-notificaties/api/v1/kanaal": nagespeeld("Open Notificaties; vraagt een eigen bewijs"),
    "demo/open-notificaties/api/v1/notificaties": nagespeeld("Open Notificaties; vraagt een eigen bewijs"),
    "-/sms-terugmelding": openbaar("de sms-dienst, met haar eigen geheim"),
    "demo/betalen": nagespeeld("een betaaldienst"),
    "demo/sms/v2/notifications": nagespeeld("een sms-dienst"),
    "demo/sms/v2/notifications/sms": nagespeeld("een sms-dienst"),
    "demo/verhalen": nagespeeld("de speler van de verhalen"),
    "demo/taak-voor-mij": nagespeeld("een back-office dat iets klaarzet voor wie is ingelogd"),
    "demo/post": openbaar("de demo: opgevangen e-mail, die nooit iets vertrouwelijks bevat"),
    "demo/post/<str:naam>": openbaar("de demo: één opgevangen e-mail", naam="middel"),
    "demo/oidc/<slug:aanbieder>/.well-known/openid-configuration": openbaar("de simulator", aanbieder="middel"),
    "demo/oidc/<slug:aanbieder>/jwks": openbaar("de simulator", aanbieder="middel"),
    "demo/oidc/<slug:aanbieder>/authorize": openbaar("de simulator", aanbieder="middel"),
    "demo/oidc/<slug:aanbieder>/token": openbaar("de simulator", aanbieder="middel"),
    "demo/oidc/<slug:aanbieder>/userinfo": openbaar("de simulator: vraagt een access token", aanbieder="middel"),
    "demo/oidc/<slug:aanbieder>/end_session": openbaar("de simulator", aanbieder="middel"),
}

API = {
    **{
        f"{domein}/api/v1{einde}": openbaar(_DOCUMENTATIE)
        for domein in ("taken", "berichten", "verzoeken", "zaken", "webhooks", "gebeurtenissen", "bestanden", "test")
        for einde in ("", "/", "/openapi.json")
    },
    "bestanden/api/v1/bestanden": lijst(),
    "bestanden/api/v1/bestanden/<uuid:uuid>": van_iemand(uuid="bestand"),
    "bestanden/api/v1/bestanden/<uuid:uuid>/inhoud": van_applicatie(uuid="bestand"),
    **{
        f"taken/api/v1/{s}taken/_bulk": voor_ieder("maakt eigen taken; vraagt een POST")
        for s in ("externe", "url", "formulier", "betaal", "nietdigitale")
    },
    # Alleen in de demo en in tests: wat een inwoner of dienst doet, nagespeeld voor wie een koppeling bouwt.
    "test/api/v1/berichten/<uuid:uuid>/mislukte-notificaties": van_applicatie(uuid="bericht"),
    "test/api/v1/berichten/<uuid:uuid>/openingen": van_applicatie(uuid="bericht"),
    "test/api/v1/taken/<uuid:uuid>/inzendingen": van_applicatie(uuid="taak"),
    "test/api/v1/taken/<uuid:uuid>/mislukte-notificaties": van_applicatie(uuid="taak"),
    "test/api/v1/verzoektypen/<uuid:uuid>/inzendingen": van_applicatie(uuid="verzoektype_id"),
    **{
        f"{lijst_}/_zoek": voor_ieder("zoeken in het eigen werk; vraagt een POST")
        for lijst_ in (
            *(f"taken/api/v1/{s}taken" for s in ("externe", "url", "formulier", "betaal", "nietdigitale")),
            "verzoeken/api/v1/verzoeken",
            "zaken/api/v1/zaken",
        )
    },
    "taken/api/v1/externetaken": lijst(),
    "taken/api/v1/externetaken/<uuid:uuid>": van_iemand(uuid="taak"),
    "taken/api/v1/urltaken": lijst(),
    "taken/api/v1/urltaken/<uuid:uuid>": van_iemand(uuid="taak"),
    "taken/api/v1/formuliertaken": lijst(),
    "taken/api/v1/formuliertaken/<uuid:uuid>": van_iemand(uuid="formuliertaak"),
    "taken/api/v1/betaaltaken": lijst(),
    "taken/api/v1/betaaltaken/<uuid:uuid>": van_iemand(uuid="betaaltaak"),
    "taken/api/v1/nietdigitaletaken": lijst(),
    "taken/api/v1/nietdigitaletaken/<uuid:uuid>": van_iemand(uuid="nietdigitaaltaak"),
    "objecten/api/v2/objects": lijst(),
    "objecten/api/v2/objects/search": voor_ieder("zoeken in eigen objecten; vraagt een POST"),
    "objecten/api/v2/objects/<uuid:uuid>": van_iemand(uuid="object"),
    "objecten/api/v2/objects/<uuid:uuid>/history": van_iemand(uuid="object"),
    "objecten/api/v2/objects/<uuid:uuid>/<int:index>": van_iemand(uuid="object", index="een"),
    "objecten/api/v2/objecttypes": lijst(),
    "objecten/api/v2/objecttypes/<uuid:uuid>": van_iemand(uuid="objecttype"),
    "objecten/api/v2/objecttypes/<uuid:uuid>/versions": van_iemand(uuid="objecttype"),
    "objecten/api/v2/objecttypes/<uuid:uuid>/versions/<int:versie>": van_iemand(uuid="objecttype", versie="een"),
    "objecten/api/v2/permissions": lijst(),
    "kic/v1/taken": lijst(),
    "kic/v1/taken/<uuid:uuid>": van_iemand(uuid="klanttaak"),
    "berichten/api/v1/berichten": lijst(),
    "berichten/api/v1/berichten/_zoek": voor_ieder("zoeken in eigen berichten; vraagt een POST"),
    "berichten/api/v1/berichten/<uuid:uuid>": van_iemand(uuid="bericht"),
    "zaken/api/v1/zaken": lijst(),
    "zaken/api/v1/zaken/<uuid:uuid>": van_iemand(uuid="zaak"),
    "verzoeken/api/v1/verzoeken": lijst(),
    "verzoeken/api/v1/verzoeken/<uuid:uuid>": van_iemand(uuid="verzoek"),
    "gebeurtenissen/api/v1/gebeurtenissen": voor_ieder("de eigen gebeurtenissen"),
    "webhooks/api/v1/gebeurtenistypen": voor_ieder("de catalogus"),
    "webhooks/api/v1/abonnementen": voor_ieder("de eigen abonnementen"),
    "webhooks/api/v1/abonnementen/<uuid:uuid>": van_applicatie(uuid="abonnement"),
    "webhooks/api/v1/abonnementen/<uuid:uuid>/geheimen": van_applicatie(uuid="abonnement"),
    "webhooks/api/v1/abonnementen/<uuid:uuid>/testberichten": van_applicatie(uuid="abonnement"),
    "webhooks/api/v1/abonnementen/<uuid:abonnementUuid>/bezorgingen": van_applicatie(abonnementUuid="abonnement"),
    "webhooks/api/v1/abonnementen/<uuid:abonnementUuid>/bezorgingen/<uuid:uuid>": van_applicatie(
        abonnementUuid="abonnement", uuid="bezorging"
    ),
    "webhooks/api/v1/abonnementen/<uuid:abonnementUuid>/bezorgingen/<uuid:uuid>/herhalingen": van_applicatie(
        abonnementUuid="abonnement", uuid="bezorging"
    ),
    "verzoeken/api/v1/verzoektypen": voor_ieder("de catalogus"),
    "verzoeken/api/v1/verzoektypen/<uuid:uuid>": voor_ieder("de catalogus", uuid="verzoektype_id"),
    "verzoeken/api/v1/verzoektypen/<uuid:verzoektypeUuid>/versies": voor_ieder(
        "de catalogus", verzoektypeUuid="verzoektype_id"
    ),
    "verzoeken/api/v1/verzoektypen/<uuid:verzoektypeUuid>/versies/<int:versie>": voor_ieder(
        "de catalogus", verzoektypeUuid="verzoektype_id", versie="een"
    ),
}

# Waar een PUT onder een vreemde sleutel geen 404 is, en waarom niet.
PUT_MAAKT_IETS_EIGENS = {
    "zaken/api/v1/zaken/<uuid:uuid>": "de uuid is een naam binnen de eigen organisatie: er ontstaat een eigen zaak",
}

# Per model in het beheer: het ding in records.py waarvan de sleutel in het adres komt. Alle pagina's van dat model horen
# daarbij, ook eigen pagina's onder `<uuid:uuid>/`.
BEHEER = {
    "portaal_gebeurtenissen/gebeurtenis": "gebeurtenis",
    "portaal_gebeurtenissen/aflevering": "aflevering",
    "portaal_betrokkenen/organisatie": "organisatie",
    "portaal_betrokkenen/categorie": "categorie",
    "portaal_betrokkenen/applicatie": "applicatie",
    "portaal_betrokkenen/grant": "grant",
    "portaal_betrokkenen/ketenpartner": "ketenpartner",
    "portaal_betrokkenen/betrokkene": "betrokkene",
    "portaal_inloggen/medewerker": "medewerker",
    "portaal_inloggen/noodaccount": "noodaccount",
    "portaal_api/token": "token",
    "portaal_zaken/zaak": "zaak",
    "portaal_notificaties/notificatie": "notificatie",
    "portaal_notificaties/contactherstel": "contactherstel",
    "portaal_logboek/inzage": "inzage",
    "portaal_formulieren/formulier": "formulier",
    "portaal_bestanden/bestand": "bestand",
    "portaal_webhooks/abonnement": "abonnement",
    "portaal_webhooks/bezorging": "bezorging",
    "portaal_objecten/koppeling": "koppeling",
    "portaal_objecten/koppelfout": "koppelfout",
    "portaal_objecten/objectmelding": "objectmelding",
    "taken/taak": "taak",
    "berichten/bericht": "bericht",
    "verzoeken/verzoek": "verzoek",
    "verzoeken/verzoektype": "verzoektype_id",
}
# Andere argumenten in het beheer dan de sleutel van het model zelf.
BEHEER_ARGUMENTEN = {"wat": "koppelfoutknop", "lid": "lid", "nummer": "een", "app_label": "app", "pk": "koppelfout"}
# Pagina's van het beheer die niet bij een model horen.
BEHEER_OVERIG = {
    "beheer/taken/taak/betaling/<uuid:uuid>/": van_iemand(uuid="betaling"),
    **{
        f"beheer/bewijs/<slug:soort>/<uuid:uuid>/{einde}": van_iemand(soort="soort", uuid="taak")
        for einde in ("", "json", "pdf")
    },
    "beheer/inloggen": openbaar("op weg naar de inlogdienst van medewerkers"),
    "beheer/inloggen/terug": openbaar("terug van de inlogdienst van medewerkers"),
    "beheer/noodtoegang": openbaar(
        "het noodaccount, als de inlogdienst uitvalt: wachtwoord en code, na vijf verkeerde codes op slot"
    ),
    "beheer/uitgelogd": openbaar("de bevestiging"),
    "beheer/login/": openbaar("verwijst naar de inlogdienst"),
    "beheer/": medewerker("alleen wat iemand mag, staat op het beginscherm"),
    "beheer/logout/": openbaar("uitloggen mag altijd"),
    "beheer/autocomplete/": medewerker("vraagt zelf het recht op het model"),
    "beheer/jsi18n/": medewerker("de vertaling van het beheer zelf"),
    "beheer/<app_label>/": medewerker("alleen wat iemand mag", app_label="app"),
    "beheer/r/<path:content_type_id>/<path:object_id>/": medewerker(
        "verwijst naar de portaal, waar de poort is", content_type_id="een", object_id="een"
    ),
    "beheer/<url>": medewerker("onbekend adres: 404", url="middel"),
}
