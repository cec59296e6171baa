"""Two platforms on loopback, each with its own database, folder and key: what one opens and closes, the other shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from tests.cast import SECRET, Cast

from keqiao.needs import services as needs
from keqiao.needs.types import Resolution

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings
    from pytest_django.live_server_helper import LiveServer

Run = Callable[..., str]
HERE = "四川省科学技术协会"
TOLD = HERE + ": {} shown or changed, {} withdrawn\n"
ONE_AFTER_ANOTHER = """
import sys
from keqiao.ops import cli
sys.exit(max(cli.main(words.split()) for words in sys.argv[1:]))
"""


def environment(home: Path) -> dict[str, str]:
    """Return the settings of the other platform: nothing of ours but the machine."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("KEQIAO_")}
    return kept | {
        "KEQIAO_DEBUG": "1",
        "KEQIAO_HOME": str(home),
        "KEQIAO_ENCODER": "none",
        "KEQIAO_ASSOCIATION": "重庆市科学技术协会",
        "KEQIAO_FEED_KEY": "the key of the other platform " * 2,
    }


@pytest.fixture
def keqiao(tmp_path: Path) -> Run:
    """Return a function that runs commands on the other platform, one after another, and returns what they printed."""

    def run(*commands: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", ONE_AFTER_ANOTHER, *commands],
            env=environment(tmp_path / "other"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Serve the other platform as an association would; yields its address."""
    words = [sys.executable, "-m", "gunicorn", "keqiao.config.wsgi", "--bind", "127.0.0.1:0"]
    with subprocess.Popen(
        words, env=environment(home), stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        lines = iter(server.stderr.readline, "")
        try:
            listening = next(filter(None, (re.search(r"http://[\d.:]+", line) for line in lines)))
            yield listening.group()
        finally:
            server.terminate()


def page(url: str) -> str:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own server on loopback
        text: str = answer.read().decode()
        return text


@pytest.mark.usefixtures("transactional_db")
def test_what_one_platform_opens_and_closes_the_other_shows_as_hers(
    cast: Cast, live_server: LiveServer, keqiao: Run, tmp_path: Path, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    need, offer = cast.open_need(), cast.open_offer()
    hidden = cast.need()
    said = keqiao(
        "setup --quiet",
        f"sister add {live_server.url} --yes",
        "sister read",
        "sister read",
        "index catch-up",
    )
    code = re.findall(r"P-\w{8}", said)[0]
    assert f"name         {HERE}\n" in said
    assert f"{TOLD.format(2, 0)}{TOLD.format(0, 0)}" in said
    with serving(tmp_path / "other") as other:
        found = page(f"{other}/search/?q={quote('锂渣')}")
        assert found.count(f"来自{HERE}（外部平台）") == 2
        assert need.public_title in found
        listed = page(f"{other}/sisters/")
        assert offer.title in listed
        assert hidden.code not in listed
        entry = page(f"{other}/sisters/{code}/{need.code}/")
        assert f'href="{live_server.url}/needs/{need.code}/"' in entry
        assert SECRET not in found + listed + entry

        needs.close(need, Resolution.SOLVED, by=cast.lin)
        said = keqiao(
            "sister read",
            "index catch-up",
            "journal verify",
            "sister read",
            "journal verify",
            "index verify",
        )
        assert said.startswith(TOLD.format(0, 1))
        assert TOLD.format(0, 0) in said
        assert said.count("the chain holds: 5 entries\n") == 2
        assert said.endswith("index and database agree\n")
        found = page(f"{other}/search/?q={quote('锂渣')}")
        assert found.count(f"来自{HERE}（外部平台）") == 1
        assert need.public_title not in found
        listed = page(f"{other}/sisters/")
        assert f"已由{HERE}撤回" in listed
        assert need.code in listed
