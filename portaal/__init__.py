"""De portaal: het Django-project en wat taken, berichten en verzoeken delen."""

from portaal.celery import app as celery_app

__all__ = ["celery_app"]
