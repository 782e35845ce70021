"""The light of the sample's customers: for all as for one, from data of the day, beside the grade."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.warehouse.snapshots import open_snapshot
from services.credit import risk_light
from services.credit.policy_files import read_policy
from services.customers import lists

POLICY = read_policy()
pytestmark = pytest.mark.slow


def test_lights_of_all_and_of_one_agree_with_what_is_overdue(sample_warehouse: Path) -> None:
    import pyarrow.parquet as pq

    with open_snapshot(sample_warehouse) as db:
        as_of = date(db.meta.extract_on.year - 1, 12, 31)
        lights = risk_light.risk_lights(db, POLICY, as_of)
        told = pq.read_table(lists.measures(db, as_of)).to_pandas()
        assert len(lights) == len(told) and lights["cons_no"].is_unique
        counts = risk_light.light_counts(db, POLICY, as_of)
        assert counts == lights["light"].value_counts().to_dict() and set(counts) > {"none", "red"}
        owing = (told["overdue"] - told["in_transit"]).to_numpy() >= 1000
        assert (lights["light"].to_numpy()[owing] != "none").all()
        assert lights.loc[~owing, "light"].isin(["none", "yellow"]).all()
        late = owing & (told["days_overdue"].to_numpy() >= 31)
        assert late.any() and (lights.loc[late, "light"] == "red").all()
        for light in set(lights["light"]):
            row = lights[lights["light"] == light].iloc[0]
            one = risk_light.risk_light_of(db, POLICY, as_of, row["cons_no"])
            assert one.light == light and all(row[r] for r in one.reasons)
        some = list(lights["cons_no"].iloc[[3, 40, 200]])
        few = risk_light.risk_lights(db, POLICY, as_of, [*some, "nobody"])
        assert few.equals(lights[lights["cons_no"].isin(some)].reset_index(drop=True))
        assert risk_light.risk_light_of(db, POLICY, as_of, "nobody").light == "none"
