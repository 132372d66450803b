"""Start ``make demo``, wacht tot de verhalen er staan, kijkt of de portaal antwoordt en stopt haar met SIGTERM.

Alleen de standaardbibliotheek: op de kale machine is er nog niets anders.
"""

import json
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

HOOGSTENS = 900  # seconden tot de eerste start klaar is
STOPPEN = 20


def main() -> int:
    begin = time.monotonic()
    demo = subprocess.Popen(["make", "demo"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    klaar = threading.Event()

    def lees() -> None:
        for regel in demo.stdout or ():
            print("   ", regel.rstrip(), flush=True)
            if "Stoppen: Ctrl-C" in regel:
                klaar.set()

    threading.Thread(target=lees, daemon=True).start()
    while not klaar.wait(0.2):
        if demo.poll() is not None or time.monotonic() - begin > HOOGSTENS:
            print("make demo kwam niet op", flush=True)
            demo.kill()
            return 1
    print(f"== opgekomen na {time.monotonic() - begin:.0f} s", flush=True)
    time.sleep(0.5)  # laat de verhalen uitpraten
    toegang = json.loads(Path(".demo/toegang.json").read_text())
    with urllib.request.urlopen(toegang["portaal"] + "/-/ready", timeout=10) as antwoord:
        print(f"== /-/ready: {antwoord.status}; toegang.json: {', '.join(sorted(toegang))}", flush=True)
    begin = time.monotonic()
    demo.send_signal(signal.SIGTERM)
    demo.wait(timeout=STOPPEN)
    print(f"== gestopt na {time.monotonic() - begin:.0f} s", flush=True)
    return 0


sys.exit(main())
