#!/bin/sh
# Stijl, types, lagen, migraties en de instellingen van productie. Stopt bij de eerste die niet klopt.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
stap() { printf '%s\n' "- $*"; }

# Waarden waarmee de instellingen van productie te lezen zijn; er wordt nergens verbinding gemaakt.
geheim=$(python -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())')
SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(50))')
SLEUTELS="v1:$geheim" SLEUTEL_INDEX=$geheim SLEUTEL_GEBEURTENISSEN=$geheim
PORTAAL_OMGEVING=productie PORTAAL_URL=https://mijn.voorbeeld.nl
DATABASE_URL=postgresql://portaal_app@localhost/portaal BROKER_URL=redis://localhost CACHE_URL=rediscache://localhost
EMAIL_URL=smtp://localhost:25
export SECRET_KEY SLEUTELS SLEUTEL_INDEX SLEUTEL_GEBEURTENISSEN PORTAAL_OMGEVING PORTAAL_URL DATABASE_URL BROKER_URL \
    CACHE_URL EMAIL_URL

stap ruff
ruff check --quiet .
ruff format --check --quiet .
stap mypy
PORTAAL_OMGEVING=test mypy --no-error-summary .
stap lagen
lint-imports --no-timing 2>/dev/null || lint-imports
stap migraties
python -W ignore manage.py makemigrations --check --dry-run --verbosity 1
stap 'instellingen van productie'
python manage.py check --deploy --fail-level WARNING
