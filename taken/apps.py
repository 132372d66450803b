from django.apps import AppConfig


class TakenConfig(AppConfig):
    name = "taken"
    label = "taken"
