"""What compares with the streaming engine is collected as soon as there is something to compare with."""

from topics import names

collect_ignore = [] if hasattr(names, "FUND_FLOW") else ["test_stream.py", "test_month.py"]
