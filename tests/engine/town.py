"""Several customers on several partitions: who pays whom, and what the monitor then says of their loans."""

from typing import Any

from monitor.engine.engine import Engine
from monitor.engine.tracing.ledger import Ledger
from monitor.offline import Answer, OfflineMonitor, new_engine
from rules.catalogue import packaged
from rules.rule_set import parse
from tests.engine.scene import HOUR, Scene
from topics import answers, customers, loan_money, loans, names, reference, transfers
from topics.keys import partition_of

PARTITIONS = 4
SETTLED = 12_000  # ms after which everybody's word has cleared what is clean


class Town(Scene):
    """Account `ann-1` is Ann's. Time only moves when told; what partitions tell each other arrives at once."""

    def __post_init__(self) -> None:
        self.monitor = OfflineMonitor(packaged(), partitions=PARTITIONS)
        rule_set = parse(self.document, self.rules)
        for number in range(PARTITIONS):
            self.monitor.engines[number] = new_engine(
                number, self.rules, rule_set, self.monitor.inputs, partitions=PARTITIONS
            )

    def engine_of(self, customer: str) -> Engine:
        """The engine of the customer's partition."""
        return self.monitor.engines[partition_of(customer.encode(), PARTITIONS)]

    def restart_all(self) -> None:
        """Go on in fresh engines from snapshots."""
        rule_set = parse(self.document, self.rules)
        for number, engine in enumerate(self.monitor.engines):
            entries = list(engine.state())
            fresh = new_engine(number, self.rules, rule_set, self.monitor.inputs, partitions=PARTITIONS)
            fresh.restore(entries)
            self.monitor.engines[number] = fresh

    # -- what happens --------------------------------------------------------------------------------

    def arrive(self, customer: str, own: int = 0) -> None:
        """A customer with one account; what is in it is own money."""
        self.balances[f"{customer}-1"] = (own, 0)
        opened = {"account": f"{customer}-1", "account_kind": "deposit", "currency": "CNY", "acct_seq": 0}
        self.send(self.make(customers.AccountOpened, customer_id=customer, balance=own, **opened))

    def borrow(self, customer: str, amount: int, draw: str = "") -> None:
        """A loan of the customer is paid out."""
        loan = f"loan-{draw or customer}"
        line = {"loan_id": loan, "credit_limit": 500_000_00, "currency": "CNY"}
        self.send(self.make(loans.LoanOpened, customer_id=customer, **line))
        where = {"loan_id": loan, "draw_id": f"draw-{draw or customer}", "payment_id": f"pay-{loan}"}
        self.post(loans.LoanDisbursed, amount, account=f"{customer}-1", customer_id=customer, **where)

    def pay(self, payer: str, payee: str, amount: int, **fields: Any) -> str:
        """Both legs of a transfer between customers; -> its payment id."""
        payment: str = fields.pop("payment_id", f"pay-{payer}-{payee}-{self.count}")
        self.leg(payer, payee, -amount, payment, **fields)
        self.leg(payee, payer, amount, payment, **fields)
        return payment

    def leg(self, customer: str, other: str, change: int, payment: str, **fields: Any) -> answers.Decision:
        """One leg of a transfer between customers."""
        where = {"counterparty_account": f"{other}-1", "counterparty_customer_id": other, "payment_id": payment}
        decision: answers.Decision = self.post(
            transfers.TransferPosting, change, account=f"{customer}-1", customer_id=customer, **(where | fields)
        )
        return decision

    def repay(self, customer: str, amount: int, payer: str) -> None:
        """An instalment that somebody else paid for."""
        split = {"loan_id": f"loan-{customer}", "principal": amount}
        other = {"payer_account": f"{payer}-1", "payer_customer_id": payer}
        self.post(loans.LoanRepaid, -amount, account=f"{customer}-1", customer_id=customer, **split, **other)

    def spend(self, customer: str, amount: int, product: str | None = "SECURITIES_TRANSFER", **fields: Any) -> Any:
        """Money leaves the bank; -> the decision."""
        where = {"counterparty_account": "outside-1", "counterparty_agent": "OTHER", "product_code": product}
        return self.post(
            transfers.TransferPosting, -amount, account=f"{customer}-1", customer_id=customer, **(where | fields)
        )

    def post_cash_in(self, customer: str, amount: int) -> None:
        """Cash is paid in."""
        self.post(transfers.TransferPosting, amount, account=f"{customer}-1", customer_id=customer, posting_kind="cash")

    def post_from_crowd(self, customer: str, number: int) -> None:
        """One of many pays from outside."""
        where = {"counterparty_account": f"outsider-{number}", "counterparty_agent": "OTHER"}
        self.post(transfers.TransferPosting, 1_00, account=f"{customer}-1", customer_id=customer, **where)

    def name_hub(self, account: str) -> None:
        """The bank says that a crowd uses this account; it holds from the next batch on."""
        self.send(self.make(reference.Hub, account=account, kind="shop"))

    def earn(self, customer: str, amount: int) -> None:
        """Salary from outside the bank."""
        where = {"counterparty_account": "employer-1", "counterparty_agent": "OTHER", "posting_kind": "salary"}
        self.post(transfers.TransferPosting, amount, account=f"{customer}-1", customer_id=customer, **where)

    def order(self, customer: str, amount: int, **fields: Any) -> answers.Decision:
        """Ask to move money to a broker; -> the decision."""
        where = {"product_code": "SECURITIES_TRANSFER", "customer_id": customer}
        return self.ask(amount, "broker-1", account=f"{customer}-1", **(where | fields))

    def cancel(self, customer: str, payment: str) -> None:
        """A request comes to nothing."""
        self.send(self.make(transfers.TransferOutcome, customer_id=customer, payment_id=payment, outcome="cancelled"))

    def settle(self) -> list[Answer]:
        """Let so much time pass that everybody's word has come."""
        return self.wait(SETTLED)

    def close(self, customer: str, draw: str = "") -> None:
        """The loan is settled."""
        self.send(self.make(loans.LoanClosed, customer_id=customer, loan_id=f"loan-{draw or customer}"))

    def close_draw(self, customer: str, draw: str) -> None:
        """One draw of a line is settled."""
        loan = f"loan-{customer}"
        self.send(self.make(loans.LoanClosed, customer_id=customer, loan_id=loan, draw_id=draw))

    def draw_again(self, customer: str, amount: int, draw: str) -> None:
        """Another draw of the customer's line is paid out."""
        where = {"loan_id": f"loan-{customer}", "draw_id": draw, "payment_id": f"pay-{draw}"}
        self.post(loans.LoanDisbursed, amount, account=f"{customer}-1", customer_id=customer, **where)

    def later(self, hours: float) -> None:
        """Let time pass."""
        self.wait(int(hours * HOUR))

    # -- what is said --------------------------------------------------------------------------------

    def use(self, loan: str) -> loan_money.UseOfProceeds:
        """The newest record of the loan."""
        found: loan_money.UseOfProceeds = [r for r in self.read(names.USE_OF_PROCEEDS) if r.loan_id == f"loan-{loan}"][
            -1
        ]
        return found

    def headroom(self, customer: str) -> loan_money.Headroom | None:
        """The newest record of the customer's account; None when there is no limit."""
        said = [a.output for a in self.outputs if a.output.topic == names.HEADROOM]
        mine = [output for output in said if output.key == f"{customer}-1".encode()]
        if not mine or mine[-1].value is None:
            return None
        found: loan_money.Headroom = self.read(names.HEADROOM, [a for a in self.outputs if a.output is mine[-1]])[0]
        return found

    def pending(self, customer: str) -> bool:
        """Whether something of the customer's account waits for a word."""
        return any(entry.account.tail for entry in self.ledger_of(customer).entries.values())

    def ledger_of(self, customer: str) -> Ledger:
        """The customer's accounts."""
        found = self.engine_of(customer)._customers.get(customer.encode())
        assert found is not None
        return found.ledger
