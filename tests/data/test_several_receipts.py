"""Bill numbers on several receipts are found by bits of 64 neighbours: the same as by counting each."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import duckdb

from data.ask.sql_files import statements_of

STEP = Path(__file__).parents[2] / "data" / "sql" / "marts" / "55_work_group.sql"


def test_numbers_on_several_receipts_are_those_that_counting_finds() -> None:
    """Twice, three, four times, in one block and in several, negative numbers, and none at all."""
    dice = random.Random(7)
    for often in ((1, 2), (1, 3), (1, 4), (1, 2, 3, 4), (1,), (2,), (3,), (4,)):
        numbers = [n for n in dice.sample(range(-640, 640), 300) for _ in range(dice.choice(often))]
        with duckdb.connect() as con:
            con.execute(
                "create temp table work_receipt as select unnest($n::bigint[]) as bill_key", {"n": numbers}
            )
            con.execute("insert into work_receipt values (null), (null)")
            con.execute(statements_of(STEP.read_text(encoding="utf-8"))[0])
            found = [n for (n,) in con.execute("select bill_key from work_several").fetchall()]
        assert sorted(found) == sorted(n for n, times in Counter(numbers).items() if times > 1)
