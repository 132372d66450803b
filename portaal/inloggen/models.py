"""Wie inlogt: medewerkers (Django-gebruikers) en de sessies van inwoners, ondernemers en ketenpartners."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models

from portaal.betrokkenen.models import Betrokkene, KetenpartnerLid, Niveau
from portaal.gebeurtenissen.models import Vastgelegd
from portaal.uuid7 import uuid7
from portaal.versleuteling import VersleuteldJsonVeld, VersleuteldTekstVeld


class MedewerkerManager(BaseUserManager["Medewerker"]):
    """Medewerkers komen uit de inlogdienst; een wachtwoord hebben zij hier niet."""

    def get_by_natural_key(self, username: str | None) -> "Medewerker":
        return self.get(gebruikersnaam=username)


class Medewerker(AbstractBaseUser, PermissionsMixin):
    """Iemand die bij de organisatie werkt. Een inwoner is nooit een medewerker: die heeft een `Sessie`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gebruikersnaam = models.CharField(max_length=150, unique=True)
    uitgever = models.CharField(max_length=200, blank=True, help_text="De inlogdienst (issuer).")
    sub = models.CharField(max_length=255, blank=True, help_text="Het kenmerk bij die inlogdienst.")
    naam = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField("actief", default=True)
    is_staff = models.BooleanField("mag in het beheer", default=True)

    USERNAME_FIELD = "gebruikersnaam"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = MedewerkerManager()

    class Meta:
        verbose_name = "medewerker"
        verbose_name_plural = "medewerkers"
        constraints = [
            models.UniqueConstraint(
                fields=["uitgever", "sub"], condition=~models.Q(sub=""), name="medewerker_inlog_uniek"
            )
        ]

    def __str__(self) -> str:
        return self.naam or self.gebruikersnaam

    def has_usable_password(self) -> bool:
        """Nooit om te wijzigen: het beheer kent geen wachtwoorden, behalve dat van het noodaccount (nood.py)."""
        return False

    def get_short_name(self) -> str:
        """De naam boven in het beheer."""
        return str(self)

    get_full_name = get_short_name


class Noodaccount(Vastgelegd):
    """De ene manier om zonder inlogdienst in het beheer te komen: een wachtwoord en een code (TOTP, RFC 6238).

    Elk gebruik staat in het boek, en wie het probeert. Vijf keer het goede wachtwoord met een verkeerde code: een uur op
    slot. Een verkeerd wachtwoord telt niet mee, zodat niet ieder die het adres kent het op slot kan zetten.
    """

    record_soort = "noodaccount"

    medewerker = models.OneToOneField(Medewerker, on_delete=models.PROTECT, related_name="+")
    geheim = VersleuteldTekstVeld(help_text="Waaruit de codes volgen.")
    laatste_stap = models.BigIntegerField(
        default=0, help_text="Het tijdvak van de laatste code: elke code werkt één keer."
    )
    mislukt = models.PositiveSmallIntegerField(default=0, help_text="Hoe vaak achter elkaar een verkeerde code.")
    gemeld_op = models.DateTimeField(null=True, blank=True, help_text="Het laatste verkeerde wachtwoord in het boek.")
    op_slot_tot = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "noodaccount"
        verbose_name_plural = "noodaccount"

    def __str__(self) -> str:
        return "noodaccount"


class SessieManager(BaseSessionManager[Any]):
    """Manager van sessies."""


class Sessie(AbstractBaseSession):
    """Een sessie van een inwoner, ondernemer of ketenpartner: alleen wat bij het inloggen is bewezen. Geen nummers."""

    persoon = models.ForeignKey(Betrokkene, null=True, on_delete=models.CASCADE, related_name="+")
    betrokkene = models.ForeignKey(Betrokkene, null=True, on_delete=models.CASCADE, related_name="+")
    lid = models.ForeignKey(
        KetenpartnerLid,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Namens welke ketenpartner, als lid. Rol en toegang worden bij elk verzoek opnieuw gelezen.",
    )
    niveau = models.PositiveSmallIntegerField(choices=Niveau.choices, default=Niveau.GEEN)
    middel = models.CharField(max_length=40, blank=True)
    naam = models.CharField(max_length=200, blank=True, help_text="Alleen als de inlogdienst een naam geeft.")
    namens = models.CharField(
        max_length=200, blank=True, help_text="De naam van wie wordt vertegenwoordigd, als die er is."
    )
    issuer = models.CharField(max_length=200, blank=True)
    sid = models.CharField(max_length=255, blank=True)
    id_token = VersleuteldTekstVeld(null=True)
    beperkt_tot_vestiging = models.BooleanField(default=False)
    diensten = ArrayField(
        models.CharField(max_length=100),
        null=True,
        help_text="Bij een machtiging: waarvoor zij geldt. Leeg dekt niets; NULL is geen machtiging.",
    )
    begonnen = models.DateTimeField(null=True)
    laatst_actief = models.DateTimeField(null=True)

    objects: ClassVar[SessieManager] = SessieManager()

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "sessie"
        verbose_name_plural = "sessies"
        indexes = [
            models.Index(fields=["issuer", "sid"], name="sessie_sid"),
            models.Index(fields=["persoon"], name="sessie_persoon"),
            models.Index(fields=["betrokkene"], name="sessie_betrokkene"),
        ]

    @classmethod
    def get_session_store_class(cls) -> Any:
        from portaal.inloggen.sessies import SessionStore

        return SessionStore


class Onderbreking(models.Model):
    """Wat iemand verstuurde toen zijn sessie al voorbij was. Hoogstens een half uur; zie onderbroken.py."""

    sleutel = models.CharField(max_length=64, help_text="De hash van de sleutel in het cookie.")
    van = models.CharField(max_length=64, db_index=True, help_text="De hash van het merkteken van wie er was ingelogd.")
    pad = models.CharField(max_length=500, help_text="Waar het formulier naartoe ging.")
    velden = VersleuteldJsonVeld(help_text="Per veld de waarden.")
    had_bestanden = models.BooleanField(default=False, help_text="Die zijn niet bewaard.")
    verloopt_op = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "onderbreking"
        verbose_name_plural = "onderbrekingen"
        constraints = [models.UniqueConstraint(fields=["sleutel", "pad"], name="onderbreking_uniek")]

    def __str__(self) -> str:
        return "onderbreking"
