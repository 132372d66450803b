"""Wat een token mag. Een nieuw domein zet zijn scopes hier bij; de lijst is gesloten."""

SCOPES: dict[str, str] = {
    "taken:lezen": "Taken lezen",
    "taken:schrijven": "Taken klaarzetten, wijzigen en intrekken",
    "taken:uitvoeren": "Taken uitvoeren namens de eigenaar, met de antwoorden",
    "objecten:lezen": "Objecten lezen (Objecten API)",
    "objecten:schrijven": "Objecten maken en wijzigen (Objecten API)",
    "zaken:lezen": "Zaken lezen",
    "zaken:schrijven": "Zaken registreren en bijwerken",
    "berichten:lezen": "Eigen berichten lezen",
    "berichten:schrijven": "Berichten sturen, en vóór publicatie wijzigen of intrekken",
    "verzoeken:lezen": "Verzoeken en verzoektypen lezen",
    "verzoeken:schrijven": "Verzoeken vastleggen, hun status zetten en aan een zaak koppelen",
    "bestanden:lezen": "Bestanden ophalen die mensen meesturen met een taak of een verzoek, en die u zelf stuurde",
    "bestanden:schrijven": "Bestanden sturen om aan een bericht te hangen",
    "verzoektypen:schrijven": "Verzoektypen en hun formulieren maken en wijzigen",
    "gebeurtenissen:lezen": "De feed lezen: wat er met eigen records gebeurde",
    "webhooks:beheren": "Abonnementen op gebeurtenissen maken, wijzigen en volgen",
}


def scope_keuzes() -> list[tuple[str, str]]:
    """De scopes als keuzelijst; als functie, zodat een nieuwe scope geen migratie vraagt."""
    return list(SCOPES.items())
