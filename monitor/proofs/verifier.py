"""Checks proofs, alone: `python verifier.py FILE...` needs this file and Python, nothing else.

It shares no code with what decided nor with what built the proof. It reads the bank's messages that a proof carries,
works out every figure again, and says in one line what is proven or what is wrong. Amounts are minor units.

Of a balance B at least `loan` is loan money, so at most B - loan is not: a payment of x takes at least x - (B - loan)
of it, and at least loan - x stays. Nothing is assumed of how money is counted, but that a payment takes what is there.
What an account held before its first step, and what comes from where the proof does not look, counts as other money:
that can only lower what is certain.
"""

import json
import sys
from collections import Counter
from copy import copy
from hashlib import sha256
from pathlib import Path
from typing import Any

RULES = ("FF01", "FF02", "CO01", "CO13")  # of FF what leaves an account counts, of CO what comes home
FORBIDDEN = "SECURITIES FUTURES_DERIV WEALTH_AM PROPERTY EQUITY_CAPITAL METAL CRYPTO GAMBLING".split()  # noqa: SIM905

Place = tuple[str, str]  # account and payment


class Wrong(Exception):  # noqa: N818 - an answer, not a fault
    """The proof does not hold; says why."""


def same(what: str, stated: Any, found: Any) -> None:
    """What the proof says must be what we find."""
    one, two = json.dumps(stated, sort_keys=True), json.dumps(found, sort_keys=True)
    if one != two:
        raise Wrong(f"{what}: the proof says {one}, we find {two}")


class Account:
    """Balance by the ledger, below zero when it is owed, and at least so much `loan` money in it."""

    def __init__(self, ledger: int, number: int) -> None:
        self.ledger, self.number, self.loan = ledger, number, 0

    def debit(self, amount: int) -> int:
        """Money goes out, as far as there is any; -> at least so much of it is loan money."""
        balance = max(0, self.ledger)
        paid, other = min(amount, balance), balance - self.loan
        self.ledger, self.loan = self.ledger - amount, max(0, self.loan - paid)
        return max(0, paid - other)

    def credit(self, amount: int, loan: int) -> int:
        """Money comes in and repays first what is owed."""
        owed = min(amount, max(0, -self.ledger))
        self.ledger, self.loan = self.ledger + amount, self.loan + max(0, loan - owed)
        return loan


class Claim:
    """What is proven of one reason of the decision. `show` gives the message that an evidence names."""

    def __init__(self, stated: Any, decision: Any, show: Any) -> None:
        self.stated, self.decision, self.show = stated, decision, show
        self.reason = decision["reasons"][stated["reason"]]
        self.home, self.whose = self.reason["code"].startswith("CO"), self.reason["figures"].get("whose")
        self.told = self.whose == "OWN_LOAN" or self.reason["code"] == "CO13"  # about what partitions told each other
        self.several = self.told or self.home  # about payments that are named, else about one event
        self.accounts, self.drawn, self.sent = dict[str, Account](), dict[str, Any](), dict[str, Any]()
        self.shown, self.amounts, self.said = Counter[Place](), Counter[Place](), Counter[Place]()
        self.named = [((part["account"], part["payment_id"]), part["certain"]) for part in self.reason["payments"]]
        words = {told["event_id"]: self.word(told) for told in map(show, stated["named_by"])}  # each counts once
        for place, certain in words.values() or self.named:
            self.said[place] += certain

    def word(self, told: Any) -> tuple[Place, int]:
        """What partitions told each other: money of these draws in a payment that came home, or to a forbidden use."""
        draws = self.stated["draws"]
        if self.home:  # a share: what is certain comes first, through how many hands it went fifth
            certain = sum(share[0] for draw, share in told["shares"].items() if draw in draws and share[4])
            return (told["account"], told["transfer"]), certain * (not told["undo"])
        fits = told["draw_id"] in draws and told["sure"] and told["bucket"] in FORBIDDEN
        return (told["account"], told["payment_id"]), told["sign"] * told["certain"] * fits

    def step(self, step: Any) -> None:
        """A posting or the request; what it carries, and whether it counts, is what we find."""
        message = self.show(step["shown_by"])
        name, number = message.get("account") or message["debtor_account"], message.get("acct_seq")
        comes = message.get("credit_debit") == "CRDT" or message["type"] == "loan.disbursed"
        account, carries = self.request(message, name) if number is None else self.posting(message, name, step, comes)
        mine, place = message["customer_id"] == self.decision["customer_id"], (name, message["payment_id"])
        counts = self.said[place] > 0 if self.several else message["event_id"] in self.reason["event_ids"]
        counts &= comes == self.home and mine == (self.whose != "OWN_LOAN")
        self.shown[place] += carries * counts
        self.amounts[place] += message["amount"] * counts
        found = {field: message.get(field) for field in ("acct_seq", "amount", "balance_after")}
        found |= {"account": name, "kind": message["type"], "credit_debit": "CRDT" if comes else "DBIT"}
        found |= {"carries": carries, "holds": account.loan, "counts": counts, "shown_by": step["shown_by"]}
        found |= {field: step[field] if comes else None for field in ("draw", "comes_from")}
        same(f"step {number} of {name}", [step, self.stated["currency"]], [found, message["currency"]])

    def posting(self, message: Any, name: str, step: Any, comes: bool) -> tuple[Account, int]:
        """It has the next number, and its balance follows from the one before."""
        number, after, amount = message["acct_seq"], message["balance_after"], message["amount"]
        before = after - amount if comes else after + amount
        account = self.accounts.setdefault(name, Account(before, number - 1))
        same(f"what is before {number} of {name}", [account.number, account.ledger], [number - 1, before])
        account.number, place = number, json.dumps({"account": name, "acct_seq": number})
        carries = account.credit(amount, self.brought(message, step)) if comes else account.debit(amount)
        self.sent |= {} if comes else {place: (message, carries)}
        return account, carries

    def brought(self, message: Any, step: Any) -> int:
        """What a draw of the right people or another account's payment brings; else nothing that is followed."""
        draw, leg = step["draw"], step["comes_from"]
        if draw is not None:
            self.drawn[draw] = {field: message[field] for field in ("loan_id", "customer_id")}
            own = message["customer_id"] == self.decision["customer_id"]
            same("whose draw", own, own if self.whose == "MIXED_LOANS" else self.whose != "OTHERS_LOAN")
            same("a draw", [draw, "loan.disbursed", leg], [message["draw_id"], message["type"], None])
            return int(message["amount"])
        if leg is None:
            return 0
        debit, carried = self.sent.pop(json.dumps(leg, sort_keys=True))  # from each debit one credit
        sides = [debit[field] for field in ("account", "counterparty_account", "payment_id", "amount")]
        other = [message[field] for field in ("counterparty_account", "account", "payment_id", "amount")]
        same("two legs of one payment", sides, other)
        return int(carried)

    def request(self, message: Any, name: str) -> tuple[Account, int]:
        """The request decided on. It carries least if those that were open beside it are paid first."""
        basis, account = self.decision["fund_flow"]["basis"], self.accounts[name]
        counted = [self.decision["event_id"], basis["account"], basis["acct_seq"]]
        same("what the decision counted", counted, [message["event_id"], name, account.number])
        later, account.number = copy(account), -1  # no step follows it
        later.debit(basis["reserved"])
        account.debit(message["amount"])
        return account, later.debit(message["amount"])

    def proven(self) -> str:
        """All steps, which loan they are about, and no less than was decided; -> what is proven."""
        for step in self.stated["steps"]:
            self.step(step)
        draws, loans = self.drawn.keys(), {draw["loan_id"] for draw in self.drawn.values()}
        parts = {place: shown for place, shown in self.shown.items() if self.amounts[place]}
        certain = sum(min(shown, self.said.get(place, shown)) for place, shown in parts.items())
        code, decided = self.reason["code"], self.reason["figures"].get("certain", sum(one for _, one in self.named))
        found = {"reason": self.decision["reasons"].index(self.reason), "code": code, "decided": decided}
        found |= {field: self.stated[field] for field in ("currency", "named_by", "steps")}
        same("claim", self.stated, found | {"certain": certain, "draws": self.drawn})
        about = {part["draw_id"] for part in self.reason["payments"]}
        fits = (len(loans) == 1 and (draws <= about if self.home else bool(draws & about))) or not self.several
        fits &= {place for place, _ in self.named} <= parts.keys() and (self.told or not self.stated["named_by"])
        if self.reason["action"] != "BLOCK" or code not in RULES or not fits:
            raise Wrong(f"{code} did not block, or not for what is shown of {', '.join(draws)}")
        if certain < max(1, decided):
            raise Wrong(f"less is certain than was decided: {certain}, not {decided}")
        of = f"{certain / 100:,.2f} of {self.stated['currency']} {sum(self.amounts.values()) / 100:,.2f}"
        where = ", ".join(f"{payment} of {account}" for account, payment in parts)
        by = f"{len(self.stated['steps'])} steps in {len(self.accounts)} accounts"
        return f"{code}: at least {of} in {where} is money of {', '.join(sorted(self.drawn))}, by {by}"


def once(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """No field stands twice, as a reader might look at the other one."""
    same("number of fields", len(fields), len(dict(fields)))
    return dict(fields)


def verify(text: str | bytes) -> str:
    """One line that says what is proven. Raises Wrong."""
    try:
        return _verify(json.loads(text, object_pairs_hook=once))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise Wrong(f"not a proof, or a part of it is missing: {type(error).__name__} {error}") from error


def _verify(proof: Any) -> str:
    seal, read = proof.pop("seal"), set[str]()
    same("seal", seal, sha256(json.dumps(proof, sort_keys=True, separators=(",", ":")).encode()).hexdigest())
    same("version and refusal", [proof.pop("schema_version"), proof.pop("refused")], [1, None])
    same("fields", sorted(proof), ["claims", "customer_id", "decision", "event_id", "messages"])

    def show(evidence: Any) -> Any:
        text = proof["messages"][evidence["sha256"]]
        found = [sha256(text.encode()).hexdigest(), ["offset", "partition", "sha256", "topic"]]
        same("digest of a message, and its place", [evidence["sha256"], sorted(evidence)], found)
        read.add(evidence["sha256"])
        return json.loads(text)

    decision = show(proof["decision"])
    same("decision", [proof["event_id"], proof["customer_id"]], [decision["event_id"], decision["customer_id"]])
    lines = {one["reason"]: Claim(one, decision, show).proven() for one in proof["claims"]}  # a reason is claimed once
    same("claims and messages", [len(proof["claims"]) or 1, sorted(proof["messages"])], [len(lines), sorted(read)])
    return f"proven, however it is counted: {'; '.join(lines.values())}"


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
