"""More than two hundred kinds of bad text, each with a name, so that a failure says which."""

from __future__ import annotations

import itertools

CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t\r"]
BIDI = list("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
INVISIBLE = list("\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad")
SURROGATES = ["\ud800", "\udbff", "\udc00", "\udfff"]
FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://127.0.0.1/","点我")',
    "=cmd|' /C calc'!A0",
    "+1+cmd",
    "-2+3+cmd",
    "@SUM(1,2)",
    "\t=1+1",
    '=WEBSERVICE("http://127.0.0.1/")',
    "=IMPORTXML(A1)",
    "％=1",
]
MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "<iframe src=//127.0.0.1></iframe>",
    "</textarea><script>alert(1)</script>",
    "<style>*{display:none}</style>",
    "<!--",
    "]]>",
    "<![CDATA[x]]>",
    "<?php echo 1;?>",
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    "&lt;script&gt;",
    "&#0;",
    "<a href='data:text/html,<script>1</script>'>x</a>",
    "<base href='//127.0.0.1'>",
    "<form action='//127.0.0.1'><input name=p>",
    "<math><mi//xlink:href='data:x,<script>1</script>'>",
]
TEMPLATES = [
    "{{ 7*7 }}",
    "{% load static %}",
    "{% include '/etc/passwd' %}",
    "{# #}",
    "{{ settings.SECRET_KEY }}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "%(name)s",
    "%s%s%s%n",
    "{0.__class__}",
    "%",
    "%%",
    "%d",
]
QUERIES = [
    "' OR '1'='1",
    "'; DROP TABLE needs_need; --",
    '" OR ""="',
    "1) UNION SELECT 1--",
    "\\",
    "\\'",
    "%' ESCAPE '\\",
    "_%_",
    "$$",
    "--",
    "/* */",
    "title:(",
    "title:锂渣 AND (",
    "AND OR NOT",
    "锂渣^1000000",
    "[a TO",
    "key:*",
    "+-+-+-",
    '"未闭合的引号',
    "锂渣~99",
    "*",
    "?",
    "(((((((((((",
    "))))))",
    "!!!!",
    "^^^^",
    "锂渣 IN [",
]
PATHS = [
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/dev/zero",
    "file:///etc/passwd",
    "C:\\CON",
    "CON",
    "NUL",
    ".",
    "..",
    "~root",
    "%2e%2e%2f",
    "\u2025/\u2025/",
]
UNICODE = [
    "e\u0301" * 50,
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349" * 20,
    "\u1d160\ufe0f",
    "👨‍👩‍👧‍👦" * 20,
    "\U0001f1e8\U0001f1f3",
    "𠮷田㐂",
    "𪚥𪚥𪚥",
    "ﷺ" * 40,
    "\u2028\u2029",
    "\u0000锂渣",
    "锂\u0000渣",
    "\ufffe",
    "\uffff",
    "\U0010ffff",
    "\ue000",
    "\u3000\u3000\u3000",
    "\u00a0",
    "ＡＢＣ１２３",
    "ｈｔｔｐ：／／",
    "①②③㈠㈡",
    "囍㍿㋀",
    "İıſß",
    "\u0130" * 30,
    "ＮａＮ",
    "—————",
    "……",
    "“”‘’",
    "\u0600\u0601",
    "שלום",
    "مرحبا",
    "\u0e01\u0e34" * 40,
    "\u115f\u1160",
    "\u17b4",
    "\u180e",
    "\U000e0041\U000e0042",
]
NUMBERS = [
    "NaN",
    "Infinity",
    "-Infinity",
    "1e309",
    "-1",
    "0x10",
    "1_000",
    "９９９９９９",
    "1,000",
    "99999999999999999999999999",
    "0.0000000000000000001",
    "٣",
    "½",
    "1e-400",
    "--1",
    "2027-02-30",
    "0000-00-00",
    "9999-12-31",
    "10000-01-01",
    "2027/1/1",
    "二〇二七年",
]
EMPTY = ["", " ", "\n", "\t", "\r\n", "\u3000", "\n\n\n\n", " \t \n ", "\u200b", "\ufeff"]


def kinds() -> list[tuple[str, str]]:
    """Return (name, text) for every kind."""
    found: list[tuple[str, str]] = []
    for group, texts in (
        ("empty", EMPTY),
        ("formula", FORMULAS),
        ("markup", MARKUP),
        ("template", TEMPLATES),
        ("query", QUERIES),
        ("path", PATHS),
        ("unicode", UNICODE),
        ("number", NUMBERS),
        ("surrogate", [f"锂{character}渣" for character in SURROGATES]),
        ("bidi", [f"锂{character}渣" for character in BIDI]),
        ("invisible", [f"锂{character}渣" for character in INVISIBLE]),
        ("control", [f"锂{character}渣" for character in CONTROLS]),
    ):
        found += [(f"{group}-{number}", text) for number, text in enumerate(texts)]
    found += [
        ("long-line", "锂" * 1_000_000),
        ("long-words", "锂渣 " * 250_000),
        ("long-lines", "锂渣\n" * 250_000),
        ("long-latin", "a" * 1_000_000),
        ("long-digits", "9" * 100_000),
        ("long-brackets", "（" * 100_000),
        ("long-punctuation", "。" * 100_000),
        ("long-marks", "\u0301" * 100_000),
        (
            "many-scripts",
            "".join(map(chr, itertools.chain(range(0x20, 0x7F), range(0x4E00, 0x5200)))),
        ),
    ]
    return found


KINDS = kinds()
NAMES = [name for name, _text in KINDS]
GROUPS: dict[str, list[tuple[str, str]]] = {}
for _name, _text in KINDS:
    GROUPS.setdefault(_name.rsplit("-", 1)[0] if _name[-1].isdigit() else "long", []).append(
        (_name, _text)
    )
