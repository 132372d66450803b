"""Alles wat met een object en een koppelfout kan gebeuren. De enige plek die ze verandert."""

from portaal.objecten.handelingen.basis import (
    PastNietError as PastNietError,
)
from portaal.objecten.handelingen.basis import (
    WeigerError as WeigerError,
)
from portaal.objecten.handelingen.basis import (
    loop_bij as loop_bij,
)
from portaal.objecten.handelingen.basis import (
    met_taakstatus as met_taakstatus,
)
from portaal.objecten.handelingen.basis import (
    records_van as records_van,
)
from portaal.objecten.handelingen.koppelfouten import (
    bewaak as bewaak,
)
from portaal.objecten.handelingen.koppelfouten import (
    handel_af as handel_af,
)
from portaal.objecten.handelingen.koppelfouten import (
    leg_fout_vast as leg_fout_vast,
)
from portaal.objecten.handelingen.koppelfouten import (
    los_op as los_op,
)
from portaal.objecten.handelingen.koppelfouten import (
    meld_opgegeven as meld_opgegeven,
)
from portaal.objecten.handelingen.koppelfouten import (
    onverteld as onverteld,
)
from portaal.objecten.handelingen.koppelfouten import (
    zet_verteld as zet_verteld,
)
from portaal.objecten.handelingen.objecten import (
    NieuwObject as NieuwObject,
)
from portaal.objecten.handelingen.objecten import (
    Objectwijziging as Objectwijziging,
)
from portaal.objecten.handelingen.objecten import (
    maak_aan as maak_aan,
)
from portaal.objecten.handelingen.objecten import (
    vernietig_object as vernietig_object,
)
from portaal.objecten.handelingen.objecten import (
    verwijder as verwijder,
)
from portaal.objecten.handelingen.objecten import (
    volg_record as volg_record,
)
from portaal.objecten.handelingen.objecten import (
    werk_bij as werk_bij,
)
from portaal.objecten.handelingen.oplossen import (
    is_taak as is_taak,
)
from portaal.objecten.handelingen.oplossen import (
    lees_opnieuw as lees_opnieuw,
)
from portaal.objecten.handelingen.oplossen import (
    meld_opnieuw as meld_opnieuw,
)
from portaal.objecten.handelingen.oplossen import (
    sluit_taak as sluit_taak,
)
from portaal.objecten.handelingen.verzoek import (
    neem_verzoek_op as neem_verzoek_op,
)
