"""The cases there are."""

from monitor.simulator.episodes import an01, co01, co10, co13, co21, ff01, ff02, ff03, ff04, ff05, fr01, fr02, fr09
from monitor.simulator.episodes.stage import Case
from monitor.simulator.truth import Code

_ALL = (an01, co01, co10, co13, co21, ff01, ff02, ff03, ff04, ff05, fr01, fr02, fr09)
CASES: dict[Code, Case] = {module.CASE.code: module.CASE for module in _ALL}
