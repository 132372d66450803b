"""Alles wat met contactgegevens en notificaties kan gebeuren. Alleen deze functies veranderen er iets aan.

`contact`: wat iemand zelf kiest. `klaarzetten`: wie hoort wat, wanneer. `bezorgen`: het versturen en de uitkomst.
`herstel`: wat er gebeurt als het niet aankomt.
"""

from portaal.notificaties.handelingen.contact import leg_contactadres_vast as leg_contactadres_vast
from portaal.notificaties.handelingen.klaarzetten import VOLGER as VOLGER
from portaal.notificaties.handelingen.klaarzetten import annuleer_wachtende as annuleer_wachtende
from portaal.notificaties.handelingen.klaarzetten import verzet_wachtende as verzet_wachtende
from portaal.notificaties.handelingen.klaarzetten import zet_klaar as zet_klaar
