"""What the journal asks of the cluster, checked before a worker starts."""

import logging
from collections.abc import Mapping
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from monitor.edge.config import MOST_PARTITIONS, EdgeConfig

log = logging.getLogger(__name__)
TIMEOUT_SECONDS = 15.0
Settings = Mapping[str, Mapping[str, str]]  # logical topic -> setting -> value


class ClusterError(Exception):
    """The topics are not as they must be; the message names every difference."""


def check_cluster(config: EdgeConfig) -> None:
    """Raise ClusterError on what would lose data or split customers; log what is only unwise."""
    try:
        counts, settings = _ask(config)
    except KafkaException as error:
        raise ClusterError(f"the broker at {config.bootstrap} does not answer: {error}") from error
    faults = partition_faults(config, counts) + policy_faults(config, settings)
    if faults:
        raise ClusterError("; ".join(faults))
    for warning in warnings(settings):
        log.warning(warning)


def _ask(config: EdgeConfig) -> tuple[dict[str, int], dict[str, dict[str, str]]]:
    admin = AdminClient(config.client())
    physical = config.topics.physical
    found = admin.list_topics(timeout=TIMEOUT_SECONDS).topics
    counts = {topic: len(found[physical(topic)].partitions) for topic in _all(config) if physical(topic) in found}
    kept = [topic for topic in (config.topics.journal, config.topics.state) if topic in counts]
    return counts, {topic: _settings(admin, physical(topic)) for topic in kept}


def _settings(admin: Any, name: str) -> dict[str, str]:
    resource = ConfigResource(ResourceType.TOPIC, name)
    entries = admin.describe_configs([resource])[resource].result(TIMEOUT_SECONDS)
    return {key: entry.value for key, entry in entries.items()}


def _all(config: EdgeConfig) -> list[str]:
    topics = config.topics
    return [*topics.inputs, *topics.outputs, topics.journal, topics.state, topics.reference, topics.controls]


def partition_faults(config: EdgeConfig, counts: Mapping[str, int]) -> list[str]:
    """Topics that are missing or have another number of partitions. `counts`: partitions by logical name."""
    topics = config.topics
    single = (topics.reference, topics.controls)
    faults = [f"topic {topic} is missing" for topic in _all(config) if topic not in counts]
    faults += [f"topic {topic} has {counts[topic]} partitions, not 1" for topic in single if counts.get(topic, 1) != 1]
    keyed = {topic: count for topic, count in counts.items() if topic not in single}
    if len(set(keyed.values())) > 1:
        faults.append(f"all topics keyed by customer need the same number of partitions, they have {keyed}")
    if (most := max(keyed.values(), default=0)) > MOST_PARTITIONS:
        faults.append(f"{most} partitions are more than the {MOST_PARTITIONS} one worker can take over")
    return faults


def policy_faults(config: EdgeConfig, settings: Settings) -> list[str]:
    """A compacted journal loses its order; a state that is deleted loses customers."""
    faults = []
    journal = settings.get(config.topics.journal, {}).get("cleanup.policy", "delete")
    state = settings.get(config.topics.state, {}).get("cleanup.policy", "compact")
    if journal != "delete":
        faults.append(f"cleanup.policy of {config.topics.journal} is {journal}, it must be delete")
    if state != "compact":
        faults.append(f"cleanup.policy of {config.topics.state} is {state}, it must be compact and nothing else")
    return faults


def warnings(settings: Settings) -> list[str]:
    """What a production cluster must have and a single broker cannot."""
    found = []
    for topic, values in sorted(settings.items()):
        if int(values.get("min.insync.replicas", "2")) < 2:  # noqa: PLR2004  # two copies: one may die
            found.append(f"min.insync.replicas of {topic} is below 2: one dead disk loses acknowledged records")
        if values.get("unclean.leader.election.enable") == "true":
            found.append(f"unclean.leader.election.enable of {topic}: an election may lose acknowledged records")
    return found
