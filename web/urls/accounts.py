"""The addresses where people sign in and out, and keep their own account."""

from django.urls import path

from web.views import accounts, passwords, provider, second_factor, sessions

app_name = "accounts"
urlpatterns = [
    path("sign-in/", accounts.SignIn.as_view(), name="login"),
    path("sign-out/", accounts.SignOut.as_view(), name="logout"),
    path("password/", passwords.password, name="password"),
    path("code/", second_factor.code, name="code"),
    path("second-factor/", second_factor.second_factor, name="second_factor"),
    path("provider/", provider.leave, name="provider"),
    path("provider/callback/", provider.callback, name="provider_callback"),
    path("provider/link/", provider.link, name="link_provider"),
    path("unlock/", sessions.unlock, name="unlock"),
    path("session/", sessions.session, name="session"),
    path("sessions/", sessions.own, name="sessions"),
]
