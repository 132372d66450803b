#!/bin/sh
# Stijl, types, lagen, migraties en de instellingen van productie. Laat alles zien wat niet klopt.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
stap() { printf '%s\n' "- $*"; }
fout=0
uitvoer=.venv/controle.log

# Waarden waarmee de instellingen van productie te lezen zijn; er wordt nergens verbinding gemaakt.
geheim=$(python -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())')
SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(50))')
SLEUTELS="v1:$geheim" SLEUTEL_INDEX=$geheim SLEUTEL_GEBEURTENISSEN=$geheim
PORTAAL_OMGEVING=productie PORTAAL_URL=https://mijn.voorbeeld.nl
DATABASE_URL=postgresql://portaal_app@localhost/portaal BROKER_URL=redis://localhost CACHE_URL=rediscache://localhost
EMAIL_URL=smtp://localhost:25 INLOGMIDDELEN_BESTAND=deploy/inlogmiddelen.voorbeeld.toml
export SECRET_KEY SLEUTELS SLEUTEL_INDEX SLEUTEL_GEBEURTENISSEN PORTAAL_OMGEVING PORTAAL_URL DATABASE_URL BROKER_URL \
    CACHE_URL EMAIL_URL INLOGMIDDELEN_BESTAND
# wat het voorbeeld van de inlogmiddelen uit de omgeving vraagt
for naam in $(grep -v '^#' "$INLOGMIDDELEN_BESTAND" | grep -o '\${[A-Z_]*}' | tr -d '${}' | sort -u); do
    case $naam in
        PORTAAL_URL) ;;
        *_ISSUER) export "$naam=https://inloggen.voorbeeld.nl" ;;
        *) export "$naam=x" ;;
    esac
done

stap 'ruff: fouten en opmaak'
ruff check --quiet . || fout=1
ruff format --check --quiet . || fout=1
stap 'mypy --strict'
PORTAAL_OMGEVING=test mypy --no-error-summary . || fout=1
stap 'lagen'
lint-imports --no-logo >"$uitvoer" 2>&1 || { cat "$uitvoer"; fout=1; }
stap 'migraties'
python -W ignore manage.py makemigrations --check --dry-run --verbosity 1 >"$uitvoer" 2>&1 || { cat "$uitvoer"; fout=1; }
stap 'instellingen van productie'
python manage.py check --deploy --fail-level WARNING || fout=1

[ "$fout" = 0 ] && stap 'alles klopt' || { stap 'niet alles klopt, zie hierboven'; exit 1; }
