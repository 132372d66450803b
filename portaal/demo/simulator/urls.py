"""Adressen van de gesimuleerde inlogdiensten, onder /demo/oidc/<aanbieder>/."""

from django.urls import path

from portaal.demo.simulator import views

app_name = "simulator"
urlpatterns = [
    path("<slug:aanbieder>/.well-known/openid-configuration", views.configuratie, name="configuratie"),
    path("<slug:aanbieder>/jwks", views.jwks, name="jwks"),
    path("<slug:aanbieder>/authorize", views.authorize, name="authorize"),
    path("<slug:aanbieder>/token", views.token, name="token"),
    path("<slug:aanbieder>/userinfo", views.userinfo, name="userinfo"),
    path("<slug:aanbieder>/end_session", views.end_session, name="end_session"),
]
