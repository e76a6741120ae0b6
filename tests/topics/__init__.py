"""Tests of the topics' contracts."""
