"""Het beheer onder /beheer: Django's admin, met de inlogdienst van de organisatie in plaats van wachtwoorden."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _


class BeheerConfig(AdminConfig):
    """Zet `BeheerSite` op de plek van Django's eigen admin."""

    default_site = "portaal.inloggen.beheer.BeheerSite"

    def ready(self) -> None:
        super().ready()
        from django.contrib.admin import site
        from django.contrib.auth.models import Group

        # De groepen volgen bij elke inlog uit de rollen in medewerkers.py; wat iemand hier wijzigt zou verdwijnen.
        if site.is_registered(Group):
            site.unregister(Group)


class BeheerSite(AdminSite):
    """De admin. Wie niet is ingelogd gaat naar de inlogdienst voor medewerkers en komt daarna terug."""

    site_header = f"Beheer – {settings.PORTAAL_NAAM}"
    site_title = f"Beheer – {settings.PORTAAL_NAAM}"
    index_title = _("Wat wilt u doen?")
    site_url = "/"

    def get_urls(self) -> list[URLResolver | URLPattern]:
        from portaal.inloggen import beheer_views

        eigen: list[URLResolver | URLPattern] = [
            path("inloggen", beheer_views.start, name="inloggen"),
            path("inloggen/terug", beheer_views.terug, name="inloggen_terug"),
            path("uitgelogd", beheer_views.uitgelogd, name="uitgelogd"),
        ]
        # Een wachtwoord wijzigt hier niemand: dat doet de inlogdienst.
        zonder = ("password_change", "password_change_done")
        return [*eigen, *(deel for deel in super().get_urls() if getattr(deel, "name", "") not in zonder)]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:  # type: ignore[override]
        """Door naar de inlogdienst. Wie al binnen is maar hier niets mag, krijgt dat te horen en geen rondje."""
        if request.user.is_authenticated:
            if self.has_permission(request):
                return HttpResponseRedirect(reverse("admin:index"))
            raise PermissionDenied
        naar = request.GET.get("next", "")
        return HttpResponseRedirect(reverse("admin:inloggen", query={"next": naar} if naar else None))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:  # type: ignore[override]
        """Eerst hier uit, dan bij de inlogdienst."""
        from portaal.inloggen import beheer_views

        return beheer_views.uitloggen(request)
