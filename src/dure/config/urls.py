"""Which door is where."""

from django.urls import include, path

from dure.api.urls import api
from dure.web.admin_site import site

urlpatterns = [
    path("admin/", site.urls),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("api/v1/", api.urls),
    path("", include("dure.web.urls")),
]
