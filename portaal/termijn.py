"""De laatste dag om iets te doen, in woorden."""

from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

DRINGEND_VANAF = 2  # dagen voor de laatste dag
DAGEN_NOEMEN_VANAF = 7

TERMIJNICONEN = {"te-laat": "alert-circle", "dringend": "alert-triangle", "rustig": "calendar-due"}


@dataclass(frozen=True)
class Termijn:
    """De laatste dag waarop iemand de taak kan doen, gezien vanaf vandaag (in Amsterdam). De laatste dag telt mee."""

    laatste_dag: date
    peildag: date

    @property
    def nog(self) -> int:
        """Hoeveel dagen er nog zijn; 0 is vandaag, onder nul is te laat."""
        return (self.laatste_dag - self.peildag).days

    @property
    def te_laat(self) -> bool:
        """De laatste dag is geweest."""
        return self.nog < 0

    @property
    def dringend(self) -> bool:
        """Vandaag, morgen of overmorgen is de laatste dag."""
        return 0 <= self.nog <= DRINGEND_VANAF

    @property
    def klasse(self) -> str:
        """Het achtervoegsel van de css-klasse."""
        return "te-laat" if self.te_laat else "dringend" if self.dringend else "rustig"

    @property
    def icoon(self) -> str:
        """Het pictogram; de woorden zeggen hetzelfde."""
        return TERMIJNICONEN[self.klasse]

    @property
    def woorden(self) -> SafeString:
        """De termijn in woorden, altijd met de datum zelf."""
        dag = format_html(
            '<time datetime="{}">{}</time>', self.laatste_dag.isoformat(), formats.date_format(self.laatste_dag)
        )
        if self.te_laat:
            return format_html(gettext("Te laat: de laatste dag was {dag}"), dag=dag)
        if self.nog == 0:
            return format_html(gettext("Uiterlijk {dag} – vandaag is de laatste dag"), dag=dag)
        if self.nog <= DAGEN_NOEMEN_VANAF:
            zin = ngettext("Uiterlijk {dag} – nog {n} dag", "Uiterlijk {dag} – nog {n} dagen", self.nog)
            return format_html(zin, dag=dag, n=self.nog)
        return format_html(gettext("Uiterlijk {dag}"), dag=dag)
