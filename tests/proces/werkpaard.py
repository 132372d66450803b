"""Een worker zonder broker, om honderden keren te doden: een ouder die steeds een kind forkt dat het echte werk doet.

Celery heeft ruim een halve seconde nodig om een gedood kind te vervangen; dit een paar milliseconden, zodat bijna elke
dood midden in het werk valt. Het kind doet precies wat de Celery-taken doen, met een eigen verbinding naar database en
mailserver. Met KLOK_VERSCHIL (seconden) staat zijn klok anders dan die van de rest. Als proces:
``python -m tests.proces.werkpaard``.
"""

import os
import signal
import time
from datetime import timedelta

import django
import time_machine

if __name__ == "__main__":
    django.setup()
    from portaal.demo.processen import sterf_met_ouder
    from portaal.gebeurtenissen.tasks import lever_af
    from portaal.notificaties.tasks import verstuur_wachtende
    from portaal.tijd import nu

    if verschil := float(os.environ.get("KLOK_VERSCHIL", "0")):
        time_machine.travel(nu() + timedelta(seconds=verschil)).start()
    while (kind := os.fork()) != 0:
        os.waitpid(kind, 0)
    sterf_met_ouder(signal.SIGKILL)
    ronde = 0
    while True:  # werk af wat er ligt, tot iemand dit proces doodt
        if not lever_af() + verstuur_wachtende():
            time.sleep(0.005)
        if (ronde := ronde + 1) == 2:
            print("rondgekeken", flush=True)  # noqa: T201  (wie wacht tot er niets gebeurt, weet nu dat er is gekeken)
