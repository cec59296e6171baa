"""Who asks, how often they have asked, and whether they may: a bearer token, or an address."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address, IPv6Network, ip_address
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from keqiao.access import policies as access
from keqiao.access.policies import Visitor
from keqiao.api.problems import ApiRefused, challenge
from keqiao.base.phrases import N_
from keqiao.tokens import selectors as tokens
from keqiao.tokens import services
from keqiao.tokens.models import Token
from keqiao.tokens.selectors import NotAdmitted
from keqiao.tokens.types import Scope, Spent

JSON = "application/json"
NEIGHBOURS = 64  # bits of an IPv6 address that a household or an office shares
MATCH_COST = 20  # requests as which one question to the engine counts


class NoToken(ApiRefused):
    """Only a person's program may ask this."""

    text = N_("这个地址需要访问令牌：请在请求头里写 Authorization: Bearer 加上令牌。")
    status = 401


class ScopeMissing(ApiRefused):
    """The token is good, but not for this."""

    text = N_("令牌没有勾选这种用途：%(scope)s。请申请新的令牌。")
    status = 403
    word = "scope"


class NoSecondFactor(ApiRefused):
    """Whoever holds a role sets up a second factor before anything else, programs included."""

    text = N_("您有管理角色，请先登录网站设置双重验证，令牌才能使用。")
    status = 403
    word = "second-factor"


class TooOften(ApiRefused):
    """The minute's requests are used up."""

    text = N_("这一分钟的请求次数已经用完，请在 %(seconds)s 秒后再试。")
    status = 429


class NotJson(ApiRefused):
    """A body is JSON."""

    text = N_("请求内容要用 JSON：请求头写 Content-Type: application/json。")
    status = 415


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks: a person through a token, or anybody."""

    token: Token | None
    who: Visitor


class ApiRequest(HttpRequest):
    """A request to the interface, its caller known."""

    auth: Caller
    spent: Spent | None


class Bearer:
    """Lets callers in: whom a scope asks for, or everybody; counts what they ask."""

    openapi_security_schema: ClassVar[dict[str, str]] = {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of a person; see docs/reference/api.md for how to get one.",
    }

    def __init__(
        self, scope: Scope | None = None, *, needs_token: bool = False, cost: int = 1
    ) -> None:
        self.scope, self.cost = scope, cost
        self.needs_token = needs_token or scope is not None

    def __call__(self, request: HttpRequest) -> Caller:
        """Return the caller; raise for whoever may not."""
        refused: NotAdmitted | None = None
        caller = Caller(None, AnonymousUser())
        try:
            caller = _caller(request)
        except NotAdmitted as refusal:
            refused = refusal
        self._count(request, caller)
        if refused is not None:
            raise refused
        self._admit(caller)
        if request.method == "POST" and request.content_type != JSON:
            raise NotJson
        return caller

    def _count(self, request: HttpRequest, caller: Caller) -> None:
        most = settings.API_LIMIT if caller.token is None else settings.API_TOKEN_LIMIT
        if not most:
            return
        key = f"token:{caller.token.pk}" if caller.token is not None else _key_of(request)
        cost = min(self.cost, most)
        spent = services.spend(key, cost, most=most, now=timezone.now())
        request.spent = spent  # type: ignore[attr-defined]  # the middleware tells it in the headers
        if not spent.is_allowed:
            raise TooOften(headers={"Retry-After": str(spent.ends_in)}, seconds=spent.ends_in)

    def _admit(self, caller: Caller) -> None:
        if caller.token is None:
            if self.needs_token:
                raise NoToken(headers={"WWW-Authenticate": challenge()})
            return
        if access.lacks_second_factor(caller.who):
            raise NoSecondFactor
        if self.scope is not None and self.scope not in caller.token.scopes:
            told = challenge("insufficient_scope", scope=self.scope.value)
            raise ScopeMissing(headers={"WWW-Authenticate": told}, scope=self.scope.value)
        services.used(caller.token)


PUBLIC: dict[str, Any] = {"auth": Bearer(), "openapi_extra": {"security": [{}]}}
PERSONAL: dict[str, Any] = {"auth": Bearer(needs_token=True)}


def within(scope: Scope, *, cost: int = 1) -> dict[str, Any]:
    """Return how an operation says that it asks for ``scope``."""
    return {
        "auth": Bearer(scope, cost=cost),
        "openapi_extra": {"x-scope": scope.value, "x-cost": cost},
    }


def holder(request: ApiRequest) -> Token:
    """Return the caller's token, for operations that ask for one."""
    if request.auth.token is None:
        raise NoToken
    return request.auth.token


def address(request: HttpRequest) -> str:
    """Return the address that asks, as far as it is one household's: of IPv6 the network only.

    So many last entries of X-Forwarded-For are believed as there are proxies of ours.
    """
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    told = request.headers.get("X-Forwarded-For", "").split(",")
    one = told[-proxies] if 0 < proxies <= len(told) else request.META.get("REMOTE_ADDR", "")
    try:
        found = ip_address(one.strip())
    except (AddressValueError, ValueError):
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(IPv6Network((int(found), NEIGHBOURS), strict=False))
    return str(found)


def _caller(request: HttpRequest) -> Caller:
    told = request.headers.get("Authorization", "")
    if not told:
        return Caller(None, AnonymousUser())
    scheme, _space, secret = told.partition(" ")
    if scheme.lower() != "bearer":
        raise NotAdmitted
    token = tokens.bearer(secret.strip())
    return Caller(token, token.person)


def _key_of(request: HttpRequest) -> str:
    """Return under what an address is counted: a keyed hash, so that no address stands in a table."""
    return "from:" + salted_hmac("keqiao.api.address", address(request)).hexdigest()[:40]
