"""Fills the texts of a rule with the figures of a finding. Same figures, same text.

A place is `{figure}` or `{figure:format}`. Formats: `money` (minor units of the figure `currency`, else CNY), `cny`,
`percent` (a share of 1), `zh` and `en` (a code such as `SECURITIES` in plain words).
"""

from collections.abc import Callable, Mapping
from string import Formatter

from topics.currencies import MINOR_DIGITS

Figure = int | float | str | bool

WORDS = {
    "SECURITIES": ("股票等证券投资", "shares and other securities"),
    "FUTURES_DERIV": ("期货和衍生品交易", "futures and derivatives"),
    "WEALTH_AM": ("理财和资产管理产品", "wealth and asset-management products"),
    "PROPERTY": ("购房", "buying property"),
    "EQUITY_CAPITAL": ("股权投资或出资", "equity investment or company capital"),
    "METAL": ("投资性贵金属", "investment metal"),
    "CRYPTO": ("虚拟货币", "crypto-currency"),
    "GAMBLING": ("彩票和博彩", "lottery and gambling"),
    "MORTGAGE_REPAY": ("偿还房贷", "repaying a mortgage"),
    "OTHER_LENDER": ("偿还其他机构的借款", "repaying other lenders"),
    "OWN_LOAN": ("经他人账户转出的您的贷款资金", "your own loan money that went through other people's accounts"),
    "OTHERS_LOAN": ("他人的贷款资金", "other people's loan money"),
    "MIXED_LOANS": ("您和他人的贷款资金", "loan money, yours and other people's together"),
}


def money(minor: int, currency: str = "CNY") -> str:
    """Write an amount of minor units for people: 123456 is `CNY 1,234.56`."""
    decimals = MINOR_DIGITS.get(currency, 2)
    whole, part = divmod(abs(minor), 10**decimals)
    sign = "-" if minor < 0 else ""
    return f"{currency} {sign}{whole:,}" + (f".{part:0{decimals}d}" if decimals else "")


def _plain(figure: Figure) -> str:
    if isinstance(figure, bool):
        return "yes" if figure else "no"
    return str(figure)


_FORMATS: dict[str, Callable[[Figure, str], str]] = {
    "": lambda figure, _: _plain(figure),
    "money": lambda figure, currency: money(int(figure), currency),
    "cny": lambda figure, _: money(int(figure)),
    "percent": lambda figure, _: f"{float(figure) * 100:.1f} %",
    "zh": lambda figure, _: WORDS[str(figure)][0],
    "en": lambda figure, _: WORDS[str(figure)][1],
}


def places(template: str) -> list[tuple[str, str]]:
    """List the places of a template as (figure, format). ValueError: not a template."""
    return [(name, form or "") for _, name, form, _ in Formatter().parse(template) if name is not None]


def render(template: str, figures: Mapping[str, Figure]) -> str:
    """Fill a template. KeyError: a figure, format or word that does not exist."""
    currency = str(figures.get("currency", "CNY"))
    parts = []
    for literal, name, form, _ in Formatter().parse(template):
        parts.append(literal)
        if name is not None:
            parts.append(_FORMATS[form or ""](figures[name], currency))
    return "".join(parts)
