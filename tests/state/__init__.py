"""Tests of the bounded customer state."""
