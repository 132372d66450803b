"""Berichten: vertrouwelijke informatie van een organisatie aan een klant of ketenpartner."""
