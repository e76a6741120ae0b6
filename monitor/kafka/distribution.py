"""Apache Kafka as the local broker runs it: jars, a Java runtime, and what makes the next start quick."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import UserError
from monitor.kafka.cache import fetch_once, pip_install, run_tool
from monitor.kafka.java import Java, find_or_fetch_java

KAFKA_VERSION = "4.3.1"
COORDINATES = (
    f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3",
    "org.apache.logging.log4j:log4j-core:2.24.3",
)
JGO = "jgo==3.2.0"
_RESOURCES = Path(__file__).parent
# `!` makes jgo take a coordinate as its own root. Without it log4j's bill of materials replaces kafka-clients.
_RESOLVE = """
import shutil, sys, jgo
environment = jgo.build("+".join(c + "!" for c in sys.argv[3:]), cache_dir=sys.argv[2])
for jar in environment.all_jars:
    shutil.copy(jar, sys.argv[1])
"""


@dataclass(frozen=True)
class Distribution:
    """Everything a broker needs to start, complete in the cache folder."""

    java: Java
    libraries: Path
    cache: Path

    @property
    def archive(self) -> Path:
        """Class-data archive for exactly this Java; used when it exists."""
        return self.cache / f"kafka-{KAFKA_VERSION}-classes-{self.java.fingerprint}" / "classes"

    def command(self, main_class: str, *arguments: str, options: tuple[str, ...] = ()) -> list[str]:
        """Build a command line that runs `main_class` of Kafka."""
        jars = ":".join(sorted(str(jar) for jar in self.libraries.glob("*.jar")))
        logging = f"-Dlog4j2.configurationFile={_RESOURCES / 'log4j2.xml'}"
        return [str(self.java.launcher), *options, logging, "-cp", jars, main_class, *arguments]


def fetch_distribution(cache: Path) -> Distribution:
    """Fetch Java and Kafka into `cache`, each once; from then on this only looks."""
    java = find_or_fetch_java(cache)
    libraries = fetch_once(_libraries(cache), lambda target: _fetch_jars(target, cache))
    return Distribution(java, libraries, cache)


def is_fetched(cache: Path) -> bool:
    """Whether Kafka itself is in `cache` already."""
    return _libraries(cache).exists()


def _libraries(cache: Path) -> Path:
    return cache / f"kafka-{KAFKA_VERSION}"


def _fetch_jars(target: Path, cache: Path) -> None:
    if shutil.which("mvn"):
        _fetch_with_maven(target)
    else:
        _fetch_with_jgo(target, cache)
    if not (target / f"kafka_2.13-{KAFKA_VERSION}.jar").exists():
        raise UserError("the fetched files hold no Kafka", "Remove the cache folder and try again.")


def _fetch_with_maven(target: Path) -> None:
    pom = _RESOURCES / "pom.xml"
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={target}"]
    mvn = ["mvn", "-q", "-B", "-f", str(pom), *goal]
    run_tool(mvn, "Maven could not fetch Kafka", "Check that this machine reaches a Maven repository.")


def _fetch_with_jgo(target: Path, cache: Path) -> None:
    resolver = fetch_once(cache / JGO.replace("==", "-"), lambda folder: pip_install(folder, JGO))
    download = target / "download"
    command = [sys.executable, "-c", _RESOLVE, str(target), str(download), *COORDINATES]
    remedy = "Check that this machine reaches a Maven repository."
    run_tool(command, "jgo could not fetch Kafka", remedy, pythonpath=resolver)
    shutil.rmtree(download)
