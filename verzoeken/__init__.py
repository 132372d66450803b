"""Verzoeken en zaakverzoeken: wat een klant of ketenpartner aan een organisatie vraagt."""
