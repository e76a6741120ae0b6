"""One loan's money followed from the bank's messages, under a method of one's choice; beside the hot path, read only.

It shares no arithmetic with `monitor.engine.tracing`: what it says can be held against what the monitor said.
"""
