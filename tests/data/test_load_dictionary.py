"""What a dictionary extract calls codes takes the place of the built-in names, on the screen too."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from dashboard.frame.sidebar import name_of
from dashboard.words.i18n import Translator
from data.warehouse.snapshots import open_snapshot
from services.recovery.units import code_names, named
from tests.data.load_folder import bill, loaded, write_bills

LISTS = {
    "class": ("CONS_SORT_CODE", "03", "居民（本省）"),
    "elec_type": ("elecTypeCode", "201", "居民生活（本省）"),
    "volt": ("VOLT_CODE", "AC00101", "十千伏（本省）"),
    "industry": ("TRADE_CODE", "9910", "城里人"),
    "pay_mode": ("pay_mode", "020104", "支付宝代扣"),
}
"""Each dimension's list as some dictionary calls it, a code, and what the province calls that."""


@pytest.mark.parametrize("dimension", LISTS)
def test_a_dictionary_renames_a_code_everywhere(tmp_path: Path, dimension: str) -> None:
    folder = tmp_path / "in"
    write_bills(folder, [bill(1)])
    told = "\n".join(["PROP_TYPE_ID,PROP_LIST_ID,PROP_LIST_NAME", *(",".join(row) for row in LISTS.values())])
    (folder / "SA_PROP_LIST.csv").write_text(told, encoding="utf-8")
    loaded(folder, tmp_path / "wh")
    _, code, name = LISTS[dimension]
    with open_snapshot(tmp_path / "wh") as db:
        assert code_names(db)[dimension] == {code: name}
        found = named(db, pd.DataFrame({"key": [code, "zz"]}), dimension)
    assert found["name"].tolist() == [name, "zz"]
    assert name_of(Translator("zh"), dimension, code, name) == name
