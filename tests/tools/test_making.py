"""What ``make`` runs: the lock names no host and covers every dependency, and the tools say plainly what went wrong."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import psutil
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

Load = Callable[[str], ModuleType]
ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def wanted() -> Iterator[Requirement]:
    """Yield every dependency that pyproject.toml states."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = stated["project"]["dependencies"] + stated["dependency-groups"]["dev"]
    lines += stated["build-system"]["requires"]
    yield from map(Requirement, lines)


def test_the_lock_names_no_host() -> None:
    assert "://" not in LOCK
    assert "--index" not in LOCK


def test_the_lock_holds_every_stated_dependency_in_a_version_that_fits() -> None:
    held = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", LOCK, re.MULTILINE))
    for one in wanted():
        version = held.get(canonicalize_name(one.name))
        assert version is not None, f"{one.name} is not in the lock: make lock"
        assert one.specifier.contains(version, prereleases=True), f"{one} but {version}: make lock"


def test_every_locked_package_has_its_hashes() -> None:
    for package in re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in package, package.splitlines()[0]


def test_the_bootstrap_takes_uv_from_the_lock(load: Load) -> None:
    lines = load("bootstrap").locked("uv").splitlines()
    assert lines[0].startswith("uv==")
    assert all(line.strip().startswith("--hash=sha256:") for line in lines[1:])


def test_a_python_that_is_too_old_is_told_what_to_get(
    load: Load, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap = load("bootstrap")
    monkeypatch.setattr(bootstrap, "OLDEST", (9, 0))
    assert bootstrap.main() == 1
    assert "needs Python 3.11 or later" in capsys.readouterr().err


def test_a_python_without_venv_is_told_what_to_install(
    load: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bootstrap = load("bootstrap")
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "BIN", tmp_path / ".venv" / "bin")
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert "apt install python3-venv" in bootstrap.make_venv()
    assert not (tmp_path / ".venv").exists()


def test_without_any_python_make_says_what_to_get() -> None:
    make = shutil.which("make")
    assert make is not None
    said = subprocess.run(
        [make, "setup", "PYTHON="], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert said.returncode != 0
    assert "needs Python 3.11 or later and found none" in said.stdout
    assert "Traceback" not in said.stdout + said.stderr


def test_a_chosen_browser_that_does_not_run_is_refused(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEQIAO_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(SystemExit, match=r"KEQIAO_CHROMIUM is '/nowhere/chromium'"):
        load("browser").find()


def test_a_system_without_a_browser_is_told_every_way_to_get_one(
    load: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("KEQIAO_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:1")
    with pytest.raises(SystemExit, match="apt install chromium"):
        load("browser").provide()


def test_the_counts_of_a_run_come_from_its_report(load: Load, tmp_path: Path) -> None:
    tool = load("test")
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="9" failures="1" errors="2" skipped="3"/></testsuites>',
        encoding="utf-8",
    )
    result = tool.Result("sqlite", 1, 2.0, tool.counted(report))
    assert "FAILED" in result.line()
    assert "3 passed, 3 failed, 3 skipped" in result.line()
    assert "no report" in tool.Result("sqlite", 1, 2.0, tool.counted(tmp_path / "none")).line()


def test_an_unknown_database_is_refused(
    load: Load, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KEQIAO_TEST_ON", "oracle")
    assert load("test").main([]) == 2
    assert "expected sqlite, postgresql, or both" in capsys.readouterr().err


def is_running(process: int) -> bool:
    """Return whether a process lives; one that ended and waits to be collected does not."""
    try:
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


ASKING = """
import sys
from pathlib import Path
import psycopg, postgres
folder = Path(sys.argv[1])
with postgres.running(folder) as address, psycopg.connect(address) as connection:
    print(*connection.execute("SELECT current_setting('fsync')").fetchone())
    print((folder / "postmaster.pid").read_text(encoding="utf-8").split()[0])
"""


def test_a_postgresql_starts_answers_and_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    before = {parent: parent.stat().st_mode for parent in folder.parents}
    asked = subprocess.run(  # in a process of its own, as the tools do: this one's threads do not survive a fork
        [sys.executable, "-c", ASKING, str(folder)],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT / "tools",
    )
    answer, process = asked.stdout.split()[-2:]
    assert answer == "off"
    assert not folder.exists()
    assert before == {parent: parent.stat().st_mode for parent in before}
    assert not is_running(int(process))


def test_a_folder_without_a_server_is_nothing_to_stop(load: Load, tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n", encoding="utf-8")
    load("postgres").stop_left_over(tmp_path)  # this process is no server: it must live on
    load("postgres").stop_left_over(tmp_path / "none")


def test_the_audits_report_is_told_in_words_and_no_report_is_no_verdict(load: Load) -> None:
    check = load("check")
    report = """{"dependencies": [{"name": "a", "version": "1", "vulns": []},
        {"name": "b", "version": "2", "vulns": [{"id": "X-1", "fix_versions": ["3"]}]}]}"""
    assert check.weaknesses(report) == ["b 2: X-1, mended in 3"]
    with pytest.raises(ValueError, match="Expecting value"):
        check.weaknesses("the network is down")
