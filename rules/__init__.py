"""What an analyst reads: one file per rule, and the facts a rule may use. No Kafka, no clock, no state."""
