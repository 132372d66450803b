"""Het OpenAPI-document van een domein, volgens de NL API Design Rules, en de documentatiepagina erbij."""

from drf_spectacular.openapi import AutoSchema


class PortaalSchema(AutoSchema):
    """Beschrijft een eindpunt zoals de portaal het overal doet."""
