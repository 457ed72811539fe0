"""The addresses where people sign in and out."""

from django.urls import path

from web.views import accounts

app_name = "accounts"
urlpatterns = [
    path("sign-in/", accounts.SignIn.as_view(), name="login"),
    path("sign-out/", accounts.SignOut.as_view(), name="logout"),
]
