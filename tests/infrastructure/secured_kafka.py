"""A real broker that lets nobody in without TLS and a login, beside a plain listener for the test's own clients."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka.admin import AdminClient, ScramCredentialInfo, ScramMechanism, UserScramCredentialUpsertion

from monitor.kafka.distribution import fetch_distribution
from monitor.kafka.local import LocalKafka
from monitor.kafka.ports import free_port
from monitor.paths import cache_dir

_NAMES = "san=dns:localhost"
USER, PASSWORD = "monitor", "only-in-this-test-7c1"
_STORE = "changeit"
_SETTINGS = """
listeners=PLAINTEXT://{{host}}:{{port}},SASL_SSL://{{host}}:{secured},CONTROLLER://{{host}}:{{controller_port}}
advertised.listeners=PLAINTEXT://{{host}}:{{port}},SASL_SSL://localhost:{secured}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-256
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=\\
  org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.location={keystore}
ssl.keystore.type=PKCS12
ssl.keystore.password={password}
ssl.key.password={password}
"""


@dataclass(frozen=True)
class SecuredKafka:
    """`plain`: for the test's own clients. `secured`: SASL_SSL, SCRAM-SHA-256. `authority`: PEM of whom to trust."""

    plain: str
    secured: str
    authority: Path

    def environment(self, password: str = PASSWORD) -> dict[str, str]:
        """The settings with which a process of the product gets in, as `section__name`."""
        return {
            "kafka__bootstrap": self.secured,
            "kafka__security__protocol": "SASL_SSL",
            "kafka__security__sasl_mechanism": "SCRAM-SHA-256",
            "kafka__security__sasl_username": USER,
            "kafka__security__sasl_password": password,
            "kafka__security__ssl_ca_file": str(self.authority),
        }


@contextmanager
def secured_kafka(folder: Path) -> Iterator[SecuredKafka]:
    """Start one in `folder`, with a certificate of its own and one user."""
    port = free_port()
    keystore, authority = _certificate(folder)
    settings = _SETTINGS.format(secured=port, keystore=keystore, password=_STORE)
    with LocalKafka(folder / "broker", settings=settings) as broker:
        plain = broker.start()
        _add_user(plain)
        yield SecuredKafka(plain, f"localhost:{port}", authority)


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Make a key with a certificate signed by itself, by the tool that lies in every Java; -> key store and PEM."""
    store, pem = folder / "broker.p12", folder / "authority.pem"
    _keytool(store, "-genkeypair", "-keyalg", "RSA", "-validity", "2", "-dname", "CN=localhost", "-ext", _NAMES)
    pem.write_text(_keytool(store, "-exportcert", "-rfc"))
    return store, pem


def _keytool(store: Path, *arguments: str) -> str:
    java = fetch_distribution(cache_dir()).java.launcher
    common = ("-alias", "broker", "-keystore", str(store), "-storetype", "PKCS12", "-storepass", _STORE)
    command = [str(java), "sun.security.tools.keytool.Main", *arguments, *common]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def _add_user(bootstrap: str) -> None:
    """Let the one user in; the broker keeps salted hashes only."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    how = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096)
    added = admin.alter_user_scram_credentials([UserScramCredentialUpsertion(USER, how, PASSWORD.encode())])
    added[USER].result(30)
