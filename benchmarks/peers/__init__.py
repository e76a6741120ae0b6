"""Other ways to answer events on Kafka, for comparison."""
