"""Where allauth meets our rooms: new persons, log-ins and refused log-ins are recorded."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest

from keqiao.accounts import services as accounts
from keqiao.accounts.models import Person


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Allauth's hooks, answered by the services of ``accounts``."""

    def save_user(  # allauth calls it by position
        self,
        request: HttpRequest,  # noqa: ARG002 - the hook's signature
        user: Person,
        form: Any,
        commit: bool = True,  # noqa: FBT001, FBT002 - the hook's signature
    ) -> Person:
        """Keep a new person with the consent that an account needs, in one transaction."""
        user.email = form.cleaned_data["email"].strip().lower()
        user.name = form.cleaned_data["name"]
        user.set_password(form.cleaned_data["password1"])
        if commit:
            with transaction.atomic():
                user.save()
                accounts.welcome(user)
        return user

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> Any:
        """Record the log-in."""
        accounts.record_log_in(user)
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record the refusal, for the audit."""
        accounts.record_refused_log_in(str(credentials.get("email", "")))
        super().authentication_failed(request, **credentials)
