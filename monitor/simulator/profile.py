"""What is told about a customer: a new phone, a reset credential, a balance at the end of the month."""

from typing import Literal

from monitor.simulator import identity
from monitor.simulator.core import Core
from monitor.simulator.ledger import Account
from monitor.simulator.parties import Person
from topics.customers import AccountStatement, CredentialReset, DeviceBound
from topics.names import CUSTOMERS

Credential = Literal["password", "phone", "sim", "biometric"]


def bind_device(core: Core, person: Person, device: str) -> str:
    """Bind `device` to the customer; return the event id."""
    message = DeviceBound(**core.envelope(person.customer_id), device_id=device)
    core.publish(CUSTOMERS, message)
    return message.event_id


def state_balance(core: Core, account: Account) -> None:
    """Publish the ledger's word on an account's balance."""
    message = AccountStatement(
        **core.envelope(account.customer_id),
        account=account.account_id,
        acct_seq=account.sequence,
        balance=account.balance,
    )
    core.publish(CUSTOMERS, message)


def buy_device(core: Core, person: Person) -> str:
    """Bind a new phone, used from now on; return the event id."""
    person.device = fresh_device(core, person)
    return bind_device(core, person, person.device)


def fresh_device(core: Core, person: Person) -> str:
    """Make up a device nobody has seen."""
    return f"D{identity.digest(core.tag, person.index, 'device', core.now)}"


def reset(core: Core, person: Person, credential: Credential) -> str:
    """Replace a credential; return the event id."""
    message = CredentialReset(**core.envelope(person.customer_id), credential=credential)
    core.publish(CUSTOMERS, message)
    return message.event_id
