"""Names of people, shops, firms. All invented."""

_SURNAMES = (
    "Wang Li Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Hu Zhu Gao Lin He Guo Ma Luo Liang Song Zheng "
    "Xie Han Tang Feng Yu Dong Xiao Cheng Cao Yuan Deng Fu Shen Zeng Peng Lu Su Jiang Cai Jia Ding Wei "
    "Xue Ye Yan Pan Du Dai Xia"
)
SURNAMES = _SURNAMES.split()
_GIVEN = (
    "Wei Fang Na Min Jing Li Qiang Lei Jun Yang Yong Yan Jie Juan Tao Ming Chao Xiulan Xia Ping Gang "
    "Guiying Yulan Jianguo Haiyan Xiaoming Tingting Zhiqiang Meiling Jianhua Shuzhen Wenjie Yuxin Zihan "
    "Haoran Siyu Kai Peng Rui Hongmei Guihua Dawei Lihua Chunmei Bin Ning Hui Xin Lan Bo"
)
GIVEN = _GIVEN.split()
_SHOP_WORDS = (
    "Lucky Bamboo Morning Jade Harbour Lotus Spring Willow Crane Sunrise Orchid River Garden Maple Silk "
    "Cloud Pearl Bright Little Corner Old-Town Riverside Plum Golden-Carp Four-Seasons"
)
SHOP_WORDS = _SHOP_WORDS.split()

# category -> (merchant category code, what the shop is called, how many there are)
CATEGORIES: dict[str, tuple[str, str, int]] = {
    "grocery": ("5411", "Market", 30),
    "restaurant": ("5812", "Noodle House", 40),
    "transit": ("4111", "Metro", 4),
    "online": ("5311", "Online Mall", 12),
    "fuel": ("5541", "Fuel Station", 10),
    "pharmacy": ("5912", "Pharmacy", 12),
    "clothing": ("5651", "Clothing", 16),
    "leisure": ("7832", "Cinema", 8),
    "electronics": ("5732", "Electronics", 14),
    "furniture": ("5712", "Furniture", 10),
    "building": ("5211", "Building Supplies", 8),
    "travel": ("4722", "Travel Agency", 8),
    "clinic": ("8011", "Dental Clinic", 8),
    "school": ("8299", "Training School", 8),
    "jewellery": ("5944", "Jewellery", 6),
    "phone": ("4814", "Mobile Top-up", 2),
    "utilities": ("4900", "Power and Water", 3),
    "machine": ("6011", "Cash Machine", 20),
}

WALLETS = ("6540", "Wallet", 2)  # stored value: not among the shops where people buy

BANK_CODES = ("ICBKCNBJ", "PCBCCNBJ", "ABOCCNBJ", "CMBCCNBS", "COMMCNSH", "SPDBCNSH", "MSBCCNBJ", "CIBKCNBJ")
ESTATE = 6  # the employer that banks here: it pays wages, and the people of its houses pay it
EMPLOYERS = (
    "Hengxin Machinery",
    "Blue Crane Logistics",
    "City Hospital No. 4",
    "Yunhe Software",
    "Tianhe Primary School",
    "Fenghua Textiles",
    "Nanhu Property Services",
    "Jinma Foods",
    "Donghai Shipping",
    "Qinghe Design",
    "Metro Bus Company",
    "Lantian Environmental",
    "Minsheng Cleaning",
    "Xinyuan Pharma",
    "Kunlun Construction",
    "Provincial Museum",
)
# class of use -> (names, agent or None for the bank's own house, product code)
DESTINATIONS: dict[str, tuple[tuple[str, ...], str | None, str | None]] = {
    "SECURITIES": (
        ("长桥证券股份有限公司", "北岸证券有限责任公司", "明湖证券股份有限公司"),
        "SECCNSHX",
        "SECURITIES_TRANSFER",
    ),
    "FUTURES_DERIV": (("东港期货有限公司",), "FUTCNSHX", "FUTURES_TRANSFER"),
    "WEALTH_AM": (("稳盈理财一号",), None, "WEALTH_PURCHASE"),
    "PROPERTY": (("云栖置业有限公司", "金桥房地产开发有限公司"), "PCBCCNBJ", None),
    "METAL": (("本行贵金属账户",), None, "METAL_PURCHASE"),
    "CRYPTO": (("Coinport OTC Desk", "Bluechain Exchange"), "SPDBCNSH", None),
    "MORTGAGE_REPAY": (("住房贷款还款专户",), "ICBKCNBJ", "MORTGAGE_REPAYMENT"),
    "OTHER_LENDER": (
        ("惠民小额贷款有限公司", "远帆消费金融有限公司", "同舟小额贷款有限公司"),
        "CIBKCNBJ",
        "LOAN_REPAYMENT",
    ),
}
CURATED = ("SECURITIES", "PROPERTY", "CRYPTO")
