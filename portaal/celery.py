"""De Celery-app. Celery is de hand die bezorgt; de waarheid staat in de database (zie gebeurtenissen/)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portaal.settings")

app = Celery("portaal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
