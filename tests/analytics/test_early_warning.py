"""The early warning: facts against plain Python, nothing of the future read, forecasts that add up."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.early_warning import (
    FEATURES,
    Histories,
    as_last_month,
    caught,
    facts,
    fit,
    forecast,
    known,
    reasons,
)

MANY = 3_000
MONTHS = 30


def histories(seed: int, many: int = MANY) -> Histories:
    """Households that are late more or less often, some billed every other month, some new."""
    random = np.random.default_rng(seed)
    risk = random.beta(0.4, 3, many)[:, None]
    months = np.arange(MONTHS)
    billed = (random.random((many, MONTHS)) < 0.95) & (months < random.integers(2, MONTHS + 1, many)[:, None])
    billed &= (random.random(many) < 0.8)[:, None] | (months % 2 == 0)
    late = billed & (random.random((many, MONTHS)) < risk)
    long = late & (random.random((many, MONTHS)) < 0.4)
    bits = ((flags * (1 << months)).sum(axis=1).astype(np.int64) for flags in (billed, late, long))
    return Histories.of(
        pd.DataFrame(
            {
                **dict(zip(("billed", "late", "long"), bits, strict=True)),
                "class": random.choice(["01", "02", "03", "03", "", "09"], many),
            }
        )
    )


def plainly(billed: list[int], late: set[int], long: set[int], back: int) -> dict[str, str]:
    """The facts of one customer from the numbers of the months."""
    year = [k for k in billed if back < k <= back + 12]

    def band(count: int, values: tuple[str, ...]) -> str:
        edges = [(int(v.split("-")[0]), v) for v in values]
        return [v for low, v in edges if count >= low][-1]

    return {
        "lately": "".join("1" if k in late else "0" for k in sorted(year)[:3]),
        "late_12m": band(sum(k in late for k in year), FEATURES["late_12m"]),
        "long_12m": band(sum(back + 2 <= k <= back + 13 for k in long), FEATURES["long_12m"]),
        "year_ago": "none" if back + 12 not in year else "late" if back + 12 in late else "paid",
        "billed_12m": band(len(year), FEATURES["billed_12m"]),
    }


@pytest.mark.parametrize("back", [0, 1, 7, 17])
def test_the_facts_are_those_of_plain_python(back: int) -> None:
    held = histories(1, 800)
    made, of = facts(held, back), known(held, back)
    seen = set()
    for row in range(800):
        billed, late, long = (
            [k for k in range(MONTHS + 1) if int(bits[row]) >> k & 1]
            for bits in (held.billed, held.late, held.long)
        )
        assert of[row] == any(back < k <= back + 12 for k in billed)
        if of[row]:
            told = {name: FEATURES[name][made[name][row]] for name in FEATURES if name != "class"}
            assert told == plainly(billed, set(late), set(long), back)
            seen.add(told["lately"])
            assert as_last_month(held, back)[row] == float(told["lately"][0])
    assert len(seen) >= 10


def test_nothing_that_came_later_is_read() -> None:
    held, back = histories(2), 4
    later = np.int64((1 << back + 1) - 1)
    random = np.random.default_rng(3)
    other = replace(
        held,
        **{n: getattr(held, n) & ~later | random.integers(0, later + 1, MANY) for n in ("billed", "late")},
        long=held.long & ~(later << 1 | 1) | random.integers(0, 2 * later + 2, MANY),
    )
    points, same = (fit(h, range(back + 1, back + 13)) for h in (held, other))
    assert points is not None and same is not None and points.table.equals(same.table)
    assert np.array_equal(forecast(points, held, back), forecast(points, other, back), equal_nan=True)


def test_forecasts_of_each_class_add_up_to_what_came() -> None:
    """But for the ridge of 1, which takes a class's points off its sum: the maximum of the likelihood."""
    held = histories(4)
    points = fit(held, range(1, 13))
    assert points is not None
    p = np.concatenate([forecast(points, held, k) for k in range(1, 13)])
    due = np.concatenate([known(held, k) & (held.billed >> k & 1 == 1) for k in range(1, 13)])
    of = {name: np.concatenate([facts(held, k)[name] for k in range(1, 13)]) for name in FEATURES}
    assert due.sum() == points.table[points.table["fact"] == "class"]["months"].sum()
    for row in points.table.itertuples():
        among = due & (of[str(row.fact)] == FEATURES[str(row.fact)].index(str(row.value)))
        assert among.sum() == row.months
        if row.value != FEATURES[str(row.fact)][0]:
            assert p[among].sum() == pytest.approx(row.late - row.points, abs=1e-4)
    assert p[due].sum() == pytest.approx(points.rate * due.sum(), abs=1e-4)
    assert ((p[~np.isnan(p)] > 0) & (p[~np.isnan(p)] < 1)).all()


def test_who_was_never_billed_and_data_that_say_too_little_have_no_forecast() -> None:
    held = histories(5, 2_000)
    points = fit(held, range(1, 13))
    assert points is not None
    silent = replace(held, billed=held.billed & 1)
    assert np.isnan(forecast(points, silent, 0)).all()
    assert fit(replace(held, late=held.late & 0), range(1, 13)) is None
    assert fit(silent, range(1, 13)) is None


def test_reasons_are_the_facts_that_raise_a_forecast_most() -> None:
    """By plain Python over the table; of whom nothing is forecast there are none."""
    held = histories(6, 2_000)
    points = fit(held, range(1, 13))
    assert points is not None
    table, of, told = points.table, facts(held, 0), reasons(points, held, 0)
    mean = {
        name: sum(rows["points"] * rows["months"]) / rows["months"].sum()
        for name, rows in table.groupby("fact")
    }
    seen = known(held, 0)
    assert (told[~seen] == -1).all() and (told[seen][:, 0] >= 0).sum() > 100
    for row in np.flatnonzero(seen)[:300]:
        adds = {}
        for name, values in FEATURES.items():
            is_it = table["fact"].eq(name) & table["value"].eq(values[of[name][row]])
            adds[int(table.index[is_it][0])] = float(table["points"][is_it].iloc[0]) - mean[name]
        raising = sorted((n for n in adds if adds[n] > 0), key=lambda n: -adds[n])[:2]
        assert [n for n in told[row] if n >= 0] == raising


def test_what_a_list_catches() -> None:
    assert caught([3, 1, np.nan, 2], [50, 10, 20, 20], [1, 2, 3, 9]) == [0.5, 0.7, 0.8, 1.0]
    assert np.isnan(caught([1], [0], [1])[0])
