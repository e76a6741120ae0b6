"""Which mutants live: `python -m tests.mutation tracing [--sample N] [--seed S] [--only TEXT]`.

Exit code 1 when one lives that the area's list of survivors does not explain, or when it lists one that is caught.
"""

import argparse
import random
import sys
from functools import cache

from tests.mutation.areas import AREAS, Area, module_name
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.trial import survives


@cache
def all_mutants(area: Area) -> list[Mutant]:
    """Every mutant of an area, by file and line."""
    return [mutant for path in area.files() for mutant in mutants(module_name(path), path)]


def living(area: Area, chosen: list[Mutant]) -> list[Mutant]:
    """The mutants that no test catches, one after the other: tests may share ports and files. Says them as it goes."""
    found = []
    for number, mutant in enumerate(chosen, 1):
        if survives(mutant, area):
            found.append(mutant)
            sys.stderr.write(f"{number} of {len(chosen)}: lives {mutant.name}\n")
    return found


def main() -> int:
    """Read the command line, try the mutants, tell what lived."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("area", choices=sorted(AREAS))
    parser.add_argument("--sample", type=int, help="try so many, chosen by the seed; all by default")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", default="", help="try those whose name contains this")
    options = parser.parse_args()
    area = AREAS[options.area]
    chosen = [mutant for mutant in all_mutants(area) if options.only in mutant.name]
    if options.sample is not None:
        chosen = random.Random(options.seed).sample(chosen, min(options.sample, len(chosen)))
    explained = area.explained()
    alive = {mutant.name for mutant in living(area, chosen)}
    unexplained = sorted(alive - explained.keys())
    caught_after_all = sorted(name for name in explained if name not in alive and name in {m.name for m in chosen})
    caught = len(chosen) - len(alive)
    lines = [f"{len(chosen)} mutants, {caught} caught, {len(alive) - len(unexplained)} live and are explained"]
    lines += [f"LIVES {name}" for name in unexplained]
    lines += [f"CAUGHT, though listed: {name}" for name in caught_after_all]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if unexplained or caught_after_all else 0


if __name__ == "__main__":
    sys.exit(main())
