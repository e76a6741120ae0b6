"""Everything that talks to Kafka beside the hot path: clients, topics, the local broker."""
