#!/bin/sh
# Maakt .venv, de statische bestanden en de vertalingen klaar; slaat over wat al klaar is.
# Nodig op de machine: sh, coreutils en Python 3.11-3.13 met venv. Verder niets.
set -eu
cd "$(dirname "$0")/.."

zeg() { printf '%s\n' "$*"; }
hash() { cat "$@" 2>/dev/null | sha256sum | cut -c1-64; }

# --- Python -------------------------------------------------------------------------------------------------------------
past() { # $1: een python die draait, van een goede versie, en die een venv met pip kan maken
    "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}
kies_python() {
    for python in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
        if past "$python"; then
            zeg "$python"
            return
        fi
    done
    zeg 'Python 3.11, 3.12 of 3.13 met venv is nodig. Op Debian of Ubuntu: apt install python3-venv' >&2
    return 1
}

pip_in() { .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes --no-deps -r "$1"; }
venv_werkt() { [ "$(.venv/bin/python -c 'import pip; print("ja")' 2>/dev/null)" = ja ]; }

nodig=$(hash requirements-dev.txt)
if ! venv_werkt || [ "$(cat .venv/.slot 2>/dev/null)" != "$nodig" ]; then
    python=$(kies_python)
    zeg "Pakketten voor Python installeren in .venv (de eerste keer duurt dat een minuut) ..."
    rm -f .venv/.slot
    if ! venv_werkt; then
        "$python" -m venv --clear .venv
        pip_in requirements-dev.txt
    elif ! pip_in requirements-dev.txt; then
        zeg "Dat lukte niet in de bestaande .venv; nog eens in een lege."
        "$python" -m venv --clear .venv
        pip_in requirements-dev.txt
    fi
    zeg "$nodig" >.venv/.slot
fi

# --- Pakketten en statische bestanden voor de browser -------------------------------------------------------------------
node_map() { # de map met node (18 of nieuwer) en npm; leeg als die er niet is
    if [ -z "${ZONDER_NODE:-}" ] && command -v npm >/dev/null 2>&1 &&
        node -e 'process.exit(process.versions.node.split(".")[0] < 18)' >/dev/null 2>&1; then
        dirname "$(command -v node)"
        return
    fi
    [ -x .venv/bin/npm ] || pip_in requirements-node.txt >&2 || return 1
    zeg "$PWD/.venv/bin"
}
bouw_frontend() {
    mkdir -p .venv
    log=.venv/frontend.log
    node=$(node_map 2>"$log") || return 1
    # Scripts van pakketten draaien niet. Kort proberen: zonder register gaat het verder met eigen css.
    (cd frontend && PATH="$node:$PATH" timeout 300 npm ci --ignore-scripts --no-audit --no-fund --no-progress \
        --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-timeout=60000) >"$log" 2>&1
}
if [ -f frontend/package-lock.json ]; then
    bron=$(hash frontend/package-lock.json frontend/package.json frontend/collect.py)
    stand=$(cat .venv/.frontend 2>/dev/null || :)
    if [ "$stand" = "zonder $bron" ] && [ -z "${OPNIEUW:-}" ]; then
        zeg "Zonder het NL Design System: de portaal gebruikt zijn eigen css. 'make frontend' probeert het opnieuw."
    elif [ "$stand" != "klaar $bron" ] || [ ! -d static/dist ]; then
        zeg "Pakketten voor de pagina's installeren ..."
        if bouw_frontend && .venv/bin/python frontend/collect.py >>.venv/frontend.log 2>&1; then
            zeg "klaar $bron" >.venv/.frontend
        else
            zeg "zonder $bron" >.venv/.frontend
            zeg "Zonder het NL Design System: de pakketten zijn niet op te halen (zie .venv/frontend.log). De portaal gebruikt zijn eigen css."
        fi
    fi
fi

# --- Vertalingen --------------------------------------------------------------------------------------------------------
.venv/bin/python scripts/vertaal.py
