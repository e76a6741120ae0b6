"""All settings in one typed place: defaults, then a TOML file, then the environment, then flags; the last one wins."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from monitor.edge.config import MOST_PARTITIONS
from topics import names

Port = Annotated[int, Field(ge=0, le=65_535)]
Seconds = Annotated[float, Field(gt=0)]
Topic = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,200}$")]


class Section(BaseModel):
    """A group of settings: frozen, and a misspelt name is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Security(Section):
    """How clients reach Kafka. The names are Kafka's own."""

    protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    sasl_username: str = ""
    sasl_password: SecretStr = SecretStr("")
    ssl_ca_file: Path | None = Field(
        default=None, description="PEM file of the authorities to trust; the system's without it."
    )
    ssl_cert_file: Path | None = Field(default=None, description="PEM file of the client's certificate.")
    ssl_key_file: Path | None = Field(default=None, description="PEM file of the client's key.")
    ssl_key_password: SecretStr = SecretStr("")
    ssl_check_hostname: bool = True

    @property
    def uses_tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.protocol in {"SSL", "SASL_SSL"}

    @property
    def uses_sasl(self) -> bool:
        """Whether clients log in."""
        return self.protocol in {"SASL_PLAINTEXT", "SASL_SSL"}

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.uses_sasl and not (self.sasl_username and self.sasl_password.get_secret_value()):
            raise ValueError(f"{self.protocol} needs sasl_username and sasl_password")
        if (self.ssl_cert_file is None) != (self.ssl_key_file is None):
            raise ValueError("ssl_cert_file and ssl_key_file go together")
        for file in (self.ssl_ca_file, self.ssl_cert_file, self.ssl_key_file):
            if file is not None and not file.is_file():
                raise ValueError(f"{file} is not there")
        return self


class Kafka(Section):
    """The cluster and our place in it."""

    bootstrap: str = "127.0.0.1:9092"
    topic_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{0,80}$")] = ""
    partitions: Annotated[
        int, Field(ge=1, le=MOST_PARTITIONS, description="Of every topic keyed by customer; never changed later.")
    ] = 4
    replication_factor: Annotated[int, Field(ge=1)] = 1
    group: Topic = "post-loan-monitor"
    instance_id: str | None = Field(default=None, description="Static member id: a restart keeps its partitions.")
    security: Security = Security()


class Worker(Section):
    """One worker's limits."""

    snapshot_seconds: Annotated[Seconds, Field(description="Between two snapshots of a partition.")] = 3.0
    commit_seconds: Seconds = 1.0
    session_seconds: Annotated[Seconds, Field(description="Silence after which the group gives partitions away.")] = 6.0
    batch_records: Annotated[int, Field(ge=1, le=10_000)] = 500
    reply_topics: frozenset[Topic] = Field(default=frozenset(), description="Topics a request may name in `reply_to`.")
    input_topics: tuple[Topic, ...] = Field(default=names.INPUT_TOPICS, description="Topics read, keyed by customer.")


class Http(Section):
    """Where /metrics, /healthz and /readyz are served. Port 0 picks a free one."""

    host: str = "127.0.0.1"
    port: Port = 8080


class Settings(Section):
    """Everything that can be set."""

    kafka: Kafka = Kafka()
    worker: Worker = Worker()
    http: Http = Http()


def flattened(values: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """Nested settings as `section.name` -> value."""
    flat: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= flattened(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat
