from django.apps import AppConfig


class VerzoekenConfig(AppConfig):
    name = "verzoeken"
    label = "verzoeken"
