"""De twee adressen van de vloer."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from rest_framework import generics, serializers

SLEUTEL = "vloersessievloersessievloersessi"


class Taak(models.Model):
    """Een rij."""

    voor = models.ForeignKey(User, on_delete=models.CASCADE)
    titel = models.CharField(max_length=200)
    toelichting = models.TextField()
    link = models.URLField()
    einddatum = models.DateField()

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
    sessie: Any = SessionStore(SLEUTEL)
    sessie["_auth_user_id"], sessie["_auth_user_backend"] = str(wie.pk), "django.contrib.auth.backends.ModelBackend"
    sessie["_auth_user_hash"] = wie.get_session_auth_hash()
    sessie.save(must_create=True)


urlpatterns = [path("lijst", lijst), path("taken", Maak.as_view())]
