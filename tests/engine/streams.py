"""A stretch of the simulated bank, with the troubles of a real one, and a partition that takes it in batches."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from random import Random

import msgspec

from monitor.engine.api import Batch, Entry, Output, Record
from monitor.engine.engine import Engine
from monitor.engine.globals import GlobalInputs
from monitor.offline import new_engine
from monitor.simulator.bank import Bank, Plan
from monitor.simulator.casting import Shares
from rules.catalogue import load, packaged
from rules.rule_set import parse
from topics import names

RULES = load()
LIVELY = Plan(seed=11, customers=30, days=8, shares=Shares(episodes=0.3, look_alikes=0.2))


def records(plan: Plan) -> tuple[GlobalInputs, list[Record]]:
    """Reference data, all in force from the start, and the records of one partition."""
    inputs, found = GlobalInputs(), []
    offsets = dict.fromkeys(names.ALL_TOPICS, 0)
    encode = msgspec.json.Encoder().encode
    for delivery in Bank(plan).stream():
        topic = delivery.topic
        record = Record(topic, offsets[topic], delivery.append_time, delivery.key, encode(delivery.message))
        offsets[topic] += 1
        if topic in names.GLOBAL_TOPICS:
            inputs.take(record)
        else:
            found.append(record)
    return inputs, found


def troubled(found: list[Record], seed: int) -> list[Record]:
    """The same records, some sent twice, some neighbours exchanged, some cut off in the middle."""
    random, out = Random(seed), list[Record]()
    for record in found:
        out.append(record)
        trouble = random.random()
        if trouble < 0.02:
            out.insert(random.randrange(max(0, len(out) - 200), len(out)), random.choice(out))
        elif trouble < 0.04 and len(out) > 1:
            out[-1], out[-2] = out[-2], out[-1]
        elif trouble < 0.045:
            out[-1] = record._replace(value=(record.value or b"")[:-5])
    return out


def batches(inputs: GlobalInputs, found: list[Record], size: int) -> list[Batch]:
    """Batches of `size` records; the clock is read at the newest one."""
    groups = [tuple(found[start : start + size]) for start in range(0, len(found), size)]
    reference, controls = inputs.reference.next_offset, inputs.controls.next_offset
    return [
        Batch(1, number, max(record.timestamp for record in group), reference, controls, group)
        for number, group in enumerate(groups)
    ]


def one_by_one(work: Iterable[Batch]) -> Iterator[Batch]:
    """The same records at the same readings of the clock, each in a batch of its own."""
    for batch in work:
        for record in batch.records:
            yield batch._replace(records=(record,))


def engine(inputs: GlobalInputs, entries: Iterable[Entry] = ()) -> Engine:
    """A fresh engine, or one that goes on from a complete cut."""
    made = new_engine(0, RULES, parse(packaged("enforce_all"), RULES), inputs)
    made.restore(entries)
    return made


def play(partition: Engine, work: Iterable[Batch]) -> list[Output]:
    """Apply batches; all outputs."""
    return [output for batch in work for output in partition.apply(batch)]


def digest(*parts: Iterable[object]) -> str:
    """One word for everything that came out and everything kept."""
    total = blake2b(digest_size=16)
    for part in parts:
        for item in part:
            total.update(repr(item).encode())
    return total.hexdigest()
