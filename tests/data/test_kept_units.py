"""A kept mapping brings its unit to the amounts that it was made for, and to no others unasked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from data.errors import InputError
from data.load.extract_files import ExtractFile
from data.load.kept_mappings import Offered, best_mapping, shape_of
from data.load.mapping import mapping_of, shipped_mappings
from tests.data.load_folder import BILL, RECEIPT, bill, inspected, receipt, text_of

SHIPPED = [Offered("" if not n else one.name, one.raw, one) for n, one in enumerate(shipped_mappings())]


def _files(folder: Path, bills: Sequence[str] = BILL, receipts: Sequence[str] = RECEIPT) -> list[ExtractFile]:
    (folder := folder / "in").mkdir(parents=True)
    texts = {
        "A_RCVBL_FLOW.csv": text_of([bill(1)], list(bills)),
        "A_RCVED_FLOW.csv": text_of([receipt(1)], list(receipts)),
        "C_CONS.csv": "CONS_NO,CONS_NAME\n00000001,a\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [file for name in texts for file in inspected(folder / name)]


def _kept(name: str, unit: str, made_for: Sequence[ExtractFile]) -> Offered:
    raw = {"name": name, "extends": "sg186", "tables": {"A_RCVBL_FLOW": {"unit": unit}}}
    return Offered(name, raw, mapping_of(raw, name), tuple(map(shape_of, made_for)), True)


def _chosen(files: Sequence[ExtractFile], *kept: Offered) -> str:
    return best_mapping(files, [*SHIPPED, *kept]).name


def test_what_was_made_for_the_bills_is_taken(tmp_path: Path) -> None:
    bills, receipts, people = files = _files(tmp_path / "a")
    for made_for in (files, [bills, people], [bills]):
        assert _chosen(files, _kept("ours", "fen", made_for)) == "ours"
    assert _chosen(files, _kept("old", "fen", [receipts, people]), _kept("ours", "fen", files)) == "ours"


def test_customers_alone_do_not_bring_their_unit_to_bills_of_others(tmp_path: Path) -> None:
    made = _files(tmp_path / "a")
    for bills, receipts, by in (([*BILL, "X"], RECEIPT, "ours"), (BILL[:-1], [*RECEIPT, "X"], "")):
        files = _files(tmp_path / f"b{len(bills)}", bills, receipts)
        with pytest.raises(InputError) as refused:
            _chosen(files, _kept("ours", "fen", made))
        assert refused.value.key == "mappings_differ_in_unit"
        assert refused.value.params["file"] == "A_RCVBL_FLOW.csv"
        assert {refused.value.params["one"], refused.value.params["other"]} == {"sg186", "ours"}
        assert _chosen(files, _kept("ours", "yuan", made)) == by


def test_two_kept_for_the_same_files_in_other_units_are_both_named(tmp_path: Path) -> None:
    files = _files(tmp_path / "a")
    with pytest.raises(InputError) as refused:
        _chosen(files, _kept("ours", "fen", files), _kept("theirs", "wan_yuan", files))
    assert {refused.value.params["one"], refused.value.params["other"]} == {"ours", "theirs"}
