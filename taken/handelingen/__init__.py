"""Alles wat met een taak kan gebeuren. Alleen deze functies veranderen een taak.

              voer_uit                  verwerk
      open ─────────────▶ uitgevoerd ───────────▶ verwerkt
       │                     │
       ├── verloop ──▶ niet_uitgevoerd            (alleen als de eigenaar daarom vroeg)
       └──┬───────────────────┴── breek_af ──▶ afgebroken
          └── heropen: van uitgevoerd, niet_uitgevoerd of afgebroken terug naar open

Eigenaar: alles. Uitvoerder (met toestemming): lezen en voer_uit. Betrokkene: meld_gedaan, of bij een formuliertaak
bewaar_concept en dien_in.
"""

from portaal.betrokkenen.urn import Geadresseerde as Geadresseerde
from taken.handelingen.basis import AntwoordenError as AntwoordenError
from taken.handelingen.basis import BestaatAlError as BestaatAlError
from taken.handelingen.basis import HostNietToegestaanError as HostNietToegestaanError
from taken.handelingen.basis import NieuweTaak as NieuweTaak
from taken.handelingen.basis import OvergangError as OvergangError
from taken.handelingen.basis import Wijziging as Wijziging
from taken.handelingen.eigenaar import breek_af as breek_af
from taken.handelingen.eigenaar import heropen as heropen
from taken.handelingen.eigenaar import maak_aan as maak_aan
from taken.handelingen.eigenaar import verloop as verloop
from taken.handelingen.eigenaar import verwerk as verwerk
from taken.handelingen.eigenaar import voer_uit as voer_uit
from taken.handelingen.eigenaar import werk_bij as werk_bij
from taken.handelingen.eigenaar import wijzig as wijzig
from taken.handelingen.persoon import bewaar_concept as bewaar_concept
from taken.handelingen.persoon import dien_in as dien_in
from taken.handelingen.persoon import meld_gedaan as meld_gedaan
from taken.handelingen.zaken import bind_zaak as bind_zaak
from taken.handelingen.zaken import bind_zaken as bind_zaken
