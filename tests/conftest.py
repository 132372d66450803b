"""Gereedschap voor alle tests."""
