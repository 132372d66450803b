"""Wat elk eindpunt deelt: token, scope, idempotentie, foutmeldingen, bladeren en het OpenAPI-document."""
