"""The journal of a running system applied again, read-only: audit, and what another rule set would have decided."""

from collections.abc import Iterator
from typing import NamedTuple

from monitor.app import edge_config, topics_explained
from monitor.edge.checks import check_cluster
from monitor.edge.kafka_replay import open_replay
from monitor.edge.refusal import Refusal
from monitor.edge.replay import Step
from monitor.edge.seams import TransientError
from monitor.engine.engine import Engine
from monitor.engine.globals import GlobalInputs
from monitor.errors import UserError
from monitor.kafka.reachable import check_reachable
from monitor.offline import new_engine
from monitor.settings import Settings
from rules import catalogue
from rules.rule_set import parse
from topics import names


class Replayed(NamedTuple):
    """One journalled batch applied again, and the engine it was applied to."""

    partition: int
    step: Step
    engine: Engine


def replay_journal(settings: Settings, document: str | None = None) -> Iterator[Replayed]:
    """Replay every partition from the start of its journal. Raises UserError, also when a partition is refused.

    Without `document` under the rule sets that were in force, so every batch must match; with it, the rule sets of
    `controls` are passed over and all is decided by that one: what does not match is what would change.
    """
    config = edge_config(settings)
    check_reachable(settings.kafka)
    with topics_explained():
        check_cluster(config)
    inputs, rules = GlobalInputs(), catalogue.load()
    rule_set = parse(document or catalogue.packaged(), rules)
    inputs.fixed_rules = document is not None
    try:
        with open_replay(config, dict.fromkeys(names.GLOBAL_TOPICS, inputs.take)) as journal:
            for partition in range(settings.kafka.partitions):
                engine = new_engine(
                    partition, rules, rule_set, inputs, settings.worker.reply_topics, settings.kafka.partitions
                )
                for step in journal.steps(partition, engine, accept_foreign=document is not None):
                    yield Replayed(partition, step, engine)
    except TransientError as error:
        raise UserError(str(error), "Is Kafka up? See: monitor topics show") from error
    except Refusal as refusal:
        raise UserError(str(refusal), "What to do about this name is in docs/adr/0003-journal.md") from refusal
