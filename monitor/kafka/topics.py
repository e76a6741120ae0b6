"""`monitor topics apply|show`: the catalogue against what a cluster has. Creates what is missing, never more."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError, TopicAlreadyExistsError

from monitor.errors import UserError
from topics.catalogue import FOREVER, Topic

_DAY_MS = 86_400_000
_SAFE_REPLICAS = 2  # in sync, before a write is acknowledged: a broker may be lost and the journal not


@dataclass(frozen=True, slots=True)
class Layout:
    """A topic as a cluster has it, or should: full name, numbers, and the Kafka settings we care about."""

    name: str
    partitions: int
    replication: int
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something about an existing topic that is not as the catalogue says, and that we do not touch."""

    topic: str
    setting: str
    wanted: str
    found: str

    def __str__(self) -> str:
        return f"{self.topic}: {self.setting} is {self.found}, should be {self.wanted}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to create, what differs and is left alone, and the topics the catalogue does not know."""

    create: tuple[Layout, ...]
    differ: tuple[Difference, ...]
    unknown: tuple[str, ...]


def layouts(catalogue: Iterable[Topic], partitions: int, replication: int, prefix: str = "") -> list[Layout]:
    """Lay out the catalogue for a cluster; `partitions` holds for every topic but the global ones."""
    return [
        Layout(
            name=prefix + topic.name,
            partitions=1 if topic.partitions == "one" else partitions,
            replication=replication,
            settings=_settings(topic, replication),
        )
        for topic in catalogue
    ]


def _settings(topic: Topic, replication: int) -> dict[str, str]:
    return {
        "cleanup.policy": topic.cleanup_policy,
        "message.timestamp.type": topic.timestamp_type,
        "min.insync.replicas": str(min(_SAFE_REPLICAS, replication)),
        "unclean.leader.election.enable": "false",
    } | _keeping(topic)


def _keeping(topic: Topic) -> dict[str, str]:
    if topic.cleanup_policy == "compact":
        return {"min.compaction.lag.ms": str(topic.compaction_lag_days * _DAY_MS)}
    days = topic.retention_days
    return {"retention.ms": str(days if days == FOREVER else days * _DAY_MS), "retention.bytes": "-1"}


def plan(wanted: Sequence[Layout], existing: Mapping[str, Layout], prefix: str = "") -> Plan:
    """Compare. `existing` by name; names outside `prefix` and Kafka's own are nobody's business here."""
    known = {layout.name for layout in wanted}
    return Plan(
        create=tuple(layout for layout in wanted if layout.name not in existing),
        differ=tuple(
            difference
            for layout in wanted
            if layout.name in existing
            for difference in _differences(layout, existing[layout.name])
        ),
        unknown=tuple(sorted(name for name in existing if name not in known and _ours(name, prefix))),
    )


def _ours(name: str, prefix: str) -> bool:
    return name.startswith(prefix) and not name.startswith("__")


def _differences(wanted: Layout, found: Layout) -> Iterator[Difference]:
    right, left = _described(wanted), _described(found)
    for setting, value in right.items():
        if left.get(setting) != value:
            yield Difference(wanted.name, setting, value, left.get(setting, "unknown"))


def _described(layout: Layout) -> dict[str, str]:
    numbers = {"partitions": str(layout.partitions), "replication factor": str(layout.replication)}
    return numbers | dict(layout.settings)


def show(connection: Mapping[str, Any], wanted: Sequence[Layout], prefix: str = "") -> Plan:
    """Compare with a cluster and change nothing. `connection`: keyword arguments of kafka-python's clients."""
    with _admin(connection) as admin:
        return plan(wanted, _existing(admin, {layout.name for layout in wanted}), prefix)


def apply(connection: Mapping[str, Any], wanted: Sequence[Layout], prefix: str = "") -> Plan:
    """Create what is missing and return the plan that was carried out.

    Raises UserError naming the topics the cluster would not create, after creating the others.
    """
    with _admin(connection) as admin:
        todo = plan(wanted, _existing(admin, {layout.name for layout in wanted}), prefix)
        if todo.create:
            _create(admin, todo.create)
        return todo


@contextmanager
def _admin(connection: Mapping[str, Any]) -> Iterator[Any]:
    try:
        admin = KafkaAdminClient(**connection)
        try:
            yield admin
        finally:
            admin.close()
    except KafkaError as error:
        where = connection.get("bootstrap_servers")
        raise UserError(
            f"Kafka at {where} does not do as asked: {type(error).__name__}",
            "Check the address and rights in `monitor config`, or start one with `monitor kafka up`.",
        ) from error


def _existing(admin: Any, wanted: set[str]) -> dict[str, Layout]:
    """Ask by name only for what is there: asking for what is not may create it."""
    names = set(admin.list_topics())
    asked = sorted(names & wanted)
    described = {topic["name"]: topic for topic in admin.describe_topics(asked)} if asked else {}
    settings = _settings_of(admin, described)
    return {name: _layout(name, described.get(name), settings.get(name, {})) for name in names}


def _layout(name: str, topic: Mapping[str, Any] | None, settings: Mapping[str, str]) -> Layout:
    partitions = topic["partitions"] if topic else []
    replication = min((len(partition["replica_nodes"]) for partition in partitions), default=0)
    return Layout(name, len(partitions), replication, settings)


def _settings_of(admin: Any, names: Iterable[str]) -> dict[str, dict[str, str]]:
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    answer = admin.describe_configs(resources, config_filter="all") if resources else {}
    return {
        name: {setting: data["value"] for setting, data in settings.items()}
        for name, settings in answer.get("topic", {}).items()
    }


def _create(admin: Any, missing: Sequence[Layout]) -> None:
    request = {
        layout.name: {
            "num_partitions": layout.partitions,
            "replication_factor": layout.replication,
            "configs": dict(layout.settings),
        }
        for layout in missing
    }
    answer = admin.create_topics(request, raise_errors=False, wait_for_metadata=False)
    harmless = {0, TopicAlreadyExistsError.errno}  # somebody else created it just now
    refused = [topic for topic in answer["topics"] if topic["error_code"] not in harmless]
    if refused:
        reasons = "; ".join(f"{topic['name']}: {topic['error_message']}" for topic in refused)
        raise UserError(
            f"The cluster would not create {reasons}", "Change the numbers or ask its owner, then apply again."
        )
    admin.wait_for_topics(list(request))
