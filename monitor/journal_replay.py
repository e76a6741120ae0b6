"""The journal of a running system applied again, read-only: audit, and what another rule set would have decided."""

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from monitor.app import edge_config
from monitor.edge.broadcast import KafkaBroadcast
from monitor.edge.config import EdgeConfig
from monitor.edge.kafka_reader import KafkaReader
from monitor.edge.replay import JournalTopics, Rules, Step, replay
from monitor.engine.engine import Engine
from monitor.engine.globals import GlobalInputs
from monitor.errors import UserError
from monitor.offline import new_engine
from monitor.settings import Settings
from rules import catalogue
from rules.rule_set import parse
from topics import names

_READY_S = 60.0


class Replayed(NamedTuple):
    """One journalled batch applied again, and the engine it was applied to."""

    partition: int
    step: Step
    engine: Engine


def replay_journal(settings: Settings, document: str | None = None) -> Iterator[Replayed]:
    """Replay every partition from the start of its journal.

    Without `document` under the rule sets that were in force, so every batch must match; with it, `controls` are
    passed over and all is decided by that rule set: what does not match is what would change.
    """
    config, inputs, rules = edge_config(settings), GlobalInputs(), catalogue.load()
    rule_set = parse(document or catalogue.packaged(), rules)
    if document is not None:
        inputs.fixed_rules = True
    with closing(_broadcast(config, inputs)) as broadcast:
        accepted = Rules(config.engine_version, broadcast.known, accept_foreign=document is not None)
        for partition in range(settings.kafka.partitions):
            engine = new_engine(partition, rules, rule_set, inputs, settings.worker.reply_topics)
            for step in _steps(config, partition, engine, accepted):
                yield Replayed(partition, step, engine)


def _steps(config: EdgeConfig, partition: int, engine: Engine, accepted: Rules) -> Iterator[Step]:
    topics = JournalTopics(config.topics.inputs, config.topics.journal, config.topics.state)
    with closing(KafkaReader(config, lambda: True)) as reader, closing(KafkaReader(config, lambda: True)) as events:
        yield from replay(reader, events, topics, partition, engine, accepted)


def _broadcast(config: EdgeConfig, inputs: GlobalInputs) -> KafkaBroadcast:
    def fail(error: BaseException) -> None:
        raise UserError(f"{names.REFERENCE} or {names.CONTROLS} cannot be read: {error}", "See: monitor topics show")

    broadcast = KafkaBroadcast(config, {names.REFERENCE: inputs.take, names.CONTROLS: inputs.take}, fail)
    broadcast.start()
    if not broadcast.wait_ready(_READY_S):
        broadcast.close()
        raise UserError(f"{names.REFERENCE} and {names.CONTROLS} were not read in {_READY_S:g} s", "Is Kafka up?")
    return broadcast
