"""The thin edge: Faust app, transport, journal, recovery."""
