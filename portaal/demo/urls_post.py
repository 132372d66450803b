"""Adressen van de postvanger, onder /demo/."""

from django.urls import path

from portaal.demo import views_post

urlpatterns = [
    path("post", views_post.post, name="demo-post"),
    path("post/<str:naam>", views_post.mail, name="demo-mail"),
]
