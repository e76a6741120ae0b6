"""What each fact of `rules.facts` was collected for. A rule may read only facts of the purposes its card declares.

Device and credential facts may serve anti-fraud rules only.
"""

from rules.rule import Purpose

_ANY = frozenset(Purpose)
_CREDIT = frozenset({Purpose.CREDIT_RISK, Purpose.ANTI_FRAUD})
_FRAUD = frozenset({Purpose.ANTI_FRAUD})

PURPOSES: dict[str, frozenset[Purpose]] = {
    "event": _ANY,
    "event_id": _ANY,
    "is_request": _ANY,
    "outgoing": _ANY,
    "amount": _ANY,
    "currency": _ANY,
    "counterparty": _ANY,
    "destination": _CREDIT,
    "flow": _CREDIT,
    "own_flow": _CREDIT,
    "foreign_flow": _CREDIT,
    "foreign_route": _CREDIT,
    "use": _CREDIT,
    "homecoming": _CREDIT,
    "repaid_for": _CREDIT,
    "dust": _CREDIT,
    "prohibited_before": _CREDIT,
    "account_resync": _CREDIT,
    "listed_on": frozenset({Purpose.LEGAL_DUTY}),
    "loop": _CREDIT,
    "first_time_payee": _FRAUD,
    "own_account": _ANY,
    "payee_account_age_days": _FRAUD,
    "amount_p95_90d": _FRAUD,
    "new_device_age_ms": _FRAUD,
    "credential_reset_age_ms": _FRAUD,
    "in_call": _FRAUD,
    "screen_shared": _FRAUD,
    "draw": _CREDIT,
    "age_years": _FRAUD,
    "student": _FRAUD,
    "anomaly_quantile": _FRAUD,
    "anomaly_drivers": _FRAUD,
}
