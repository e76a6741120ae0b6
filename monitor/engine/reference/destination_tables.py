"""What a product, a merchant category or a name says about the use of money. An analyst may read and extend it.

Confidence is in hundredths. Nothing here is certain: the highest figure is `CAP`, and a single table below 90
cannot block. Class names are those of `topics.reference.DestinationClass`.
"""

from typing import NamedTuple

CAP = 99
PRODUCT = 99
CURATED = 95
AGENT = 90
OWN_NAME = 85  # below a clearing member's word: one's own account at a broker is securities first
CATEGORY = 80
WEAK_CATEGORY = 50  # the category also holds ordinary uses
NAME = 60


class Use(NamedTuple):
    """A class of use, how sure, and what the code means."""

    destination: str
    hundredths: int
    meaning: str


# A time deposit is absent on purpose: the money is still the customer's own and not invested.
PRODUCTS: dict[str, Use] = {
    "SECURITIES_TRANSFER": Use("SECURITIES", PRODUCT, "bank to securities account transfer"),
    "FUTURES_TRANSFER": Use("FUTURES_DERIV", PRODUCT, "bank to futures account transfer"),
    "WEALTH_PURCHASE": Use("WEALTH_AM", PRODUCT, "wealth product purchase"),
    "FUND_PURCHASE": Use("WEALTH_AM", PRODUCT, "fund purchase"),
    "METAL_PURCHASE": Use("METAL", PRODUCT, "investment metal purchase"),
    "MORTGAGE_REPAYMENT": Use("MORTGAGE_REPAY", PRODUCT, "mortgage repayment"),
    "LOAN_REPAYMENT": Use("OTHER_LENDER", PRODUCT, "repayment to another lender"),
    "CAPITAL_VERIFICATION": Use("EQUITY_CAPITAL", PRODUCT, "capital paid into a company"),
    "INSURANCE_PREMIUM": Use("INSURANCE_INVEST", NAME, "insurance premium, invested or not"),
}

# ISO 18245. Jewellers are shops: investment metal is told by product or dealer, never by category.
CATEGORIES: dict[str, Use] = {
    "1520": Use("PROPERTY", CATEGORY, "general contractors, residential and commercial"),
    "5094": Use("CONSUMPTION", WEAK_CATEGORY, "precious stones and metals, watches and jewellery, wholesale"),
    "5944": Use("CONSUMPTION", CATEGORY, "jewellery, watch, clock and silverware shops"),
    "6010": Use("CASH", CATEGORY, "cash over the counter of a financial institution"),
    "6011": Use("CASH", CATEGORY, "cash from a machine of a financial institution"),
    "6012": Use("OTHER_LENDER", CATEGORY, "financial institutions, goods and services"),
    "6050": Use("CASH", CATEGORY, "quasi cash at a financial institution"),
    "6051": Use("CRYPTO", CATEGORY, "foreign currency, money orders, virtual currency outside banks"),
    "6211": Use("SECURITIES", CATEGORY, "security brokers and dealers"),
    "6300": Use("INSURANCE_INVEST", CATEGORY, "insurance sales and premiums"),
    "6513": Use("PROPERTY", CATEGORY, "real estate agents and managers"),
    "6540": Use("CASH", WEAK_CATEGORY, "stored value bought or loaded outside banks"),
    "7800": Use("GAMBLING", CATEGORY, "state lotteries"),
    "7801": Use("GAMBLING", CATEGORY, "licensed online casinos"),
    "7802": Use("GAMBLING", CATEGORY, "licensed horse and dog racing"),
    "7995": Use("GAMBLING", CATEGORY, "betting, lottery tickets, casino chips"),
    "9311": Use("OWN_BUSINESS", WEAK_CATEGORY, "tax payments"),
    "4111": Use("CONSUMPTION", CATEGORY, "local passenger transport"),
    "4121": Use("CONSUMPTION", CATEGORY, "taxis"),
    "4814": Use("CONSUMPTION", CATEGORY, "telephone services"),
    "4900": Use("CONSUMPTION", CATEGORY, "electricity, gas and water"),
    "5311": Use("CONSUMPTION", CATEGORY, "department stores"),
    "5411": Use("CONSUMPTION", CATEGORY, "grocery stores and supermarkets"),
    "5541": Use("CONSUMPTION", CATEGORY, "petrol stations"),
    "5651": Use("CONSUMPTION", CATEGORY, "family clothing shops"),
    "5712": Use("CONSUMPTION", CATEGORY, "furniture and home furnishing shops"),
    "5732": Use("CONSUMPTION", CATEGORY, "electronics shops"),
    "5812": Use("CONSUMPTION", CATEGORY, "restaurants"),
    "5814": Use("CONSUMPTION", CATEGORY, "fast food"),
    "5912": Use("CONSUMPTION", CATEGORY, "pharmacies"),
    "7011": Use("CONSUMPTION", CATEGORY, "hotels"),
    "8062": Use("CONSUMPTION", CATEGORY, "hospitals"),
    "8220": Use("CONSUMPTION", CATEGORY, "colleges and universities"),
}


class CategoryRange(NamedTuple):
    """Categories `first` to `last` that are ordinary consumption unless listed above."""

    first: int
    last: int
    meaning: str


# Not covered, because the class says little: 4829 money transfer, 6xxx finance, 9xxx government.
CONSUMPTION_RANGES = (
    CategoryRange(3000, 3999, "airlines, car rental and hotels"),
    CategoryRange(4000, 4799, "transport"),
    CategoryRange(4800, 4828, "telecommunication"),
    CategoryRange(4830, 4999, "utilities"),
    CategoryRange(5200, 5599, "retail shops"),
    CategoryRange(5600, 5699, "clothing shops"),
    CategoryRange(5700, 5999, "shops and restaurants"),
    CategoryRange(7000, 7299, "hotels and personal services"),
    CategoryRange(7500, 7799, "car rental, garages and repairs"),
    CategoryRange(7803, 7994, "entertainment"),
    CategoryRange(7996, 7999, "entertainment"),
    CategoryRange(8000, 8099, "medical services"),
    CategoryRange(8200, 8299, "schools"),
)


class Names(NamedTuple):
    """Words in a payee's name that speak for a class; a phrase of `unless` anywhere in the name silences them."""

    chinese: tuple[str, ...]
    english: tuple[str, ...]
    unless: tuple[str, ...] = ()


# A word right before one of these is part of an address, a newspaper or a charity: 证券街, 基金会, Securities Street.
NOT_BEFORE = ("街", "路", "巷", "大道", "大厦", "广场", "报", "时报", "学院", "书店", "会")
NOT_BEFORE_ENGLISH = ("street", "road", "avenue", "building", "tower", "plaza", "times", "daily", "news", "cafe")

NAMES: dict[str, Names] = {
    "CRYPTO": Names(
        ("虚拟货币", "加密货币", "数字货币", "比特币", "以太坊", "数字资产交易"),
        ("bitcoin", "crypto", "cryptocurrency", "crypto exchange", "ethereum"),
        ("数字人民币",),
    ),
    "EQUITY_CAPITAL": Names(
        ("股权投资", "私募股权", "创业投资", "验资"), ("private equity", "venture capital", "equity investment")
    ),
    "FUTURES_DERIV": Names(("期货", "期权", "衍生品"), ("futures", "derivatives")),
    "GAMBLING": Names(
        ("彩票", "博彩", "赌场", "体彩", "福彩"),
        ("casino", "lottery", "betting", "gambling", "bookmaker"),
        ("彩印", "彩色"),
    ),
    "INSURANCE_INVEST": Names(("人寿保险", "投连险", "分红险", "万能险"), ("life insurance", "life assurance")),
    "METAL": Names(
        ("贵金属", "黄金投资", "黄金交易", "白银投资", "金条"),
        ("bullion", "precious metals"),
        ("珠宝", "首饰", "金店", "jewellery", "jewelry"),
    ),
    "MORTGAGE_REPAY": Names(("按揭", "房贷", "住房贷款", "公积金贷款"), ("mortgage", "home loan", "home loans")),
    "OTHER_LENDER": Names(
        ("小额贷款", "小贷", "消费金融", "典当", "保理", "网贷", "融资租赁"),
        ("microloan", "microcredit", "micro lending", "consumer finance", "pawn", "pawnbroker", "factoring"),
        ("环保",),
    ),
    "PROPERTY": Names(
        ("房地产", "置业", "房产", "开发商", "楼盘", "售楼", "地产"),
        ("real estate", "realty", "property developer", "property development", "estate agent", "estate agency"),
        (
            "物业",
            "装修",
            "装饰",
            "家居",
            "家政",
            "保洁",
            "当地产",
            "本地产",
            "地产品",
            "房产税",
            "renovation",
            "decoration",
        ),
    ),
    "SECURITIES": Names(("证券", "股票", "券商"), ("securities", "stockbroker", "brokerage", "stock exchange")),
    "WEALTH_AM": Names(
        ("基金", "信托", "资管", "资产管理", "理财", "财富管理"),
        ("asset management", "wealth management", "fund management", "mutual fund", "trust company"),
        ("管理财", "公益", "慈善", "charity"),
    ),
}
