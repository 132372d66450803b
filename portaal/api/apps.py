from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "portaal.api"
    label = "portaal_api"
