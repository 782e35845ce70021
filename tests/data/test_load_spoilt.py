"""One byte that no encoding has: its own record goes to quarantine, and no other."""

from __future__ import annotations

import codecs
from itertools import product
from pathlib import Path

import pytest

from data.read.text_encoding import EncodingVote
from tests.data.load_folder import BILL, bill, loaded, rows_of, text_of

NAMED = [*BILL, "REMARK"]
MARKS = ("utf-8", "utf-8-sig", "gb18030")


BYTES = (b"\xff", b"\x81", b"\xe5", b"\xb0", b"\0", b"\xff\xfe")


def folder_of(folder: Path, lines: list[bytes], name: str = "A_RCVBL_FLOW.csv") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"\n".join(lines) + b"\n")
    return folder


def bills(encoding: str, first: int = 0, unit: str = "城东所") -> list[bytes]:
    rows = [bill(first + n, ORG_NO=unit, REMARK=f"第{n}号") for n in range(1, 40)]
    return text_of(rows, NAMED).encode(encoding).split(b"\n")[:-1]


def test_a_spoilt_byte_costs_its_own_record(tmp_path: Path) -> None:
    folder, house, expected = tmp_path / "in", tmp_path / "wh", []
    for number, (encoding, byte) in enumerate(product(MARKS, BYTES)):
        first, name = number * 100, f"A_RCVBL_FLOW_2024{number:02d}.csv"
        lines = bills(encoding, first)
        after = "3" if byte == b"\0" else ""  # at the end of a cell it is what fills it
        spoilt = byte + after.encode()
        lines[17] = lines[17].replace("城东所".encode(encoding.removesuffix("-sig")), b"3" + spoilt)
        folder_of(folder, lines, name)
        record = (first + 17) * 100 + 17
        expected.append(
            (name, 18, "A_RCVBL_FLOW", "ORG_NO", "3" + "\ufffd" * len(byte) + after, "undecodable", record)
        )
    reports = loaded(folder, house).files
    for number, report in enumerate(reports):
        assert (report.read, report.loaded, report.quarantined, report.amount_unreadable) == (39, 38, 1, 0)
        assert report.yuan["quarantined"] == (number * 100 + 17) * 100 + 17
        assert report.yuan["read"] == sum((number * 100 + n) * 100 + n for n in range(1, 40))
    found = rows_of(
        house,
        "select file, line, table_name, column_name, value, reason, amount from quarantine order by file",
    )
    assert found == expected
    assert rows_of(house, "select distinct org_no from dim_org") == [("城东所",)]
    number_of = "select json_extract_string(record, '$.CONS_NO') from quarantine order by file limit 1"
    assert rows_of(house, number_of) == [("00000017",)]


def test_a_spoilt_cell_of_a_column_nobody_asked_for_is_named_by_its_heading(tmp_path: Path) -> None:
    lines = bills("utf-8")
    lines[3] += b"\xfe"
    house = tmp_path / "wh"
    loaded(folder_of(tmp_path / "in", lines), house)
    found = rows_of(house, "select line, column_name, value, reason from quarantine")
    assert found == [(4, "REMARK", "第3号\ufffd", "undecodable")]


def test_the_same_file_again_names_its_spoilt_record_again(tmp_path: Path) -> None:
    lines = bills("gb18030")
    lines[5] += b"\xff"
    folder, house = folder_of(tmp_path / "in", lines), tmp_path / "wh"
    loaded(folder, house)
    again = loaded(folder, house).totals()
    assert (again["read"], again["merged"], again["quarantined"]) == (39, 38, 1)
    assert rows_of(house, "select line, reason from quarantine") == [(6, "undecodable")] * 2


def test_a_replacement_mark_that_was_written_is_text(tmp_path: Path) -> None:
    house = tmp_path / "wh"
    assert (
        loaded(folder_of(tmp_path / "in", bills("utf-8", unit="城\ufffd所")), house).totals()["loaded"] == 39
    )
    assert rows_of(house, "select distinct org_no from dim_org") == [("城\ufffd所",)]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_the_vote_does_not_depend_on_where_chunks_end(encoding: str, size: int) -> None:
    content = b"\n".join(b"1,2,3\n" * 50 + line for line in bills(encoding)) + b"\n1,\xff,2\n"
    vote = EncodingVote()
    for at in range(0, len(content), size):
        vote.feed(content[at : at + size])
    assert vote.finish() is False
    assert vote.encoding() == codecs.lookup(encoding).name
