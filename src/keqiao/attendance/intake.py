"""What a phone must send so that its presses are taken: anything else is refused, press by press."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from keqiao.attendance.types import MOST_PRESSES, Press, Reply, Result
from keqiao.base.codes import is_code, typed_code
from keqiao.base.errors import invalid
from keqiao.base.phrases import N_, Phrase

NO_DELIVERY = N_("没有读懂上传的内容，请刷新页面后再试。")
TOO_MANY = N_("一次最多上传 %(most)s 条，请分几次上传。")
WRONG_PRESS = N_("这一条签到不完整，没有收下。")
NO_CODE = N_("这不是报名的编号，请核对后再输入。")
MOST_BYTES = 64 * 1024
MOST_SHOWN = 40  # characters of a code that is sent back
MOST_MILLISECONDS = 10**15  # since 1970: thirty thousand years


def delivery(body: bytes) -> tuple[list[Press], list[Reply]]:
    """Return the presses of a delivery, and a reply for each that is none; raise Invalid for what is no delivery.

    The body is JSON: ``{"now": …, "presses": [{"key": UUID, "code": …, "pressed_at": …}]}``, both times in
    milliseconds by the phone's clock.
    """
    found = _read(body)
    now, listed = found.get("now"), found.get("presses")
    if not _is_time(now) or not isinstance(listed, list):
        raise invalid("", NO_DELIVERY)
    if len(listed) > MOST_PRESSES:
        raise invalid("", TOO_MANY, most=MOST_PRESSES)
    presses, wrong = [], []
    for one in listed:
        press = _press(one, now)
        if press is not None:
            presses.append(press)
        else:
            wrong.append(_refused(one))
    return presses, wrong


def code_of(raw: str) -> str:
    """Return the code of a registration from what was typed or scanned, an address or a code; raise Invalid."""
    code = typed_code(raw[:200])
    if not is_code(code):
        raise invalid("code", NO_CODE)
    return code


def _read(body: bytes) -> Mapping[str, Any]:
    if len(body) > MOST_BYTES:
        raise invalid("", NO_DELIVERY)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise invalid("", NO_DELIVERY) from None
    if not isinstance(found, dict):
        raise invalid("", NO_DELIVERY)
    return found


def _press(one: object, now: Any) -> Press | None:
    if not isinstance(one, dict):
        return None
    key, code, pressed_at = one.get("key"), one.get("code"), one.get("pressed_at")
    if not isinstance(key, str) or not isinstance(code, str) or not _is_time(pressed_at):
        return None
    try:
        number = UUID(key)
    except ValueError:
        return None
    code = typed_code(code[:200])
    if not is_code(code):
        return None
    return Press(number, code, dt.timedelta(milliseconds=max(0, now - (pressed_at or 0))))


def _refused(one: object) -> Reply:
    kept = one if isinstance(one, dict) else {}
    key, code = (str(kept.get(name, ""))[:MOST_SHOWN] for name in ("key", "code"))
    return Reply(key, code, Result.REFUSED, Phrase(WRONG_PRESS))


def _is_time(value: object) -> bool:
    """Tell whether a value is a number of milliseconds that can be reckoned with; true is none."""
    return type(value) is int and abs(value) < MOST_MILLISECONDS
