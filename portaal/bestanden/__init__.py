"""Bestanden die mensen meesturen: ontvangen, controleren, versleuteld bewaren en doorgeven."""
