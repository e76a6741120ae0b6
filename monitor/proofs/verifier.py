"""Checks proofs, alone: `python verifier.py FILE...` needs this file and Python, nothing else.

It shares no code with what decided nor with what built the proof. It reads the bank's messages that a proof carries,
works out every figure again, and says in one line what is proven or what is wrong. Amounts are minor units.

Of the loan money in an account there is at least `lo` and at most `hi`. A payment of x from a balance B takes at least
x - (B - lo), for there is no more other money than B - lo, and at most hi. Nothing is assumed of how money is counted,
but that a payment takes what is there. What an account held before its first step, and what comes from where the proof
does not look, counts as the customer's own: that can only lower what is certain.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

ALL = "ANY_LOAN"
RULES = {"FF01": "own", "FF02": "others"}  # whose draws a rule speaks of: the customer's, or other people's
WHOSE = {"MIXED_LOANS": "all"}  # where a reason says so itself
Bounds = dict[str, list[int]]  # draw, or ALL for their sum -> [lo, hi]


class Wrong(Exception):  # noqa: N818 - an answer, not a fault
    """The proof does not hold; says why."""


def same(what: str, stated: Any, found: Any) -> None:
    """What the proof says must be what we find."""
    one, two = json.dumps(stated, sort_keys=True), json.dumps(found, sort_keys=True)
    if one != two:
        raise Wrong(f"{what}: the proof says {one}, we find {two}")


def squeeze(box: Bounds) -> Bounds:
    """The draws add up to ALL, so each bound narrows the others."""
    draws = [bounds for name, bounds in box.items() if name != ALL]
    low, high = sum(lo for lo, _ in draws), sum(hi for _, hi in draws)
    least, most = max(box[ALL][0], low), min(box[ALL][1], high)
    narrow = {name: [max(lo, least - (high - hi)), min(hi, most - (low - lo))] for name, (lo, hi) in box.items()}
    return narrow | {ALL: [least, most]}


def written(box: Bounds) -> Bounds:
    """Bounds as a proof writes them: only where there can be any."""
    return {name: bounds for name, bounds in box.items() if bounds[1]}


class Account:
    """Balance by the ledger, what of it can be spent, what is owed, and the loan money in it."""

    def __init__(self, balance: int, number: int) -> None:
        self.ledger, self.number, self.balance, self.debt = balance, number, max(0, balance), max(0, -balance)
        self.holds: Bounds = {ALL: [0, 0]}
        self.caps: dict[str, int] = {}

    def carries(self, amount: int) -> Bounds:
        """What a payment takes with it."""
        paid = min(amount, self.balance)
        others = {name: self.balance - lo for name, (lo, _) in self.holds.items()}
        return squeeze({name: [max(0, paid - others[name]), min(paid, hi)] for name, (_, hi) in self.holds.items()})

    def debit(self, amount: int) -> Bounds:
        """Money goes out; what exceeds the balance is owed."""
        flows, paid = self.carries(amount), min(amount, self.balance)
        self.balance, self.debt = self.balance - paid, self.debt + amount - paid
        self.hold({name: [max(0, lo - flows[name][1]), hi - flows[name][0]] for name, (lo, hi) in self.holds.items()})
        return flows

    def credit(self, amount: int, flows: Bounds) -> Bounds:
        """Money comes in and repays first what is owed."""
        self.balance += amount
        had = {name: self.holds.get(name, [0, 0]) for name in {**self.holds, **flows}}
        came = {name: flows.get(name, [0, 0]) for name in had}
        self.hold({name: [lo + came[name][0], hi + came[name][1]] for name, (lo, hi) in had.items()})
        if due := min(self.debt, amount):
            self.debt -= due
            self.debit(due)
        return flows

    def hold(self, box: Bounds) -> None:
        """No more than the balance, no more than was ever drawn."""
        self.holds = squeeze({n: [lo, min(hi, self.balance, self.caps.get(n, hi))] for n, (lo, hi) in box.items()})


def incoming(message: Any) -> bool:
    """Whether a posting adds money to its account."""
    way = {"loan.disbursed": "CRDT", "loan.repaid": "DBIT"}.get(message["type"]) or message["credit_debit"]
    return bool(way == "CRDT")


class Check:
    """One proof, read step by step."""

    def __init__(self, proof: Any) -> None:
        self.proof, self.read, self.accounts = proof, set[str](), dict[str, Account]()
        self.drawn: dict[str, Any] = {}
        self.sent: dict[tuple[str, int], tuple[Any, Bounds]] = {}  # debits that no credit came from yet
        self.passed: list[tuple[Any, Bounds]] = []  # every posting, and what it carries
        about = [one for one in (proof["payment"], *proof.get("rests_on", [])) if one]
        self.currency = about[0]["currency"]

    def message(self, evidence: Any) -> Any:
        """The message the proof names, once its digest is right."""
        text = self.proof["messages"][evidence["sha256"]]
        same("digest of a message", evidence["sha256"], sha256(text.encode()).hexdigest())
        self.read.add(evidence["sha256"])
        return json.loads(text)

    def step(self, step: Any) -> None:
        """One posting: it follows the one before; what it carries and leaves is what the arithmetic says."""
        message = self.message(step["shown_by"])
        name, number, amount, after = (message[field] for field in ("account", "acct_seq", "amount", "balance_after"))
        where, before = f"posting {number} of {name}", after - amount if incoming(message) else after + amount
        account = self.accounts.setdefault(name, Account(before, number - 1))
        stands = [account.number, account.ledger, self.currency]
        same(f"{where}: number, balance before it, currency", stands, [number - 1, before, message["currency"]])
        account.number, account.ledger = number, after
        brought = self.brought(account, message, step)
        flows = account.credit(amount, brought) if incoming(message) else account.debit(amount)
        self.sent |= {} if incoming(message) else {(name, number): (message, flows)}
        self.passed.append((message, flows))
        found = {"account": name, "acct_seq": number, "amount": amount, "balance_after": after, "kind": message["type"]}
        found |= {"carries": written(flows), "holds": written(account.holds)}
        found |= {"credit_debit": "CRDT" if incoming(message) else "DBIT"}
        same(where, {field: step[field] for field in found}, found)

    def brought(self, account: Account, message: Any, step: Any) -> Bounds:
        """What a posting brings: of a draw, or what another account sent; else nothing that is followed."""
        draw, leg, amount, flows = step["draw"], step["comes_from"], message["amount"], Bounds()
        if draw is not None:
            same("a draw", [draw, "loan.disbursed", leg], [message["draw_id"], message["type"], None])
            paid_out = amount + self.drawn.get(draw, {"amount": 0})["amount"]
            self.drawn[draw] = {field: message[field] for field in ("loan_id", "customer_id")} | {"amount": paid_out}
            flows = {draw: [amount, amount], ALL: [amount, amount]}
        elif leg is not None:
            debit, flows = self.sent.pop((leg["account"], leg["acct_seq"]))  # from each debit one credit
            sides = [debit["account"], debit["counterparty_account"], debit["payment_id"], debit["amount"], True]
            credit = [message["counterparty_account"], message["account"], message["payment_id"], amount]
            same("two legs of one payment", sides, [*credit, incoming(message)])
        account.caps |= {name: self.drawn[name]["amount"] for name in written(flows) if name != ALL}
        return written(flows)

    def payment(self, message: Any, basis: Any) -> list[Bounds]:
        """What the payment carries: if it is next, and if the requests still open are paid first."""
        stated, reserved, amount = self.proof["payment"], self.proof["reserved"], message["amount"]
        name = message.get("account") or message["debtor_account"]
        account = self.accounts[name]
        found = {"event_id": message["event_id"], "kind": message["type"], "account": name, "acct_seq": account.number}
        found |= {"amount": amount, "currency": message["currency"], "shown_by": stated["shown_by"]}
        same("payment", stated, found)
        if "acct_seq" in message:  # a posting: the one that follows
            follows = [message["acct_seq"] - 1, message["balance_after"] + amount]
            same("number and balance before the payment", [account.number, account.ledger], follows)
        asked = [self.message(one) for one in reserved["requests"]]
        waiting = sum(one["amount"] for one in asked if name in (one.get("account"), one.get("debtor_account")))
        same("open requests", reserved["amount"], basis["reserved"] if basis and not asked else waiting)
        counted = {"account": name, "acct_seq": account.number, "reserved": reserved["amount"]}
        same("what the decision counted", basis | counted, counted | basis)
        alone = account.carries(amount)
        account.debit(reserved["amount"])
        return [alone, account.carries(amount)]

    def claims(self, decision: Any) -> str:
        """What is certain of all draws, of the customer's and of other people's: at least what was decided."""
        message = self.message(self.proof["payment"]["shown_by"])
        own_word = decision["payment_id"] == message["payment_id"]  # else it stops a draw for a payment before it
        flow = (decision["fund_flow"] if own_word else None) or {"certain": 0}
        cases = self.payment(message, flow.get("basis") or {})
        own = {draw for draw, facts in self.drawn.items() if facts["customer_id"] == decision["customer_id"]}
        groups = {"all": set(self.drawn), "own": own, "others": set(self.drawn) - own}
        certain = {group: min(at_least(box, draws) for box in cases) for group, draws in groups.items()}
        final = {"alone": written(cases[0]), "after_reserved": written(cases[1]), "certain": certain}
        same("draws and certain", [self.proof["draws"], self.proof["final"]], [self.drawn, final])
        same("one payment or several", self.proof.get("rests_on", []), [])
        about = [reason for reason in decision["reasons"] if message["event_id"] in reason["event_ids"]]
        block = [reason for reason in about if reason["code"] in RULES and reason["action"] == "BLOCK"]
        whose = [WHOSE.get(reason["figures"].get("whose"), RULES[reason["code"]]) for reason in block]
        decided = [(certain[group], one["figures"]["certain"]) for group, one in zip(whose, block, strict=True)]
        if not block or any(found < said for found, said in [*decided, (certain["all"], flow["certain"])]):
            raise Wrong(f"no rule blocked it, or less is certain than was decided: {decided}")
        of = f"{self.currency} {yuan(message['amount'])} that {self.proof['payment']['account']} pays"
        return f"at least {yuan(certain['all'])} of {of} ({message['type']} {message['event_id']}) is"

    def rests_on(self, decision: Any) -> str:
        """What is certain of payments made before that a block rests on: of each at least what its reason says."""
        reasons = [one for one in decision["reasons"] if one["action"] == "BLOCK" and one.get("payments")]
        found = [self.named(reason, decision["customer_id"]) for reason in reasons]
        stated = [self.proof[field] for field in ("draws", "rests_on", "payment", "final", "reserved")]
        same("draws and payments", stated, [self.drawn, found, None, None, None])
        said = (f"{yuan(one['covers'])} of {self.currency} {yuan(one['decided'])} of {one['code']}" for one in found)
        payments = {part["payment_id"]: None for one in found for part in one["payments"]}
        return f"at least {' and '.join(said)}, in {', '.join(payments)}, is"

    def named(self, reason: Any, customer: str) -> Any:
        """One reason. FF02 is about what others paid out of the customer's loan, other rules about what came home."""
        parts = [self.part(part, customer, reason["code"] != "FF02") for part in reason["payments"]]
        once = {(part["account"], part["payment_id"], part["draw_id"]) for part in parts}
        same("payments, each named once", len(parts), len(once))
        covers = sum(part["certain"] for part in reason["payments"])
        decided = reason["figures"].get("certain", covers)
        if covers > decided:
            raise Wrong(f"more is certain of the payments named than {reason['code']} counted: {covers} > {decided}")
        found = {"code": reason["code"], "currency": self.currency, "decided": decided, "covers": covers}
        return found | {"payments": parts}

    def part(self, part: Any, customer: str, came: bool) -> Any:
        """Loan money of one draw in one payment that left an account, or came to it."""
        place, draw = (part["account"], part["payment_id"], came), part["draw_id"]
        same(f"whose draw {draw} is", self.drawn[draw]["customer_id"], customer)
        mine = [one for one in self.passed if (one[0]["account"], one[0]["payment_id"], incoming(one[0])) == place]
        certain = sum(at_least(flows, {draw}) for _, flows in mine)
        if certain < part["certain"]:
            raise Wrong(f"less is certain of {place} than was decided: {certain}")
        return part | {"certain": certain, "postings": sorted(message["acct_seq"] for message, _ in mine)}


def yuan(amount: int) -> str:
    """As people read it."""
    return f"{amount // 100:,}.{amount % 100:02d}"


def at_least(box: Bounds, draws: set[str]) -> int:
    """The sum of what is certain of each draw, or all loan money less the most that can be of the others."""
    others = sum(hi for name, (_, hi) in box.items() if name not in {ALL, *draws})
    return max(sum(box.get(draw, [0, 0])[0] for draw in draws), box.get(ALL, [0, 0])[0] - others)


def verify(text: str | bytes) -> str:
    """One line that says what is proven. Raises Wrong."""
    try:
        return _verify(json.loads(text))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Wrong(f"not a proof, or a part of it is missing: {type(error).__name__} {error}") from error


def _verify(proof: Any) -> str:
    seal = proof.pop("seal")
    same("seal", seal, sha256(json.dumps(proof, sort_keys=True, separators=(",", ":")).encode()).hexdigest())
    same("refused", proof["refused"], None)
    check = Check(proof)
    decision = check.message(proof["decision"])
    same("decision", [decision["event_id"], decision["customer_id"]], [proof["event_id"], proof["customer_id"]])
    for step in proof["steps"]:
        check.step(step)
    line = check.claims(decision) if proof["payment"] else check.rests_on(decision)
    same("version and messages", [proof["schema_version"], sorted(proof["messages"])], [1, sorted(check.read)])
    return (
        f"proven: {line} money of {', '.join(f'draw {d}' for d in sorted(check.drawn))}, "
        f"however it is counted; by {len(proof['steps'])} postings of {len(check.accounts)} accounts"
    )


def main(files: list[str]) -> int:
    """One line a file; -> 1 when one of them does not hold."""
    bad = 0
    for name in files:
        try:
            line = verify(sys.stdin.read() if name == "-" else Path(name).read_bytes())
        except Wrong as error:
            bad, line = 1, f"WRONG: {error}"
        except OSError as error:
            bad, line = 1, f"not read, so neither right nor wrong: {error.strerror}"
        sys.stdout.write(f"{name}: {line}\n")
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
