"""Alerts are episodes: one per rule family and subject, told again only when there is more to tell."""

from monitor.engine.customer import decode
from monitor.engine.measures import ATTEMPTS
from monitor.engine.state.packing import MOST
from monitor.engine.state.windows import Window
from rules.rule import Action, Family, Finding, Rule
from tests.engine.invented import beside, enforcing, rule
from tests.engine.scene import DAY, HOUR, Scene
from topics import names, reference, transfers
from topics.answers import Alert
from topics.fields import MOST_MONEY

FIRST = 1_000_00


def about_the_payee(
    code: str, action: Action = Action.ALERT, severity: int = 2, least: int = 0, *, total: bool = False
) -> Rule:
    """A rule that fires for every amount from `least` on; its subject is the payee. `total`: it calls it all so far."""

    def evaluate(facts: object, _: object) -> Finding:
        amount, payee = facts.amount, facts.counterparty  # type: ignore[attr-defined]
        return Finding(0.0 if amount >= least else -1.0, action, {}, payee, amount, (), total=total)

    return rule(code, evaluate, Family.UNUSUAL, severity=severity)


def desk(*rules: Rule) -> Scene:
    chosen = rules or (about_the_payee("ZZ01"),)
    return Scene(enforcing(*chosen), beside(*chosen))


def alerts(scene: Scene) -> list[Alert]:
    return scene.read(names.ALERTS)


def told(scene: Scene) -> list[tuple[str, int, int]]:
    return [(alert.status, alert.amount, alert.events) for alert in alerts(scene)]


def test_events_of_one_subject_within_a_day_are_one_episode_told_once() -> None:
    scene = desk()
    for amount in (FIRST, 300_00, 300_00):
        scene.ask(amount)
        scene.wait(HOUR)
    assert told(scene) == [("OPEN", FIRST, 1)]


def test_it_is_told_again_at_twice_the_amount_last_told() -> None:
    scene = desk()
    for amount in (FIRST, FIRST - 1, 1, FIRST, FIRST):
        scene.ask(amount)
    assert told(scene) == [("OPEN", FIRST, 1), ("UPDATED", 2 * FIRST, 3), ("UPDATED", 4 * FIRST, 5)]
    assert len({alert.alert_id for alert in alerts(scene)}) == 1


def test_of_sums_so_far_the_largest_is_at_stake() -> None:
    scene = desk(about_the_payee("ZZ01", total=True))
    for total in (FIRST, FIRST + 500_00, 2 * FIRST, 2 * FIRST + 1):
        scene.ask(total)
    assert told(scene) == [("OPEN", FIRST, 1), ("UPDATED", 2 * FIRST, 3)]


def test_absurd_sums_are_bounded_where_they_are_kept() -> None:
    """The largest amount, again and again: what is kept and told must go on to fit in 64 bits."""
    scene = desk()
    for number in range(1_100):
        scene.ask(MOST_MONEY, "payee-1" if number else "payee-2")
    customer = decode(b"", scene.encoded() or b"")
    assert max(episode.amount for episode in customer.episodes.values()) == MOST
    assert customer.windows.total(ATTEMPTS, Window.H24, customer.windows.clock) == MOST


def test_it_is_told_again_when_the_action_rises() -> None:
    scene = desk(about_the_payee("ZZ01"), about_the_payee("ZZ02", Action.HOLD, severity=2, least=FIRST + 1))
    for amount in (FIRST, FIRST + 1, 1):
        scene.ask(amount)
    assert [alert.action for alert in alerts(scene)] == ["ALERT", "HOLD"]


def test_it_is_told_again_when_the_severity_rises() -> None:
    scene = desk(about_the_payee("ZZ01"), about_the_payee("ZZ02", severity=4, least=FIRST))
    for amount in (FIRST - 1, FIRST, 1):
        scene.ask(amount)
    assert [alert.severity for alert in alerts(scene)] == [2, 4]


def test_another_subject_or_24_quiet_hours_make_another_episode() -> None:
    scene = desk()
    scene.ask(FIRST)
    scene.ask(FIRST, "payee-2")
    scene.wait(DAY - 1)
    scene.ask(1, "payee-2")
    scene.wait(1)
    scene.ask(FIRST)
    scene.ask(1, "payee-2")
    assert told(scene) == [("OPEN", FIRST, 1), ("OPEN", FIRST, 1), ("OPEN", FIRST, 1)]
    assert [alert.subject for alert in alerts(scene)] == ["payee-1", "payee-2", "payee-1"]
    assert len({alert.alert_id for alert in alerts(scene)}) == 3


def test_for_seven_days_after_an_explanation_the_subject_is_quiet() -> None:
    scene = desk()
    scene.ask(FIRST)
    scene.verdict("alert", alerts(scene)[0].alert_id, "FP_EXPLAINED")
    scene.restart()
    for _ in range(6):
        scene.wait(DAY)
        scene.ask(100 * FIRST)
    assert len(alerts(scene)) == 1
    scene.ask(FIRST, "payee-2")
    scene.wait(DAY)
    scene.ask(FIRST)
    assert [(alert.status, alert.subject) for alert in alerts(scene)] == [
        ("OPEN", "payee-1"),
        ("OPEN", "payee-2"),
        ("OPEN", "payee-1"),
    ]


def test_any_other_verdict_keeps_the_subject_loud() -> None:
    scene = desk()
    scene.ask(FIRST)
    scene.verdict("alert", alerts(scene)[0].alert_id, "INCONCLUSIVE")
    scene.ask(FIRST)
    assert [alert.status for alert in alerts(scene)] == ["OPEN", "UPDATED"]


def test_what_comes_within_the_same_episode_after_the_quiet_days_is_told_as_open() -> None:
    scene = desk()
    scene.ask(FIRST)
    scene.verdict("alert", alerts(scene)[0].alert_id, "FP_EXPLAINED")
    scene.wait(7 * DAY - HOUR)
    scene.ask(FIRST)
    scene.wait(2 * HOUR)
    scene.ask(FIRST)
    assert told(scene) == [("OPEN", FIRST, 1), ("OPEN", 2 * FIRST, 2)]


def test_the_worse_and_the_larger_rank_first() -> None:
    scene = desk(about_the_payee("ZZ01", severity=2))
    scene.ask(FIRST)
    scene.ask(3 * FIRST, "payee-2")
    worse = desk(about_the_payee("ZZ01", severity=4))
    worse.ask(FIRST)
    small, large, severe = (alert.rank for alert in (*alerts(scene), *alerts(worse)))
    assert small < severe < large


def test_the_path_tells_draw_account_and_payee_with_what_speaks_for_its_class() -> None:
    scene = Scene()
    scene.open(0)
    scene.loan()
    scene.draw(50_000_00)
    where = {"kind": "account", "identifier": "broker-1", "destination_class": "SECURITIES"}
    scene.send(scene.make(reference.CuratedDestination, **where))
    scene.post(transfers.TransferPosting, -20_000_00, counterparty_account="broker-1")
    (alert,) = alerts(scene)
    draw, account, payee = alert.path
    assert draw == "draw draw-1: between CNY 20,000.00 and CNY 20,000.00"
    assert account == "account account-1"
    assert payee.startswith("to broker-1 (SECURITIES: ")


def test_the_number_of_episodes_is_bounded() -> None:
    scene = desk()
    for i in range(40):
        scene.ask(FIRST, f"payee-{i}")
    assert scene.engine.counters()["evicted", "episode"] == 8
    assert len(alerts(scene)) == 40
