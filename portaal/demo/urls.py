"""Wat alleen in de demo en in tests bestaat, onder /demo/."""

from django.urls import include, path

from portaal.demo import gzac, sms, views
from portaal.demo.backoffice import backoffice
from portaal.demo.betalen import betalen
from portaal.demo.spel_views import verhalen

urlpatterns = [
    path("verhalen", verhalen, name="demo-verhalen"),
    path("back-office", backoffice, name="demo-backoffice"),
    path("betalen", betalen, name="demo-betalen"),
    path("formulier/<uuid:uuid>", views.formulier, name="demo-formulier"),
    path("taak-voor-mij", views.taak_voor_mij, name="demo-taak-voor-mij"),
    path("gzac", gzac.gzac, name="demo-gzac"),
    path("open-notificaties/api/v1/kanaal", gzac.kanaal),
    path("open-notificaties/api/v1/notificaties", gzac.notificaties),
    path("sms/v2/notifications/sms", sms.stuur, name="demo-sms-stuur"),
    path("sms/v2/notifications", sms.zoek, name="demo-sms-zoek"),
    path("oidc/", include("portaal.demo.simulator.urls")),
    path("", include("portaal.demo.urls_post")),
]
