"""What all partitions of a process read, `reference` and `controls`: decoded once, each at its own offset."""

from monitor.engine.api import Record
from monitor.engine.reference.controls import ControlsLog, Refusal
from monitor.engine.reference.floor import Floor
from monitor.engine.reference.refused import RefusedLog
from monitor.engine.reference.store import ReferenceStore
from topics import names
from topics.codec import decode
from topics.operations import RuleSetPublished
from topics.refusals import Refused


class GlobalInputs:
    """One thread appends, partitions read. Records come in order of offset, from the first one kept."""

    def __init__(self) -> None:
        self.reference = ReferenceStore()
        self.controls = ControlsLog()
        self.fixed_rules = False  # a backtest decides everything by its own rule set: those published are passed over
        self.refused = {topic: RefusedLog() for topic in names.GLOBAL_TOPICS}
        self.floors = {topic: Floor() for topic in names.GLOBAL_TOPICS}

    def reached(self, reference: int, controls: int) -> None:
        """Both topics were read up to here: offsets without a record (compacted, or a transaction's) count as read."""
        self.reference.skip_to(reference)
        self.controls.skip_to(controls)

    def needed_from(self, reference: int, controls: int) -> None:
        """No partition of this process will ask for what lies below these offsets. Any thread."""
        self.floors[names.REFERENCE].needed = reference
        self.floors[names.CONTROLS].needed = controls

    def take(self, record: Record) -> None:
        """Append one record of either topic; what is refused is kept for the partition that reports it."""
        floor = self.floors[record.topic].passed(record.offset, record.timestamp)
        if record.topic == names.REFERENCE:
            self.reference.raise_floor(floor)
        try:
            message = decode(record.topic, record.key, record.value, record.timestamp)
        except Refused as refused:
            self._refuse(record, refused, floor)
            return
        if record.topic == names.REFERENCE:
            self.reference.append(record.offset, message)  # type: ignore[arg-type] # the codec knows the topic's types
        elif self.fixed_rules and isinstance(message, RuleSetPublished):
            self.controls.skip_to(record.offset + 1)
        else:
            self.controls.append(record.offset, message)  # type: ignore[arg-type]

    def _refuse(self, record: Record, refused: Refused, floor: int) -> None:
        self.refused[record.topic].append(record, refused, floor=floor)
        if record.topic == names.REFERENCE:
            self.reference.skip_to(record.offset + 1)
        else:
            self.controls.append(record.offset, Refusal(refused.reason, refused.detail))
