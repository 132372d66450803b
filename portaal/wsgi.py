"""Ingang voor de webserver (gunicorn portaal.wsgi)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portaal.settings")

application = get_wsgi_application()
