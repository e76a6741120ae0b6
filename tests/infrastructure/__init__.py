"""Tests of the local Kafka and other set-up."""
