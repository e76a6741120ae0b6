"""Same seed, same bytes; another customer, no shuffle."""

import os
import subprocess
import sys
from collections import defaultdict
from hashlib import sha256
from pathlib import Path

import msgspec

from monitor.simulator.bank import Plan
from monitor.simulator.casting import Shares
from tests.simulator.banks import play
from topics.fields import CustomerMessage
from topics.transfers import TransferPosting, TransferRequest

_PROGRAM = """
import sys
from hashlib import sha256
from monitor.simulator.bank import Bank, Plan
from monitor.simulator.casting import Shares
from monitor.simulator.files import event_line, write_truth
from pathlib import Path
bank = Bank(Plan(seed=3, customers=40, days=12, shares=Shares(0.2, 0.2), cases=("fraud", "cash-out")))
digest = sha256()
for delivery in bank.stream():
    digest.update(event_line(delivery))
write_truth(Path(sys.argv[1]), bank.truth)
print(digest.hexdigest(), sha256(Path(sys.argv[1], "truth.jsonl").read_bytes()).hexdigest())
"""


def _run(hash_seed: str, folder: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", _PROGRAM, folder]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_same_seed_gives_same_bytes_in_processes_with_other_hash_seeds(tmp_path: Path) -> None:
    """Events and truth are equal byte for byte."""
    first = _run("1", str(tmp_path))
    assert len(first.split()) == 2
    assert first == _run("4711", str(tmp_path))


def test_another_seed_gives_another_bank() -> None:
    """The seed matters."""
    one, other = (play(Plan(seed=seed, customers=6, days=3)) for seed in (1, 2))
    assert {d.key for d in one[0]}.isdisjoint({d.key for d in other[0] if d.topic == "customers"})


def _by_customer(plan: Plan) -> dict[str, str]:
    lines: defaultdict[str, list[bytes]] = defaultdict(list)
    for delivery in play(plan)[0]:
        if isinstance(delivery.message, CustomerMessage):
            lines[delivery.message.customer_id].append(msgspec.json.encode(delivery.message))
    return {customer: sha256(b"\n".join(mine)).hexdigest() for customer, mine in lines.items()}


def test_a_new_customer_changes_nobody_he_does_not_pay() -> None:
    """Only the customers who get money from the newcomer see other messages."""
    before, after = (Plan(seed=5, customers=n, days=10, shares=Shares(0.1, 0.1)) for n in (40, 41))
    old, new = _by_customer(before), _by_customer(after)
    (newcomer,) = new.keys() - old.keys()
    paid = {
        message.creditor_customer_id if isinstance(message, TransferRequest) else message.counterparty_customer_id
        for message in (delivery.message for delivery in play(after)[0])
        if isinstance(message, TransferRequest | TransferPosting) and message.customer_id == newcomer
    }
    assert {customer for customer in old if old[customer] != new[customer]} <= paid
