from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "portaal.demo"
    label = "portaal_demo"
