"""Bounded customer state: windows, memories, and the one canonical encoding."""
