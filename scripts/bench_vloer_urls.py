"""De twee adressen van de vloer."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from rest_framework import generics, serializers

SLEUTEL = "vloersessievloersessievloersessi"


class Taak(models.Model):
    """Een rij."""

    voor = models.ForeignKey(User, on_delete=models.CASCADE)
    titel = models.CharField(max_length=200)
    toelichting = models.TextField()
    link = models.URLField()
    einddatum = models.DateField()

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        app_label = "vloer"

    def __str__(self) -> str:
        return self.titel


class TaakSerializer(serializers.ModelSerializer[Taak]):
    """Alle velden."""

    class Meta:
        model = Taak
        fields = ("id", "voor", "titel", "toelichting", "link", "einddatum")


class Maak(generics.CreateAPIView[Taak]):
    """Een kale POST."""

    serializer_class = TaakSerializer
    queryset = Taak.objects.all()


@login_required
def lijst(request: HttpRequest) -> HttpResponse:
    """Een kale pagina."""
    taken = Taak.objects.filter(voor=request.user).order_by("einddatum", "id")[:20]
    return render(request, "lijst.html", {"taken": taken})


def vul() -> None:
    """Een gebruiker met twintig rijen en een sessie."""
    wie = User.objects.create_user("fatima")
    for nummer in range(20):
        Taak(
            voor=wie, titel=f"Taak {nummer}", toelichting="x", link="https://x.test/", einddatum=date(2030, 1, 1)
        ).save()
    inhoud = {
        "_auth_user_id": str(wie.pk),
        "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
        "_auth_user_hash": wie.get_session_auth_hash(),
    }
    einde = timezone.now() + timedelta(days=1)
    Session(session_key=SLEUTEL, session_data=SessionStore().encode(inhoud), expire_date=einde).save()


urlpatterns = [path("lijst", lijst), path("taken", Maak.as_view())]
