"""Een worker zonder broker, om honderden keren te doden: een ouder die steeds een kind forkt dat het echte werk doet.

Celery heeft ruim een halve seconde nodig om een gedood kind te vervangen; dit een paar milliseconden, zodat bijna elke
dood midden in het werk valt. Het kind doet precies wat de Celery-taken doen, met een eigen verbinding naar database en
mailserver. Als proces: ``python -m tests.proces.werkpaard``.
"""

import os
import signal
import time

import django

if __name__ == "__main__":
    django.setup()
    from portaal.demo.processen import sterf_met_ouder
    from portaal.gebeurtenissen.tasks import lever_af
    from portaal.notificaties.tasks import verstuur_wachtende

    while (kind := os.fork()) != 0:
        os.waitpid(kind, 0)
    sterf_met_ouder(signal.SIGKILL)
    while True:  # werk af wat er ligt, tot iemand dit proces doodt
        if not lever_af() + verstuur_wachtende():
            time.sleep(0.005)
