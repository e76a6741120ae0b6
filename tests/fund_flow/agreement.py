"""Where a streaming monitor and the offline tracer differ: what is final must be equal to the last minor unit."""

from collections.abc import Iterator
from dataclasses import replace

from tests.fund_flow.figures import OTHER, UNION, Figure, Span
from tests.fund_flow.findings import Findings, Said, Use


def differences(stream: Findings, offline: Findings, ledgers: dict[str, Use]) -> list[str]:
    """In words; `ledgers` are the offline tracer's, loan by loan."""
    return [*_postings(stream, offline), *_sent(stream, offline), *_ledgers(stream, ledgers)]


def _postings(stream: Findings, offline: Findings) -> Iterator[str]:
    for where, said in sorted(stream.postings.items()):
        right = offline.postings[where]
        if said.figures is not None and (said.figures != _named(right) or said.union != right.union):
            yield f"posting {where}: stream {said}, offline {right}"
        if said.early is not None and not _narrowed(said.early, right):
            yield f"posting {where}: retracted, first {said.early}, offline {right}"


def _named(said: Said) -> dict[str, Figure]:
    return {draw: figure for draw, figure in (said.figures or {}).items() if draw != OTHER}


def _narrowed(early: dict[str, Span], right: Said) -> bool:
    """What was said early only got narrower."""
    final = {draw: Span(figure.certain, figure.possible) for draw, figure in _named(right).items()}
    final[UNION] = right.union
    spans = [(early.get(name, Span(0, early[UNION].high)), span) for name, span in final.items()]
    gone = [span for name, span in early.items() if name not in final]
    return all(e.low <= f.low and f.high <= e.high for e, f in spans) and all(span.low == 0 for span in gone)


def _sent(stream: Findings, offline: Findings) -> Iterator[str]:
    for transfer in sorted(set(stream.sent) | set(offline.sent)):
        if stream.sent.get(transfer) != offline.sent.get(transfer):
            yield f"tag {transfer}: stream {stream.sent.get(transfer)}, offline {offline.sent.get(transfer)}"


def _ledgers(stream: Findings, ledgers: dict[str, Use]) -> Iterator[str]:
    for loan in sorted(set(stream.uses) | set(ledgers)):
        one, other = stream.uses.get(loan), ledgers.get(loan)
        if one is None or other is None or not _agree(one, other):
            yield f"loan {loan}:\n  stream  {one}\n  offline {other}"


def _agree(one: Use, other: Use) -> bool:
    """Every figure is equal. The stream may have left out names: draws that ended a month ago are in the sums only."""
    left_out = set(other.draws) - set(one.draws)
    named = tuple(draw for draw in other.draws if draw not in left_out)
    return left_out <= other.ended and replace(one, draws=other.draws) == other and one.draws == named


def claims_of(stream: Findings, offline: Findings, ledgers: dict[str, Use]) -> Findings:
    """What the stream said, with what only the offline tracer says beside it: where trails ended, what was undone."""
    postings = {
        where: replace(right, figures=said.figures, union=said.union, early=said.early, held=None)
        for where, right in offline.postings.items()
        for said in (stream.postings[where],)
    }
    return Findings(postings, {name: stream.uses[name] for name in ledgers if name in stream.uses}, stream.sent)
