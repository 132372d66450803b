"""De Objecten API (versie 2) en de Objecttypen API, zoals GZAC en Open Formulieren ze aanroepen.

Het gedrag volgt dat van de Objecten API van Maykin Media 2.x. Fouten zijn problem+json met dezelfde velden als daar.
"""
