from typing import Any

from django.core.management.base import BaseCommand

from portaal.demo.verhalen import laad


class Command(BaseCommand):
    help = "Zet de demo klaar: mensen, systemen en taken. Nog eens draaien maakt niets dubbel."

    def handle(self, *args: Any, **options: Any) -> None:
        toegang = laad()
        url = toegang["portaal"]
        token = next(a["token"] for a in toegang["applicaties"] if a["naam"] == "Zaaksysteem")
        bsn = next(p["bsn"] for p in toegang["personen"] if p["naam"].startswith("Fatima"))
        self.stdout.write(f"""\
  {url}/demo/verhalen
    Speel zeven verhalen na, van twee kanten. Bij elke stap staat wie u bent, wat u doet en waar.
  {url}
    Fatima, inwoner (DigiD): kies 'Inloggen met DigiD' en dan Fatima. Zij moet binnen twee dagen haar loonstrook sturen.
    Henk, haar buurman (DigiD): ziet zijn eigen taak en nooit die van haar. Noor (DigiD) heeft niets te doen.
    Bakkerij De Hoek (eHerkenning): Sanne ziet het hele bedrijf, Daan alleen de vestiging aan de Dorpsstraat.
    Een taak doen: open de taak, ga naar het formulier en verstuur het. Of kom terug en zeg: ik heb dit gedaan.
  {toegang["beheer"]["url"]}
    Marieke (beheerder) en Youssef (behandelaar): zoek een taak, bekijk haar geschiedenis, zet er een klaar, trek haar in.
  {url}/demo/back-office
    Speel zelf de back-office: beantwoord een verzoek, bevestig een taak, zet een zaak een stap verder.
  {toegang["post"]}
    De e-mails die de portaal verstuurde: wie iets vraagt en tot wanneer, nooit wat.
  {url}/taken/api/v1/
    Een back-office zet een taak klaar voor Fatima (over een paar tellen staat de e-mail in de post):

    curl -X POST {url}/taken/api/v1/urltaken -H 'Content-Type: application/json' \\
      -H 'Authorization: Token {token}' \\
      -d '{{"titel": "Kies een datum voor uw afspraak", "isToegewezenAan": "urn:nld:brp:bsn:{bsn}",
           "details": {{"uitvraagLink": "{url}/demo/formulier/{{uuid}}"}}}}'

  Tokens en personen staan ook in {self._pad()}.""")

    @staticmethod
    def _pad() -> str:
        from django.conf import settings

        return str(settings.DEMO_MAP / "toegang.json")
