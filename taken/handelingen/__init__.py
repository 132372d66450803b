"""Alles wat met een taak kan gebeuren. Alleen deze functies veranderen een taak.

              voer_uit                  verwerk
      open ─────────────▶ uitgevoerd ───────────▶ verwerkt
       │                     │
       ├── verloop ──▶ niet_uitgevoerd            (alleen als de eigenaar daarom vroeg)
       └──┬───────────────────┴── breek_af ──▶ afgebroken
          └── heropen: van uitgevoerd, niet_uitgevoerd of afgebroken terug naar open

Eigenaar (`eigenaar.py`): alles, ook beantwoord_uitstel en herinner. Uitvoerder (met toestemming): lezen en voer_uit.
Betrokkene (`persoon.py`): open_; meld_gedaan, of bij een formuliertaak bewaar_concept en dien_in; vraag_uitstel;
kies_herinnering; bij een pro-actieve categorie zie_af. Ketenpartner (`team.py`): neem_op, wijs_toe, geef_terug, meld_terug.
"""

from portaal.betrokkenen.urn import Geadresseerde as Geadresseerde
from taken.handelingen.basis import AfgemeldError as AfgemeldError
from taken.handelingen.basis import AntwoordenError as AntwoordenError
from taken.handelingen.basis import BestaatAlError as BestaatAlError
from taken.handelingen.basis import HostNietToegestaanError as HostNietToegestaanError
from taken.handelingen.basis import NietMogelijkError as NietMogelijkError
from taken.handelingen.basis import NieuweTaak as NieuweTaak
from taken.handelingen.basis import OvergangError as OvergangError
from taken.handelingen.basis import Wijziging as Wijziging
from taken.handelingen.betaling import begin_betaling as begin_betaling
from taken.handelingen.betaling import verwerk_melding as verwerk_melding
from taken.handelingen.betaling import zet_uitgezocht as zet_uitgezocht
from taken.handelingen.bulk import Rij as Rij
from taken.handelingen.bulk import maak_veel_aan as maak_veel_aan
from taken.handelingen.eigenaar import beantwoord_uitstel as beantwoord_uitstel
from taken.handelingen.eigenaar import breek_af as breek_af
from taken.handelingen.eigenaar import herinner as herinner
from taken.handelingen.eigenaar import heropen as heropen
from taken.handelingen.eigenaar import maak_aan as maak_aan
from taken.handelingen.eigenaar import verloop as verloop
from taken.handelingen.eigenaar import verwerk as verwerk
from taken.handelingen.eigenaar import voer_uit as voer_uit
from taken.handelingen.eigenaar import werk_bij as werk_bij
from taken.handelingen.eigenaar import wijzig as wijzig
from taken.handelingen.eigenaar import zet_neer as zet_neer
from taken.handelingen.eigenaar import zoek_bestaande as zoek_bestaande
from taken.handelingen.persoon import bewaar_concept as bewaar_concept
from taken.handelingen.persoon import dien_in as dien_in
from taken.handelingen.persoon import heet_weer_welkom as heet_weer_welkom
from taken.handelingen.persoon import kies_herinnering as kies_herinnering
from taken.handelingen.persoon import meld_gedaan as meld_gedaan
from taken.handelingen.persoon import open_ as open_
from taken.handelingen.persoon import vraag_uitstel as vraag_uitstel
from taken.handelingen.persoon import zie_af as zie_af
from taken.handelingen.team import TERUGMELDING_BESTANDEN as TERUGMELDING_BESTANDEN
from taken.handelingen.team import AlOpgepaktError as AlOpgepaktError
from taken.handelingen.team import geef_terug as geef_terug
from taken.handelingen.team import leden as leden
from taken.handelingen.team import meld_terug as meld_terug
from taken.handelingen.team import neem_op as neem_op
from taken.handelingen.team import wie_hoort_het as wie_hoort_het
from taken.handelingen.team import wijs_toe as wijs_toe
from taken.handelingen.vernietigen import vernietig as vernietig
from taken.handelingen.zaken import bind_zaak as bind_zaak
from taken.handelingen.zaken import bind_zaken as bind_zaken
