"""Whatever goes wrong, in one form: RFC 9457 ``application/problem+json``, in the language that was asked for."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import gettext as _
from ninja.errors import HttpError, ValidationError

from keqiao.base.errors import Invalid, Missing, NotAllowed, Refused
from keqiao.base.phrases import N_, Phrase
from keqiao.base.text import HAS_SURROGATE, NOTHING
from keqiao.engine.index import IndexUnavailable
from keqiao.tokens.selectors import NotAdmitted

log = logging.getLogger("keqiao.api")
MEDIA = "application/problem+json"
TYPE = "urn:keqiao:problem:"
FAULT = 500
RETRY = "60"  # seconds after which an index that did not answer may do so

TITLES: Mapping[int, tuple[str, str]] = {
    400: ("bad-request", N_("请求不正确")),
    401: ("token", N_("需要有效的访问令牌")),
    403: ("not-allowed", N_("没有权限")),
    404: ("not-found", N_("没有找到")),
    405: ("method", N_("这个地址不支持这种方法")),
    409: ("refused", N_("现在不能进行")),
    413: ("too-large", N_("请求内容过大")),
    415: ("media-type", N_("请求内容的类型不对")),
    422: ("invalid", N_("有内容需要修改")),
    429: ("too-many", N_("请求过于频繁")),
    500: ("error", N_("平台出错了")),
    503: ("index", N_("检索暂时不可用")),
}
DETAILS: Mapping[int, str] = {
    400: N_("请求无法读懂，请核对地址、参数和内容的格式。"),
    404: N_("没有这个地址或内容，请核对编号和路径。"),
    405: N_("请看响应头 Allow 里列出的方法。"),
    413: N_("请求内容超过了上限，请缩短后再试。"),
    422: N_("请看 errors 里逐项的说明。"),
    500: N_("问题已经记录。请稍后再试；仍然不行时请联系平台的运行方。"),
    503: N_("存放索引的服务器没有回应。请稍后再试。"),
}
PLAIN: Mapping[type[Exception], int] = {
    Http404: 404,
    RequestDataTooBig: 413,
    SuspiciousOperation: 400,
    UnreadablePostError: 400,
}
WRONG_VALUE = N_("这个值不能用，请核对。")
NOT_A_NUMBER = N_("这里需要一个整数。")
NOT_AN_OBJECT = N_("这里需要一个 JSON 对象。")
NOT_TEXT = N_("这里需要文字。")
SENTENCES: Mapping[str, str] = {
    "missing": NOTHING,
    "string_too_long": N_("内容过长：最多 %(max_length)s 个字。"),
    "string_too_short": NOTHING,
    "string_type": NOT_TEXT,
    "string_unicode": HAS_SURROGATE,
    "string_pattern_mismatch": N_("写法不对，请核对。"),
    "greater_than_equal": N_("不能小于 %(ge)s。"),
    "less_than_equal": N_("不能大于 %(le)s。"),
    "int_parsing": NOT_A_NUMBER,
    "int_parsing_size": NOT_A_NUMBER,
    "int_type": NOT_A_NUMBER,
    "int_from_float": NOT_A_NUMBER,
    "list_type": N_("这里需要一个列表。"),
    "too_long": N_("最多填写 %(max_length)s 个。"),
    "extra_forbidden": N_("没有这一项，请核对名称。"),
    "enum": N_("只能是这些值之一：%(expected)s"),
    "model_attributes_type": NOT_AN_OBJECT,
    "model_type": NOT_AN_OBJECT,
    "dict_type": NOT_AN_OBJECT,
}


class ApiRefused(Refused):
    """A refusal of the interface itself: with its status, the word of its type, and what the header says."""

    status: ClassVar[int] = 400
    word: ClassVar[str] = ""

    def __init__(
        self, text: str = "", /, *, headers: Mapping[str, str] | None = None, **values: object
    ) -> None:
        super().__init__(text, **values)
        self.headers = dict(headers or {})


def problem(
    status: int,
    detail: str = "",
    *,
    word: str = "",
    errors: Iterable[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return a problem; ``errors`` are pairs of a field and its sentence."""
    usual, title = TITLES.get(status, TITLES[400])
    content: dict[str, Any] = {
        "type": TYPE + (word or usual),
        "title": _(title),
        "status": status,
        "detail": detail or _(DETAILS.get(status, DETAILS[400])),
    }
    listed = [{"field": field, "sentence": sentence} for field, sentence in errors]
    if listed:
        content["errors"] = listed
    body = json.dumps(content, ensure_ascii=False)
    return HttpResponse(body, status=status, content_type=MEDIA, headers=dict(headers or {}))


def answer(_request: HttpRequest, raised: Exception | type[Exception]) -> HttpResponse:
    """Return the problem for whatever was raised; what nobody expected is logged and is our fault."""
    if isinstance(raised, Refused):
        return _refused(raised)
    if isinstance(raised, ValidationError):
        return problem(422, errors=[_said(error) for error in raised.errors])
    if isinstance(raised, HttpError):
        return problem(raised.status_code)
    if isinstance(raised, IndexUnavailable):
        log.error("no search: %s", raised)
        return problem(503, headers={"Retry-After": RETRY})
    status = next((status for kind, status in PLAIN.items() if isinstance(raised, kind)), FAULT)
    if status == FAULT:
        log.error("a request failed", exc_info=raised if isinstance(raised, Exception) else None)
    return problem(status)


def _refused(refusal: Refused) -> HttpResponse:
    sentence = refusal.phrase.say(_)
    match refusal:
        case ApiRefused():
            return problem(refusal.status, sentence, word=refusal.word, headers=refusal.headers)
        case NotAdmitted():
            return problem(401, sentence, headers={"WWW-Authenticate": challenge("invalid_token")})
        case Missing():
            return problem(404, sentence)
        case NotAllowed():
            return problem(403, sentence)
        case Invalid():
            errors = [(one.field, one.phrase.say(_)) for one in refusal.problems]
            return problem(422, sentence, errors=errors)
    return problem(409, sentence)


def challenge(error: str = "", **more: str) -> str:
    """Return what ``WWW-Authenticate`` says (RFC 6750)."""
    told = {"realm": "keqiao", **({"error": error} if error else {}), **more}
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in told.items())


def _said(error: Mapping[str, Any]) -> tuple[str, str]:
    """Say what is wrong with one value: never the value itself, which may be anything."""
    place = [str(part) for part in error["loc"]]
    within = place[2:] if place[0] == "body" else place[1:]
    values = {name: str(value) for name, value in error.get("ctx", {}).items()}
    phrase = Phrase(SENTENCES.get(str(error["type"]), WRONG_VALUE), values)
    return ".".join(within), phrase.say(_)
