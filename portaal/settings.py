"""Instellingen, van boven naar beneden te lezen.

Wat per installatie verschilt komt uit de omgeving en wordt bij de start gecontroleerd; de tabel staat in README.md.
"""

from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

django_stubs_ext.monkeypatch()  # zo kan ModelAdmin[Taak] ook bij het draaien

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- Welke omgeving -------------------------------------------------------------------------------------------------
OMGEVING = env.str("PORTAAL_OMGEVING", "productie")
if OMGEVING not in ("productie", "demo", "test"):
    raise ImproperlyConfigured("PORTAAL_OMGEVING moet productie, demo of test zijn.")
PRODUCTIE = OMGEVING == "productie"
DEMO = not PRODUCTIE  # de simulator en de postvanger bestaan alleen buiten productie
DEBUG = False

PORTAAL_URL = env.str("PORTAAL_URL").rstrip("/")
_adres = urlsplit(PORTAAL_URL)
if not _adres.hostname:
    raise ImproperlyConfigured("PORTAAL_URL moet een volledig adres zijn, zoals https://mijn.voorbeeld.nl.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_adres.hostname])
if DEMO:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, "localhost", "127.0.0.1", "testserver"]
CSRF_TRUSTED_ORIGINS = [f"{_adres.scheme}://{_adres.netloc}"]

# --- Demo -----------------------------------------------------------------------------------------------------------
DEMO_MAP = Path(env.str("DEMO_MAP", str(BASE_DIR / ".demo")))

# --- Geheimen -------------------------------------------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY")
SLEUTELS = env.str("SLEUTELS", "")
SLEUTEL_INDEX = env.str("SLEUTEL_INDEX", "")
SLEUTEL_GEBEURTENISSEN = env.str("SLEUTEL_GEBEURTENISSEN", "")

# --- Wie de portaal aanbiedt ----------------------------------------------------------------------------------------
PORTAAL_NAAM = env.str("PORTAAL_NAAM", "Mijn Voorbeeld")
ORGANISATIE_NAAM = env.str("ORGANISATIE_NAAM", "Gemeente Voorbeeld")
ORGANISATIE_TELEFOON = env.str("ORGANISATIE_TELEFOON", "14 000")
ORGANISATIE_EMAIL = env.str("ORGANISATIE_EMAIL", "info@voorbeeld.test")
ORGANISATIE_WEBSITE = env.str("ORGANISATIE_WEBSITE", "https://www.voorbeeld.test")
ORGANISATIE_ADRES = env.str("ORGANISATIE_ADRES", "Postbus 1, 1000 AA Voorbeeld")
ORGANISATIE_OPENINGSTIJDEN = env.str("ORGANISATIE_OPENINGSTIJDEN", "Maandag tot en met vrijdag, 9.00 tot 17.00 uur")
TOEGANKELIJKHEID_URL = env.str("TOEGANKELIJKHEID_URL", "")  # de verklaring in het landelijke register, als die er is
# Waar iemand een kwetsbaarheid meldt (/.well-known/security.txt, RFC 9116); leeg: het bestand is er niet.
SECURITY_CONTACT = env.list("SECURITY_CONTACT", default=[])
SECURITY_BELEID_URL = env.str("SECURITY_BELEID_URL", "")
_geldt_tot = env.str("SECURITY_GELDT_TOT", "")
try:
    SECURITY_GELDT_TOT = date.fromisoformat(_geldt_tot) if _geldt_tot else date.min
except ValueError as fout:
    raise ImproperlyConfigured("SECURITY_GELDT_TOT moet een datum zijn, zoals 2027-06-30.") from fout
if any(not adres.startswith(("mailto:", "https://", "tel:")) or " " in adres for adres in SECURITY_CONTACT):
    raise ImproperlyConfigured(
        "SECURITY_CONTACT: elk adres begint met mailto:, https:// of tel:, met komma's ertussen."
    )
if bool(SECURITY_CONTACT) != bool(_geldt_tot):
    raise ImproperlyConfigured("SECURITY_CONTACT en SECURITY_GELDT_TOT horen bij elkaar: zet beide of geen van beide.")
if SECURITY_BELEID_URL and not SECURITY_BELEID_URL.startswith("https://"):
    raise ImproperlyConfigured("SECURITY_BELEID_URL moet met https:// beginnen.")
THEMA = env.str("THEMA", "voorbeeld")
CONCEPT_DAGEN = env.int(
    "CONCEPT_DAGEN", 90
)  # zo lang blijft een niet verstuurd verzoek na de laatste keer bewaren staan
URN_NAMESPACE = env.str("URN_NAMESPACE", "nld:voorbeeld")  # urn:<dit>:taken:externetaak:<uuid>

# --- Onderdelen -----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "portaal.gebeurtenissen",
    "portaal.betrokkenen",
    "portaal.inloggen",
    "portaal.api",
    "portaal.zaken",
    "portaal.notificaties",
    "portaal.logboek",
    "portaal.bestanden",
    "portaal.webhooks",
    "portaal.formulieren",
    "taken",
    "berichten",
    "verzoeken",
    "portaal.objecten",
    "portaal.overzicht",
    "portaal.bewijs",
    *(["portaal.demo"] if DEMO else []),
    "portaal.inloggen.beheer.BeheerConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
]

MIDDLEWARE = [
    "portaal.gezondheid.Gezondheid",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portaal.api.middleware.ApiKoppen",
    "portaal.inloggen.middleware.SessieMiddleware",
    "portaal.overzicht.middleware.TaalMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portaal.inloggen.middleware.ToegangMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "portaal.urls"
WSGI_APPLICATION = "portaal.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portaal.overzicht.context.basis",
            ],
        },
    },
]

# --- Database -------------------------------------------------------------------------------------------------------
# Elk draaiend proces gebruikt de app-rol; alleen `migrate` draait als eigenaar. De stap na migrate geeft de rechten.
DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["ENGINE"] = "portaal.database"
DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", 60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Een query die een verbinding vaker stelt wordt één keer gepland en daarna alleen uitgevoerd: een derde tot de helft minder
# processortijd in de database. Uit achter een PgBouncer die per transactie verdeelt en ouder is dan 1.21.
if env.bool("DATABASE_VOORBEREIDEN", True):
    _opties = DATABASES["default"].get("OPTIONS", {})
    DATABASES["default"]["OPTIONS"] = {"server_side_binding": True, "prepare_threshold": 3, **_opties}
DATABASE_APP_ROL = env.str("DATABASE_APP_ROL", "portaal_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Broker, cache en post ------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("BROKER_URL")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = "Europe/Amsterdam"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # een broker die lang weg is: de worker blijft proberen
CELERY_BROKER_TRANSPORT_OPTIONS = env.json("BROKER_OPTIES", default={"visibility_timeout": 3600})
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
VEEG_SECONDEN = env.float("VEEG_SECONDEN", 60.0)  # zo lang wacht werk ten hoogste als er geen weksignaal kwam
CELERY_BEAT_SCHEDULE = {
    "veeg-afleveringen": {"task": "gebeurtenissen.lever_af", "schedule": VEEG_SECONDEN},
    "veeg-notificaties": {"task": "notificaties.verstuur", "schedule": VEEG_SECONDEN},
    "veeg-verificaties": {"task": "notificaties.verstuur_verificaties", "schedule": VEEG_SECONDEN},
    "bewaak-notificaties": {"task": "notificaties.bewaak", "schedule": 300.0},
    "ruim-verificaties-op": {"task": "notificaties.ruim_op", "schedule": 3600.0},
    "ruim-afleveringen-op": {"task": "gebeurtenissen.ruim_op", "schedule": 3600.0},
    "anker-van-het-boek": {"task": "gebeurtenissen.anker", "schedule": crontab(hour=3, minute=15)},
    "veeg-objectmeldingen": {"task": "objecten.verstuur", "schedule": VEEG_SECONDEN},
    "bewaak-objecten": {"task": "objecten.bewaak", "schedule": 900.0},
    "verdeel-webhooks": {"task": "webhooks.verdeel", "schedule": VEEG_SECONDEN},
    "veeg-webhooks": {"task": "webhooks.bezorg", "schedule": VEEG_SECONDEN},
    "ruim-webhooks-op": {"task": "webhooks.ruim_op", "schedule": 3600.0},
    "vernietig": {"task": "gebeurtenissen.vernietig", "schedule": 3600.0},
    "publiceer-berichten": {"task": "berichten.publiceer", "schedule": VEEG_SECONDEN},
    "ruim-concepten-op": {"task": "verzoeken.ruim_concepten_op", "schedule": 3600.0},
    "verloop-taken": {"task": "taken.verloop", "schedule": 900.0},
    "controleer-bestanden": {"task": "bestanden.controleer", "schedule": VEEG_SECONDEN},
    "ruim-bestanden-op": {"task": "bestanden.ruim_op", "schedule": 3600.0},
    "ruim-sessies-op": {"task": "inloggen.ruim_sessies_op", "schedule": 900.0},
    "ruim-idempotentie-op": {"task": "api.ruim_idempotentie_op", "schedule": 3600.0},
}
for _ronde in CELERY_BEAT_SCHEDULE.values():  # liggen de workers stil, dan hoopt zich geen werk op dat niets meer doet
    if isinstance(_ronde["schedule"], float):
        # Nooit korter dan een halve minuut: anders verloopt een ronde voor een drukke worker eraan toekomt, keer op keer.
        _ronde["options"] = {"expires": max(_ronde["schedule"], 30.0)}

CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
if "redis" in CACHES["default"]["BACKEND"].lower():  # een cache die zwijgt mag geen verzoek ophouden
    CACHES["default"]["OPTIONS"] = {
        "socket_timeout": 0.5,
        "socket_connect_timeout": 0.5,
        **CACHES["default"].get("OPTIONS", {}),
    }

_post = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25")
EMAIL_HOST, EMAIL_PORT = _post["EMAIL_HOST"], _post["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _post["EMAIL_HOST_USER"] or "", _post["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = bool(_post.get("EMAIL_USE_TLS")), bool(_post.get("EMAIL_USE_SSL"))
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", 10.0)  # seconden die wij per antwoord op de mailserver wachten
DEFAULT_FROM_EMAIL = env.str("AFZENDER_EMAIL", f"{ORGANISATIE_NAAM} <niet-beantwoorden@{_adres.hostname}>")

# --- Notificaties ---------------------------------------------------------------------------------------------------
NOTIFICATIE_BUNDEL_MINUTEN = env.float("NOTIFICATIE_BUNDEL_MINUTEN", 1.0 if OMGEVING == "demo" else 60.0)
if not 0 <= NOTIFICATIE_BUNDEL_MINUTEN <= 60:
    raise ImproperlyConfigured("NOTIFICATIE_BUNDEL_MINUTEN moet tussen 0 en 60 liggen.")
NOTIFICATIE_HOOGSTENS_PER_DAG = env.int("NOTIFICATIE_HOOGSTENS_PER_DAG", 5)  # per persoon en kanaal
AFLEVERINGEN_BEWAREN_DAGEN = env.int("AFLEVERINGEN_BEWAREN_DAGEN", 30)
NOTIFICATIE_PER_SECONDE = env.float("NOTIFICATIE_PER_SECONDE", 0.0)  # alle workers samen; 0 is zonder grens
NOTIFICATIE_ALARM_UREN = env.int("NOTIFICATIE_ALARM_UREN", 24)  # ruim voor de 48 uur van Awb 2:10
SMS_URL = env.str("SMS_URL", "").rstrip("/")  # NotifyNL of GOV.UK Notify; leeg: geen sms
SMS_SLEUTEL = env.str("SMS_SLEUTEL", "")
SMS_SJABLOON = env.str("SMS_SJABLOON", "")
SMS_TERUGMELDING = env.str("SMS_TERUGMELDING", "")  # het geheim waarmee de dienst meldt of een sms aankwam
if SMS_URL and not (len(SMS_SLEUTEL) >= 73 and SMS_SJABLOON):
    raise ImproperlyConfigured("Bij SMS_URL horen SMS_SLEUTEL (de hele API-sleutel) en SMS_SJABLOON.")

# --- Inloggen -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "portaal_inloggen.Medewerker"
AUTHENTICATION_BACKENDS = ["portaal.inloggen.medewerkers.MedewerkerBackend"]
INLOGMIDDELEN_BESTAND = env.str(
    "INLOGMIDDELEN_BESTAND", str(BASE_DIR / "portaal/demo/inlogmiddelen.toml") if DEMO else ""
)
SESSIE_INACTIEF = 15 * 60  # seconden; DigiD: ten hoogste 15 minuten zonder handeling
SESSIE_HOOGSTENS = 4 * 3600  # eHerkenning: een verklaring geldt ten hoogste 4 uur
BEHEER_SESSIE_INACTIEF = 3600
BEHEER_SESSIE_HOOGSTENS = 8 * 3600
SESSION_ENGINE = "portaal.inloggen.sessies"
SESSION_COOKIE_NAME = "sessie"
SESSION_COOKIE_AGE = SESSIE_INACTIEF
SESSION_COOKIE_SAMESITE = "Lax"  # de inlogdienst stuurt de inwoner terug met een GET
BEHEER_COOKIE_NAME = "beheer_sessie"
BEHEER_COOKIE_PATH = "/beheer"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "csrf"
CSRF_FAILURE_VIEW = "portaal.overzicht.views.csrf_mislukt"

# --- Betalen --------------------------------------------------------------------------------------------------------
BETAALDIENST = env.str("BETAALDIENST", "simulator" if DEMO else "")  # leeg: betalen kan alleen via de bank
if BETAALDIENST not in ("", "simulator") or (PRODUCTIE and BETAALDIENST == "simulator"):
    raise ImproperlyConfigured("BETAALDIENST: deze betaaldienst bestaat niet, of is alleen voor een demo.")

# --- Veiligheid -----------------------------------------------------------------------------------------------------
HTTPS = _adres.scheme == "https"
if PRODUCTIE and not HTTPS:
    raise ImproperlyConfigured("PORTAAL_URL moet in productie met https:// beginnen.")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^-/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("ACHTER_PROXY", True) else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = (
    "same-origin"  # met no-referrer stuurt de browser `Origin: null` en weigert Django elk formulier
)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # een formulier van duizend vragen, elk met meer invoervelden

# --- Taal en tijd ---------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Nederlands")), ("en", _("Engels"))]
LANGUAGE_COOKIE_NAME = "taal"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["portaal.formats"]
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"

# --- Statische bestanden --------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if OMGEVING == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Bestanden van mensen --------------------------------------------------------------------------------------------
# De inhoud is al versleuteld voor zij de opslag in gaat (portaal/bestanden/versleuteld.py). Een andere opslag, zoals S3 met
# django-storages, is een kwestie van instellen: docs/formulieren.md.
BESTANDEN_MAP = Path(env.str("BESTANDEN_MAP", str(DEMO_MAP / "bestanden" if DEMO else BASE_DIR / "bestanden")))
STORAGES["bestanden"] = {
    "BACKEND": env.str("BESTANDEN_OPSLAG", "django.core.files.storage.FileSystemStorage"),
    "OPTIONS": env.json("BESTANDEN_OPSLAG_OPTIES", default={"location": str(BESTANDEN_MAP)}),
}
BESTAND_GROOTST = env.int("BESTAND_MAX_MB", 25) * 1024 * 1024  # bytes
CLAMD_URL = env.str("CLAMD_URL", "tcp://127.0.0.1:3310")
DOCUMENTEN_API_URL = env.str("DOCUMENTEN_API_URL", "").rstrip("/")
DOCUMENTEN_API_CLIENT_ID = env.str("DOCUMENTEN_API_CLIENT_ID", "")
DOCUMENTEN_API_SECRET = env.str("DOCUMENTEN_API_SECRET", "")
DOCUMENTEN_API_BRONORGANISATIE = env.str("DOCUMENTEN_API_BRONORGANISATIE", "")
DOCUMENTEN_API_INFORMATIEOBJECTTYPE = env.str("DOCUMENTEN_API_INFORMATIEOBJECTTYPE", "")
if DOCUMENTEN_API_URL and not (
    DOCUMENTEN_API_CLIENT_ID
    and DOCUMENTEN_API_SECRET
    and DOCUMENTEN_API_BRONORGANISATIE
    and DOCUMENTEN_API_INFORMATIEOBJECTTYPE
):
    raise ImproperlyConfigured("Met DOCUMENTEN_API_URL zijn ook de andere instellingen van de Documenten API nodig.")
FILE_UPLOAD_HANDLERS = [
    "portaal.bestanden.upload.Grens",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "portaal.bestanden.upload.Versleuteld",  # wat daar niet in past: versleuteld op de schijf
]
DATA_UPLOAD_MAX_NUMBER_FILES = 60

# --- Formulieren van elders -----------------------------------------------------------------------------------------
# Waar een taak of verzoektype een definitie vandaan mag laten halen; elk adres eindigt op /. Leeg: van nergens.
FORMULIER_ADRESSEN = env.list("FORMULIER_ADRESSEN", default=[])
# Interne netwerken waar zo'n adres in mag liggen; alleen daar mag ook http.
FORMULIER_INTERN = env.list("FORMULIER_INTERN", default=[])

WHITENOISE_USE_FINDERS = OMGEVING == "test"
WHITENOISE_AUTOREFRESH = OMGEVING == "test"  # anders leest elke testclient eerst alle bestanden in
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # met de regel hieronder: collectstatic in 6 seconden in plaats van 28
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]

# --- Webhooks -------------------------------------------------------------------------------------------------------
# Interne netwerken waar een webhook toch heen mag, ook zonder https; in de demo staat een ontvanger op deze machine.
WEBHOOKS_INTERN = env.list("WEBHOOKS_INTERN", default=["127.0.0.0/8"] if OMGEVING == "demo" else [])
# De proxy waardoor webhooks en vragen om een formulier naar buiten gaan (http://gebruiker:wachtwoord@proxy:3128).
UITGAANDE_PROXY = env.str("UITGAANDE_PROXY", "")

# --- API ------------------------------------------------------------------------------------------------------------
API_PER_MINUUT = env.int("API_PER_MINUUT", 3000)  # verzoeken per applicatie; 0 is geen grens
# Open VTB zet een bsn in de querystring; adressen komen in logboeken. Alleen voor een keten die niet anders kan.
NUMMERS_IN_ADRES = env.bool("NUMMERS_IN_ADRES", False)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portaal.api.token.TokenAuthenticatie"],
    "DEFAULT_PERMISSION_CLASSES": ["portaal.api.rechten.HeeftScope"],
    "DEFAULT_PARSER_CLASSES": ["portaal.api.parsers.StrengeJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "portaal.api.paginering.Paginering",
    "DEFAULT_SCHEMA_CLASS": "portaal.api.schema.PortaalSchema",
    "DEFAULT_VERSIONING_CLASS": None,
    "EXCEPTION_HANDLER": "portaal.api.problemen.behandel_fout",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.0.3",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_INCLUDE_SCHEMA": False,
    # Die controle maakt één document van alles; wij geven er een per domein uit, en de tests controleren die.
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
    # Per soort taak één mogelijke waarde: zonder naam verzint de generator er een.
    "ENUM_NAME_OVERRIDES": {
        "StatusEnum": "taken.models.Status",
        "UitstelEnum": "taken.models.Uitstel",
        "NotificatieStatusEnum": "portaal.notificaties.models.Status",
        "SoortUrltaakEnum": ["urltaak"],
        "SoortFormuliertaakEnum": ["formuliertaak"],
        "SoortBetaaltaakEnum": ["betaaltaak"],
        "SoortNietdigitaaltaakEnum": ["nietdigitaaltaak"],
        "VersieStatusEnum": "verzoeken.models.VersieStatus",
        "VerzoekStatusEnum": "verzoeken.models.ONTVANGEN_STATUSSEN",
    },
}

# --- Logboek van de server: regels zonder persoonsgegevens, zonder querystring ------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "regel": {
            "()": "portaal.logregels.ZonderGegevens",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "regel"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_NIVEAU", "INFO")},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "httpx": {"level": "WARNING"},
        "mozilla_django_oidc": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS = [
    "admin.E410",  # de sessies van portaal en beheer lopen via onze eigen SessieMiddleware
    *(["security.W004", "security.W008"] if not HTTPS else []),
]
