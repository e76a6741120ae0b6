"""What the anomaly model is told of a request: the event beside the customer's own history."""

from monitor.engine.anomaly.features import Features, Observation, extract
from monitor.engine.customer import Customer
from monitor.engine.measures import ATTEMPTS, MONEY_OUT
from monitor.engine.payment import Payment
from monitor.engine.state.packing import DAY
from monitor.engine.state.windows import Window
from rules.facts import Facts

DAYS_30 = 30


def features_of(customer: Customer, payment: Payment, facts: Facts) -> Features:
    """Features in the model's order; what is not known takes its typical value."""
    windows, now, amount = customer.windows, payment.time, payment.amount
    payments_30d, spent_30d = windows.tally(MONEY_OUT, Window.D30, now)
    count_24_h, sum_24_h = windows.tally(ATTEMPTS, Window.H24, now)
    return extract(
        Observation(
            event_time=now,
            amount=amount,
            amount_mean=spent_30d // payments_30d if payments_30d else None,
            amount_p95=facts.amount_p95_90d or None,
            count_5_min=windows.count(ATTEMPTS, Window.M5, now) + 1,
            count_1_h=windows.count(ATTEMPTS, Window.H1, now) + 1,
            count_24_h=count_24_h + 1,
            sum_24_h=sum_24_h + amount,
            sum_daily_mean=spent_30d // DAYS_30 or None,
            first_time_payee=facts.first_time_payee,
            new_payees_24_h=customer.lately.new(DAY, now),
            device_age=facts.new_device_age_ms,
            credential_reset_age=facts.credential_reset_age_ms,
            since_last_event=None if not customer.last_event else max(0, now - customer.last_event),
            draw_age=None if customer.draw is None else max(0, now - customer.draw.time),
            draw_amount=None if customer.draw is None else customer.draw.amount,
            balance_before=customer.ledger.balance(payment.account),
        )
    )
