"""The demonstration: a real Kafka, a real worker, a bank that plays three stories, and what came of them."""
