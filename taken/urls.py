"""De pagina's over taken."""

from django.urls import path

from taken.views import betalen, formulier, lijst, taak, team

app_name = "taken"
urlpatterns = [
    path("taken", lijst.lijst, name="lijst"),
    path("taken/<uuid:uuid>", taak.taak, name="taak"),
    path("taken/<uuid:uuid>/gedaan", taak.gedaan, name="gedaan"),
    path("taken/<uuid:uuid>/meer-tijd", taak.meer_tijd, name="meer-tijd"),
    path("taken/<uuid:uuid>/herinnering", taak.herinnering, name="herinnering"),
    path("taken/<uuid:uuid>/afzien", taak.afzien, name="afzien"),
    path("taken/<uuid:uuid>/weer-welkom", taak.weer_welkom, name="weer-welkom"),
    path("taken/<uuid:uuid>/agenda.ics", taak.agenda, name="agenda"),
    path("taken/<uuid:uuid>/formulier", formulier.formulier, name="formulier"),
    path("taken/<uuid:uuid>/controle", formulier.controle, name="controle"),
    path("taken/<uuid:uuid>/ontvangst.pdf", formulier.ontvangst, name="ontvangst"),
    path("taken/<uuid:uuid>/betalen", betalen.betalen, name="betalen"),
    path("taken/<uuid:uuid>/betaald", betalen.betaald, name="betaald"),
    path("betaaldienst/<slug:naam>/melding", betalen.melding, name="betaalmelding"),
    path("taken/<uuid:uuid>/oppakken", team.oppakken, name="oppakken"),
    path("taken/<uuid:uuid>/toewijzen", team.toewijzen, name="toewijzen"),
    path("taken/<uuid:uuid>/terugmelding", team.terugmelding, name="terugmelding"),
]
