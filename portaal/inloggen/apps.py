from django.apps import AppConfig


class InloggenConfig(AppConfig):
    name = "portaal.inloggen"
    label = "portaal_inloggen"
