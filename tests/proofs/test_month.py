"""A simulated month: each block of a tracing rule is proven, and what it proves is what was decided."""

import json
from functools import cache
from pathlib import Path

import pytest

from monitor.cli.main import run
from monitor.proofs.build import blocking
from monitor.proofs.verifier import Wrong, verify
from monitor.simulator.bank import Plan
from monitor.simulator.files import event_line
from rules.catalogue import packaged
from tests.proofs.months import ProvenMonth
from tests.proofs.test_verifier import altered, more, places, sealed
from tests.simulator.banks import month, play

UNSEEN = frozenset({"topic", "partition", "offset", "seal"})  # a new seal, or the place, of which no message speaks


@cache
def proven(folder: Path) -> ProvenMonth:
    """Decide a month and prove it, once."""
    return ProvenMonth(month()[0], folder)


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> ProvenMonth:
    return proven(tmp_path_factory.mktemp("proofs"))


def test_every_block_of_a_tracing_rule_has_a_proof_and_every_proof_holds(simulated: ProvenMonth) -> None:
    assert not simulated.proofs.refused
    assert len(simulated.proofs.written) == len(simulated.decisions) > 5
    for path in simulated.proofs.written:
        assert verify(path.read_bytes()).startswith("proven")


def test_blocks_of_each_kind_are_among_them(simulated: ProvenMonth) -> None:
    assert {"FF01", "FF02 OTHERS_LOAN", "FF02 OWN_LOAN", "CO13"} <= simulated.claims().keys()


def test_what_is_proven_is_what_was_decided(simulated: ProvenMonth) -> None:
    """Each reason of each block; never less; more only where a limit made the engine cautious, or a tag was late."""
    more_shown = 0
    for path in simulated.proofs.written:
        proof = json.loads(path.read_bytes())
        decision = simulated.decisions[proof["event_id"]]
        assert [claim["reason"] for claim in proof["claims"]] == blocking(decision)
        assert all(claim["certain"] >= claim["decided"] > 0 for claim in proof["claims"])
        more_shown += any(claim["certain"] > claim["decided"] for claim in proof["claims"])
    assert more_shown <= len(simulated.proofs.written) // 10


def test_no_figure_of_any_proof_can_be_altered(simulated: ProvenMonth) -> None:
    for path in simulated.proofs.written[::3]:
        proof = json.loads(path.read_bytes())
        for place in places(proof):
            changed = altered(proof, place, more)
            for value in [changed] if place[-1] in UNSEEN else [changed, sealed(changed)]:
                with pytest.raises(Wrong):
                    verify(json.dumps(value))


def test_a_file_of_events_is_replayed_with_its_proofs_and_they_are_checked_by_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deliveries, _ = play(Plan(seed=3, customers=10, days=5, cases=("capital-flow",)))
    (tmp_path / "events.jsonl").write_bytes(b"".join(map(event_line, deliveries)))
    (tmp_path / "rules.toml").write_text(packaged("enforce_all"))
    rules, proofs = str(tmp_path / "rules.toml"), tmp_path / "proofs"
    assert run(["replay", str(tmp_path), "--rules", rules, "--proofs", str(proofs)]) == 0
    files = sorted(proofs.iterdir())
    assert files
    assert f"{len(files)} proofs in" in capsys.readouterr().out
    assert run(["verify-proof", *map(str, files)]) == 0
    assert capsys.readouterr().out.count(": proven, however it is counted: FF") == len(files)


def test_a_rule_set_that_blocks_nothing_proves_nothing_and_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "events.jsonl").write_bytes(b"")
    assert run(["replay", str(tmp_path), "--proofs", str(tmp_path / "proofs")]) == 0
    assert "no proof, as no tracing rule blocked a payment" in capsys.readouterr().out


def test_proofs_of_the_journal_come_from_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replay", "--journal", "--proofs", "x"]) == 1
    assert "monitor prove" in capsys.readouterr().err
