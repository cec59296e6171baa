"""Make .venv from nothing but Python: uv from the package index, then exactly what the lock says.

Run by ``make setup`` with any Python of 3.11 or later. A stamp makes the second run quick, and able to work offline.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMP = VENV / "keqiao-stamp"
CATALOG = ROOT / "src" / "keqiao" / "locale" / "en" / "LC_MESSAGES" / "django.po"
INPUTS = ("requirements.lock", "pyproject.toml", "tools/bootstrap.py")
OLDEST = (3, 11)
TOO_OLD = """Keqiao needs Python 3.11 or later; this is {found}.
On Debian 12 or later, or Ubuntu 24.04 or later: apt install python3 python3-venv
Elsewhere: install a newer Python from your system's packages. `make setup PYTHON=/path/to/python3.12` chooses one."""
NO_VENV = """This Python cannot make a virtual environment (the modules venv and ensurepip are missing).
On Debian or Ubuntu: apt install python3-venv
Elsewhere: install Python 3.11 or later from your system's packages."""
NO_PACKAGES = """The packages could not be installed; the lines above say which.
The first set-up needs a package index that pip can reach (a mirror set in pip's own configuration is used)."""


def main() -> int:
    """Make or renew the environment; return the exit status."""
    if sys.version_info < OLDEST:
        print(TOO_OLD.format(found=sys.version.split()[0]), file=sys.stderr)
        return 1
    if is_current():
        return say(compile_messages())
    started = time.monotonic()
    steps = (
        ("environment", make_venv),
        ("uv", install_uv),
        ("packages", install_packages),
        ("keqiao", install_keqiao),
        ("translations", compile_messages),
    )
    STAMP.unlink(missing_ok=True)
    for number, (name, step) in enumerate(steps, start=1):
        print(f"[{number}/{len(steps)}] {name} …", flush=True)
        problem = step()
        if problem:
            return say(problem)
    STAMP.write_text(wanted(), encoding="utf-8")
    print(f"ready in {time.monotonic() - started:.0f} s: {VENV.relative_to(ROOT)}", flush=True)
    return 0


def say(problem: str) -> int:
    """Print what went wrong, if anything; return the exit status."""
    if problem:
        print(problem, file=sys.stderr)
    return int(bool(problem))


def is_current() -> bool:
    """Tell whether the environment was finished from these very inputs and still has its Python."""
    return (
        STAMP.exists()
        and (BIN / "python").exists()
        and STAMP.read_text(encoding="utf-8") == wanted()
    )


def wanted() -> str:
    """Return what tells one state of the inputs from another: Python, place and the files that decide."""
    digest = hashlib.sha256(f"{sys.version}\n{ROOT}\n".encode())
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def make_venv() -> str:
    """Make .venv with this Python, unless one that works is there."""
    if works():
        return ""
    try:
        import ensurepip  # noqa: F401 - only whether it is there
        import venv
    except ImportError:
        return NO_VENV
    if VENV.exists():
        print(f"      making {VENV.name} anew: it is unfinished, moved or of another Python")
        shutil.rmtree(VENV)
    try:
        venv.create(VENV, with_pip=True, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as error:
        return f"{NO_VENV}\n({error})"
    return ""


def works() -> bool:
    """Tell whether .venv has this version of Python, at this place, and pip to install with."""
    script = "import sys, pip; print(*sys.version_info[:2], sys.prefix)"
    try:
        done = subprocess.run(
            [BIN / "python", "-c", script], check=False, capture_output=True, text=True
        )
        head = (BIN / "pip").read_text(encoding="utf-8")[:500]
    except OSError:
        return False
    major, minor = sys.version_info[:2]
    return done.stdout.strip() == f"{major} {minor} {VENV}" and str(BIN) in head


def install_uv() -> str:
    """Put uv into the environment: the version that the lock says, with its hashes."""
    if (BIN / "uv").exists():
        return ""
    lines = VENV / "uv.lock.txt"
    lines.write_text(locked("uv"), encoding="utf-8")
    pip = (BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    return run(*pip, "--no-deps", "--require-hashes", "--requirement", lines)


def locked(name: str) -> str:
    """Return the lines of one package in the lock."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(name)}==.*(?:\n    .*)*", text, re.MULTILINE)
    if found is None:
        sys.exit(
            f"requirements.lock does not say which {name} to install; renew it with: make lock"
        )
    return found.group() + "\n"


def install_packages() -> str:
    """Make the environment hold exactly the locked packages."""
    return run(
        *(BIN / "uv", "pip", "sync", "--quiet", "--python", BIN / "python"),
        *("--require-hashes", ROOT / "requirements.lock"),
    )


def install_keqiao() -> str:
    """Install this checkout, editable, with the build backend that the lock brought."""
    return run(
        *(BIN / "uv", "pip", "install", "--quiet", "--python", BIN / "python"),
        *("--no-deps", "--no-build-isolation", "--editable", ROOT),
    )


def compile_messages() -> str:
    """Write the translations' binary form, if it is older than its source."""
    binary = CATALOG.with_suffix(".mo")
    if not CATALOG.exists():
        return ""
    if binary.exists() and binary.stat().st_mtime >= CATALOG.stat().st_mtime:
        return ""
    return run(BIN / "python", ROOT / "tools" / "messages.py", "compile")


def run(*words: str | Path) -> str:
    """Run a command; return what to say if it failed."""
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV), "UV_NO_PROGRESS": "1"}
    done = subprocess.run([str(word) for word in words], check=False, env=environment, cwd=ROOT)
    return "" if done.returncode == 0 else NO_PACKAGES


if __name__ == "__main__":
    sys.exit(main())
