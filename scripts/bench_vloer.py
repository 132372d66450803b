"""De vloer: een kale Django-pagina met twintig rijen uit één tabel, en een kale POST met Django REST framework.

Met de middleware die `startproject` geeft en een sessie in de database: minder kan een pagina voor wie is ingelogd niet kosten.
 `python -m bench_vloer` maakt de tabellen en een sessie.
"""

import os
import sys

import environ
from django.core.wsgi import get_wsgi_application

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bench_vloer_urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "rest_framework"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
DATABASES = {"default": environ.Env().db_url("DATABASE_URL")}
DATABASES["default"] |= {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c search_path=vloer"
USE_TZ = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.locmem.Loader",
                    {
                        "lijst.html": "<!doctype html><title>Taken</title><h1>Taken van {{ request.user }}</h1><ul>"
                        "{% for t in taken %}<li><a href='/taken/{{ t.pk }}'>{{ t.titel }}</a> "
                        "{{ t.einddatum|date:'j F Y' }}</li>{% endfor %}</ul>"
                    },
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ],
        },
    }
]
REST_FRAMEWORK: dict[str, list[str]] = {"DEFAULT_AUTHENTICATION_CLASSES": [], "DEFAULT_PERMISSION_CLASSES": []}

if __name__ == "__main__":
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA vloer")
    call_command("migrate", verbosity=0)
    import bench_vloer_urls

    with connection.schema_editor() as maker:
        maker.create_model(bench_vloer_urls.Taak)
    bench_vloer_urls.vul()
    sys.exit(0)

application = get_wsgi_application()
