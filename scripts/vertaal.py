"""Maakt van elke ``locale/*/LC_MESSAGES/*.po`` het .mo-bestand dat Django leest, zonder gettext op de machine.

Slaat over wat al nieuwer is dan zijn bron. Vertalingen die als twijfelachtig (fuzzy) gemerkt zijn doen niet mee.
"""

from pathlib import Path

import polib

WORTEL = Path(__file__).resolve().parent.parent

for bron in sorted(WORTEL.glob("locale/*/LC_MESSAGES/*.po")):
    doel = bron.with_suffix(".mo")
    if not doel.exists() or doel.stat().st_mtime_ns < bron.stat().st_mtime_ns:
        tijdelijk = doel.with_suffix(".nieuw")
        polib.pofile(str(bron)).save_as_mofile(str(tijdelijk))
        tijdelijk.replace(doel)
