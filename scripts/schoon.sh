#!/bin/sh
# Met welke Python dan ook: de .venv kan half zijn, en gaat zelf ook weg.
set -eu
cd "$(dirname "$0")/.."
for python in python3 python3.13 python3.12 python3.11 .venv/bin/python; do
    if "$python" -c '' >/dev/null 2>&1; then
        exec "$python" scripts/schoon.py alles
    fi
done
echo 'Geen Python gevonden om mee op te ruimen.' >&2
exit 1
