"""Tests of Kafka's topics."""
