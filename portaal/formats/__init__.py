"""Notatie van datums en tijden per taal (FORMAT_MODULE_PATH)."""
