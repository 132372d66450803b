"""Formulieren: een definitie lezen, op de server tonen en controleren."""
