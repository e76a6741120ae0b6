"""The town: shops with their owners, employers, and the places loan money must not go to."""

from dataclasses import dataclass
from datetime import date
from random import Random

from monitor.simulator import identity, names
from monitor.simulator.parties import Payee, Shop
from monitor.simulator.randomness import substream


@dataclass(frozen=True, slots=True)
class Town:
    """Everybody who is paid but is no private person. `listed` are accounts on the official list.

    `estate` is an employer who banks here: a crowd is paid by it and pays it.
    """

    shops: dict[str, tuple[Shop, ...]]
    employers: tuple[Payee, ...]
    destinations: dict[str, tuple[Payee, ...]]
    listed: tuple[Payee, ...]
    wallets: tuple[Shop, ...]

    @property
    def estate(self) -> Payee:
        """The employer with an account in this bank."""
        return self.employers[names.ESTATE]

    def all_shops(self) -> list[Shop]:
        """Every shop, in a fixed order, and the wallet companies."""
        return [*(shop for shops in self.shops.values() for shop in shops), *self.wallets]


def build_town(seed: int, tag: str) -> Town:
    """Build the town of a seed. It does not depend on how many customers the bank has."""
    return Town(
        shops={category: _shops(seed, tag, category) for category in names.CATEGORIES},
        employers=tuple(_employer(tag, name, i) for i, name in enumerate(names.EMPLOYERS)),
        destinations={use: _destinations(tag, use) for use in names.DESTINATIONS},
        listed=tuple(outsider(substream(seed, "listed", i), tag, "listed", i) for i in range(8)),
        wallets=_wallets(seed, tag),
    )


def person_name(rng: Random) -> str:
    """Draw a name."""
    return f"{rng.choice(names.SURNAMES)} {rng.choice(names.GIVEN)}"


def outsider(rng: Random, tag: str, *purpose: object, opened_on: date | None = None) -> Payee:
    """Draw a person with an account at another bank."""
    account = identity.account_id(tag, "outside", *purpose)
    return Payee(account, person_name(rng), agent=rng.choice(names.BANK_CODES), opened_on=opened_on)


def _shops(seed: int, tag: str, category: str) -> tuple[Shop, ...]:
    code, noun, count = names.CATEGORIES[category]
    return tuple(_shop(substream(seed, "shop", category, i), tag, category, code, noun, i) for i in range(count))


def _wallets(seed: int, tag: str) -> tuple[Shop, ...]:
    code, noun, count = names.WALLETS
    return tuple(_shop(substream(seed, "shop", "wallet", i), tag, "wallet", code, noun, i) for i in range(count))


def _shop(rng: Random, tag: str, category: str, code: str, noun: str, number: int) -> Shop:
    merchant = f"M{identity.digest(tag, category, number, size=6)}"
    settlement = identity.account_id(tag, "settlement", merchant)
    name = f"{rng.choice(names.SHOP_WORDS)} {rng.choice(names.SHOP_WORDS)} {noun}"
    return Shop(
        card_acceptor_id=merchant,
        name=name,
        category=category,
        mcc=code,
        owner_party=f"P{identity.digest(tag, 'owner', merchant, size=6)}",
        owner=outsider(rng, tag, "owner", merchant),
        settlement=Payee(settlement, name, agent=rng.choice(names.BANK_CODES)),
        relative_party=f"P{identity.digest(tag, 'relative', merchant, size=6)}",
        relative=outsider(rng, tag, "owner-relative", merchant),
    )


def _employer(tag: str, name: str, number: int) -> Payee:
    agent = names.BANK_CODES[number % len(names.BANK_CODES)]
    if number == names.ESTATE:
        return Payee(identity.account_id(tag, "employer", number), name, customer_id=f"C{tag}-estate")
    return Payee(identity.account_id(tag, "employer", number), name, agent=agent)


def _destinations(tag: str, use: str) -> tuple[Payee, ...]:
    titles, agent, product = names.DESTINATIONS[use]
    return tuple(
        Payee(identity.account_id(tag, use, number), title, agent=agent, product_code=product)
        for number, title in enumerate(titles)
    )
