"""Every metric the monitor publishes, in one commented catalogue.

Labels are bounded: topic, partition, rule code, outcome, reason code; never a customer. What is counted is counted in
plain ints by the engine and the edge; `monitor/metrics_export.py` turns them into what Prometheus reads.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `source`: the name under which engine or edge counts it; without `monitor_`, unit and `_total`."""

    name: str
    kind: Literal["counter", "gauge", "histogram", "info"]
    help: str
    labels: tuple[str, ...] = ()
    source: str = ""


def _engine(source: str, text: str, *labels: str, name: str = "") -> Metric:
    return Metric(f"monitor_{name or source}", "counter", text, labels, source)


def _edge(source: str, text: str, *, name: str = "") -> Metric:
    return Metric(f"monitor_{name or source}", "counter", text, (), source)


def _gauge(name: str, text: str, *labels: str, source: str = "") -> Metric:
    return Metric(f"monitor_{name}", "gauge", text, labels, source or name)


# Counted by the engines, summed over the partitions this worker has had. The source is the engine's counter.
ENGINE_COUNTERS = (
    # What came in and what was answered: the rate and the errors of decisions.
    _engine("records", "Messages applied, refused ones included.", "topic"),
    _engine("decisions", "Decisions taken; a repeated message is answered but not decided again.", "action"),
    _engine("too_late", "Decisions on what could no longer be stopped."),
    _engine("degraded", "Decisions taken although a rule failed."),
    _engine("repeats", "Messages that came again and got their first answer again."),
    _engine("dead_letters", "Messages refused, by stable reason.", "topic", "reason"),
    _engine("tolerated", "Odd messages taken all the same, by stable reason.", "reason"),
    _engine("reply_refused", "Answers not sent to a `reply_to` this worker does not allow.", name="replies_refused"),
    # Rules.
    _engine("rule_hits", "Rules that fired, by the mode they were in.", "rule", "mode"),
    _engine("rule_errors", "Rules that raised; the decision is then degraded.", "rule"),
    _engine("budget_exceeded", "Blocks lowered to alerts because the rule's block budget was used up.", "rule"),
    _engine("blocks", "Blocks that reached a state: ARMED, OBEYED, RELEASED, EXPIRED.", "status", "rule"),
    _engine("alerts", "Alert episodes that reached a state.", "rule", "status"),
    _engine("alerts_cooled", "Alerts not raised because an analyst's verdict still cools the subject down.", "rule"),
    _engine("challenges_failed", "Challenges failed or abandoned.", "outcome"),
    _engine("challenges_not_redeemed", "Requests that named a challenge which does not speak for them."),
    # Loan money between customers.
    _engine("tags", "Payments with loan money told to, or by, another customer's partition.", "direction"),
    _engine("books", "Loan money that ended in another customer's account, told to or by the borrower's.", "direction"),
    _engine("clears", "Words to other partitions that all applied payments are tagged, and those not given.", "result"),
    _engine("blocks_of_closed_draws", "Blocks released because the loan they rest on was closed.", "rule"),
    # People and controls.
    _engine("dispositions", "Verdicts of analysts.", "verdict"),
    _engine("controls", "Control messages, accepted or refused.", "result"),
    # State and tracing.
    _engine("evicted", "Pieces of state dropped for lack of room, always to the safe side.", "kind"),
    _engine("expired", "Pieces of state that came to their end.", "kind"),
    _engine("tracing", "What interrupted exact tracing, and why trails ended (`cut_…`).", "event"),
)

# Counted by the edge. The source is a field of EdgeStats.
EDGE_COUNTERS = (
    # Work.
    _edge("batches", "Batches applied and journalled."),
    _edge("ticks", "Batches without a message, for timers."),
    _edge("outputs", "Messages sent."),
    _edge("journal_bytes", "Bytes appended to the journal."),
    # Ownership and recovery.
    _edge("claims", "Claims written to the journal."),
    _edge("shifts", "Appends that moved because a stale owner had written in between."),
    _edge("lost", "Partitions lost to another owner by the journal's order.", name="partitions_lost"),
    _edge("void_batches", "Journal records of superseded owners that were passed over."),
    _edge("take_overs", "Partitions taken over."),
    _edge("replayed", "Batches replayed from the journal.", name="batches_replayed"),
    _edge("resent", "Outputs sent again after a take-over, with the same bytes.", name="outputs_resent"),
    # Alarm: a replay that decided otherwise than the journal says.
    _edge("replay_mismatch", "Replayed batches whose outputs differ from the journal's digest."),
    _edge("snapshots", "Snapshots published."),
    _edge("snapshot_entries", "Pieces of state written to snapshots."),
    _edge("snapshot_failures", "Snapshots given up."),
    _edge("refused", "Take-overs refused because part of the state was missing or foreign.", name="take_overs_refused"),
)

# Durations, counted by the edge in buckets. The source is a Histogram of EdgeStats.
HISTOGRAMS = (
    Metric("monitor_decision_seconds", "histogram", "From append to acknowledged answer.", (), "decision_seconds"),
    Metric("monitor_journal_append_seconds", "histogram", "From append to acknowledged journal.", (), "append_seconds"),
)

# What stands now, for each partition of this worker. The source is a field of PartitionStats.
PARTITION_GAUGES = (
    _gauge("lag_records", "Messages not applied yet.", "partition"),
    _gauge("lag_seconds", "Age of the oldest message not applied yet.", "partition", source="lag_ms"),
    _gauge("inbox_records", "Messages fetched and waiting.", "partition", source="inbox"),
    _gauge("in_flight_batches", "Batches applied and not yet acknowledged.", "partition", source="in_flight"),
    _gauge("state_entries", "Pieces of state in the newest snapshot.", "partition", source="entries"),
    _gauge(
        "journal_age_seconds", "Since the newest journal record; rises when idle.", "partition", source="journal_ms"
    ),
    _gauge("snapshot_age_seconds", "Since the newest snapshot.", "partition", source="snapshot_ms"),
)
# One for the phase the partition is in, zero for the others; `paused` is a flood of bad messages.
PHASE = _gauge("partition_phase", "1 for the phase the partition is in.", "partition", "phase")
PHASES = ("recovering", "live", "paused", "refused")

# What stands now inside the engines. The source is the engine's gauge.
ENGINE_GAUGES = (
    _gauge("customers", "Customers held in memory.", "partition"),
    _gauge("blocks_in_force", "Blocks armed and neither obeyed, released nor expired.", "partition"),
    _gauge(
        "budget_used_ratio", "Share of the block budget used in this hour.", "partition", "rule", source="budget_used"
    ),
    _gauge("anomaly_warm", "1 once the model has learnt enough to speak.", "partition"),
)

# What this worker is.
LISTED_ACCOUNTS = _gauge("listed_accounts", "Accounts on official lists loaded; no worker is ready without the lists.")
UNTOLD = _gauge(
    "untold_refusals",
    "Bad messages on topics that every worker reads, counted without a dead letter; each worker counts the same ones.",
    "topic",
)
READY = _gauge("ready", "1 when the worker is ready; /readyz has the reasons when not.")
RULE_SET = Metric("monitor_rule_set", "info", "Head of the hash of the rule set in force.", ("partition", "hash"))
BUILD = Metric(
    "monitor_build",
    "info",
    "What runs; engine and model as on every decision.",
    ("version", "python", "engine", "model"),
)

CATALOGUE = (
    *ENGINE_COUNTERS,
    *EDGE_COUNTERS,
    *HISTOGRAMS,
    *PARTITION_GAUGES,
    PHASE,
    *ENGINE_GAUGES,
    LISTED_ACCOUNTS,
    UNTOLD,
    READY,
    RULE_SET,
    BUILD,
)
