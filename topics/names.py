"""Names of the topics, without the prefix a deployment may put before them."""

from typing import Final

CARD_TRANSACTIONS: Final = "card-transactions"
TRANSFERS: Final = "transfers"
LOANS: Final = "loans"
CUSTOMERS: Final = "customers"
DISPOSITIONS: Final = "dispositions"
FUND_FLOW: Final = "fund-flow"
REFERENCE: Final = "reference"
CONTROLS: Final = "controls"
DECISIONS: Final = "decisions"
BLOCKS: Final = "blocks"
ALERTS: Final = "alerts"
DEAD_LETTERS: Final = "dead-letters"
CONTROL_ACKS: Final = "control-acks"
USE_OF_PROCEEDS: Final = "use-of-proceeds"
HEADROOM: Final = "headroom"
PROOFS: Final = "proofs"
JOURNAL: Final = "journal"
CUSTOMER_STATE: Final = "customer-state"

INPUT_TOPICS: Final = (CARD_TRANSACTIONS, TRANSFERS, LOANS, CUSTOMERS, DISPOSITIONS, FUND_FLOW)
"""Keyed by customer, all with the same number of partitions and the same partitioner."""

BANK_TOPICS: Final = (CARD_TRANSACTIONS, TRANSFERS, LOANS, CUSTOMERS, DISPOSITIONS)
"""The inputs that others write; the remaining one is what workers tell each other."""

GLOBAL_TOPICS: Final = (REFERENCE, CONTROLS)
"""One partition each, read by every worker and applied in every partition."""

OUTPUT_TOPICS: Final = (DECISIONS, BLOCKS, ALERTS, DEAD_LETTERS, CONTROL_ACKS, USE_OF_PROCEEDS, HEADROOM, PROOFS)
"""Written to the partition of the engine that answers: as many partitions as the inputs. Proofs come from beside it."""

INTERNAL_TOPICS: Final = (JOURNAL, CUSTOMER_STATE)
"""Written and read by workers only."""

ALL_TOPICS: Final = INPUT_TOPICS + GLOBAL_TOPICS + OUTPUT_TOPICS + INTERNAL_TOPICS
