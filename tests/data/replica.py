"""A sample extract told anew as a province's read replica writes it: other names, equal facts.

Written from the replica's published schema, and knows nothing of the loader. What the schema has no table
for stays as it is: such files come beside the replica under their official names.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

Row = dict[str, str]
NULLS = ("NULL", r"\N")
STAMP = {
    "create_time": "2024-01-05 08:00:00",
    "create_user": "sync",
    "update_time": "2026-11-01 02:30:00",
    "update_user": "sync",
}
KEYS = {
    "A_RCVBL_FLOW": "RCVBL_AMT_ID",
    "A_RCVED_FLOW": "RCVED_AMT_ID",
    "A_PAY_FLOW": "CHARGE_ID",
    "A_PREPAY_FLOW": "PREPAY_ID",
    "ARC_E_CONS_SNAP": "CALC_ID",
    "C_CONS": "CONS_ID",
    "C_MP": "MP_ID",
    "G_TG": "TG_ID",
    "G_LINE": "LINE_ID",
    "R_SECT": "MR_SECT_NO",
}
"""Tables that the replica has as they are but for the key, which is called `id`."""
NAMES = {"ARC_E_CONS_SNAP": "m_e_cons_snap_arc"} | {
    t: f"m_{t.lower()}" for t in KEYS if t[0] in "ACGR" and t[:3] != "ARC"
}
OTHER_NAMES = {"ARC_E_CONS_SNAP": {"TRADE_CODE": "trade_type_code"}, "R_SECT": {"SECT_NAME": "name"}}
LACKING = {
    "A_RCVBL_FLOW": ("INVISIBLE_FLAG",),
    "A_RCVED_FLOW": ("ACCT_NO", "OWE_AMT", "NOTE_ID"),
    "C_CONS": ("SHIFT_NO", "LODE_ATTR_CODE", "URBAN_RURAL_FLAG"),
    "C_MP": ("CONS_NO",),
    "A_PAY_FLOW": ("SETTLE_NOTE_NO",),
}
"""Columns of the sample that the replica's tables have not."""
MORE = {
    "A_RCVBL_FLOW": ["SENT_NUM"],
    "A_PREPAY_FLOW": ["BAL_TYPE"],
    "C_CONS": ["CTL_MODE"],
}
"""What they have more; what the amount in owe_amt says, nothing may read: it is not the arrears."""
DEPOSIT = {"BAL_TYPE": "13", "PREPAY_AMT": "9999.00"}
"""A prepayment that is no money for bills."""
SETTLED = {"01": "owed", "02": "part", "03": "settled", "04": "written off"}
LEVELS = {"02": "0", "03": "1", "04": "2", "05": "3", "06": "3"}
LISTS = {
    "CONS_SORT_CODE": "custSortCode",
    "ELEC_TYPE_CODE": "elecTypeCode",
    "VOLT_CODE": "psVoltCode",
    "TRADE_CODE": "tradeCode",
    "PAY_MODE": "payMode",
    "AMT_TYPE": "paTypeCode",
    "HEC_INDUSTRY_CODE": "hecIndustryCode",
    "STATUS_CODE": "statusCode",
}


class Sheet:
    """One file: rows with the lines that are no records kept as they came."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="surrogateescape")
        self.tab = "\t" in content.split("\n", 1)[0]
        lines = content.split("\r\n")[:-1]
        self.heading = self._cells(lines[0])
        self.lines = lines[1:]

    def _cells(self, line: str) -> list[str]:
        return next(csv.reader([line], delimiter="\t" if self.tab else ","), [])

    def rows(self) -> Iterator[tuple[Row | None, str]]:
        """Each line as a row, None where it is none of the heading's width, or the heading again."""
        for line in self.lines:
            cells = self._cells(line)
            whole = len(cells) == len(self.heading) and cells != self.heading and not _open(line)
            yield (dict(zip(self.heading, cells, strict=True)) if whole else None), line


def _open(line: str) -> bool:
    return line.count('"') % 2 == 1


def translate(source: Path, target: Path, typed: bool = False) -> None:
    """Write the folder's tables as the replica has them, and those that it lacks as they are.

    `typed`: in Parquet, of kinds that differ between its tables as they do there.
    """
    target.mkdir()
    sheets: dict[str, list[Sheet]] = {}
    for path in sorted(source.glob("[A-Z]*.csv")):
        sheet = Sheet(path)
        sheets.setdefault(re.sub(r"_\d{6}$", "", sheet.name), []).append(sheet)
    controlled = {r["CONS_NO"]: r["RCA_FLAG"] for r in _good(sheets.pop("C_RCA_CONS", []))}
    _contacts(sheets.pop("C_CONTACT", []), target)
    _units(sheets.pop("O_ORG", []), target)
    _codes(sheets.pop("SA_PROP_LIST", []), target)
    _readers(sheets.pop("R_OPER_ACTIVITY", []), target)
    _balances(sheets.pop("A_ACCT_BAL", []), target)
    _lines(sheets.get("C_MP", []), target)
    _receipts([*sheets.pop("ARC_A_RCVED_FLOW", []), *sheets.pop("A_RCVED_FLOW", [])], target)
    for table, found in sheets.items():
        live = table.removeprefix("ARC_") if table != "ARC_E_CONS_SNAP" else table
        if live not in KEYS:
            for sheet in found:
                (target / f"{sheet.name}.csv").write_bytes((source / f"{sheet.name}.csv").read_bytes())
            continue
        for sheet in found:
            month = re.search(r"_\d{6}$", sheet.name)
            name = NAMES[live] + ("_arc" if table != live else "") + (month[0] if month else "")
            if sheet is found[-1] and len(found) > 1:  # this year's are not archived yet
                name = name.replace("cons_snap_arc", "cons_snap")
            _same(sheet, live, target / f"{name}.csv", controlled)
    if typed:
        for path in target.glob("[a-z]*.csv"):
            _as_parquet(path)


def _as_parquet(path: Path) -> None:
    """Keys and months as whole numbers in one table and as fractions in the next, amounts as fractions."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[*NULLS, ""])
    odd = sum(path.stem.encode()) % 2
    for name in frame:
        if name.endswith(("_amt", "_bal", "_cap")):
            frame[name] = frame[name].astype(float)
        elif name.endswith(("_ym", "_id")) or name in ("id", "org_no", "pid", "level"):
            frame[name] = frame[name].astype("Int64" if odd else float)
    frame.to_parquet(path.with_suffix(".parquet"))
    path.unlink()


def without_marks(source: Path, target: Path) -> None:
    """The official tables without the mark of bills that are not to be seen, which the replica has not."""
    target.mkdir()
    for path in source.glob("[A-Z]*.csv"):
        sheet = Sheet(path)
        if "INVISIBLE_FLAG" not in sheet.heading:
            (target / path.name).write_bytes(path.read_bytes())
            continue
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(sheet.heading)
        for row, line in sheet.rows():
            if row is None:
                out.write(f"{line}\r\n")
            else:
                writer.writerow((row | {"INVISIBLE_FLAG": ""}).values())
        (target / path.name).write_bytes(out.getvalue().encode("utf-8", errors="surrogateescape"))


def _good(sheets: list[Sheet]) -> Iterator[Row]:
    return (row for sheet in sheets for row, _ in sheet.rows() if row)


def _same(sheet: Sheet, table: str, path: Path, controlled: dict[str, str]) -> None:
    """A table that has another name, `id` for its key, and some columns fewer."""
    lacks = LACKING.get(table, ())
    kept = [c for c in sheet.heading if c not in lacks]
    more = MORE.get(table, [])
    numbers = itertools.count()

    def told(row: Row) -> Row:
        number = next(numbers)
        out = {c: row[c] for c in kept} | dict.fromkeys(more, "")
        if table == "C_MP" and number % 2:
            out["LINE_ID"] = ""
        if table == "A_RCVBL_FLOW":
            out |= {"SENT_NUM": "3"} | ({"OWE_AMT": "777.77"} if "OWE_AMT" in row else {})
        if table == "C_CONS":
            out["CTL_MODE"] = {"1": "04", "0": "03", None: "03"}[controlled.get(row["CONS_NO"])]
        if "SETTLE_FLAG" in row:
            out["SETTLE_FLAG"] = SETTLED.get(row["SETTLE_FLAG"], row["SETTLE_FLAG"])
        if table == "A_PAY_FLOW" and row["TYPE_CODE"][:1] == "3":
            out["TYPE_CODE"] = f"30{row['TYPE_CODE']}"
        if table == "G_TG":
            out["PUB_PRIV_FLAG"] = {"0": "01", "1": "02"}[row["PUB_PRIV_FLAG"]]
        return out

    other = OTHER_NAMES.get(table, {}) | {KEYS[table]: "id"}
    names = [other.get(c, c.lower()) for c in (*kept, *more)]
    _write(path, names, sheet, told, DEPOSIT if table == "A_PREPAY_FLOW" else {})


def _lines(sheets: list[Sheet], target: Path) -> None:
    """Which line feeds an area now, and which did before."""
    out = Out(target / "m_g_line_tg_rela.csv")
    fed = {row["TG_ID"]: row["LINE_ID"] for row in _good(sheets)}
    for area, line in fed.items():
        out.begin(["id", "tg_id", "line_id", "rela_flag"])
        out.put([f"1{area}", area, line, "1"], "")
        out.put([f"2{area}", area, "1", "0"], "")
    out.close()


def _receipts(sheets: list[Sheet], target: Path) -> None:
    """One table: what is live follows what was archived, and wins."""
    out = Out(target / "m_a_rcved_flow.csv")
    for sheet in sheets:
        kept = [c for c in sheet.heading if c not in LACKING["A_RCVED_FLOW"]]
        names = ["id" if c == "RCVED_AMT_ID" else c.lower() for c in kept]
        out.begin(names)
        for row, line in sheet.rows():
            out.put(None if row is None else [row[c] for c in kept], line)
    out.close()


def _contacts(sheets: list[Sheet], target: Path) -> None:
    """Contacts of their own, related to customers; beside each one two that are not to be taken."""
    if not sheets:
        return
    contacts, related = Out(target / "m_c_contact.csv"), Out(target / "m_c_cons_contact_rela.csv")
    contacts.begin(
        ["id", "contact_mode", "contact_prio", "contact_name", "mobile", "office_tel", "homephone"]
    )
    related.begin(["id", "cons_id", "contact_id"])
    number = 0
    for row, line in (pair for sheet in sheets for pair in sheet.rows()):
        number += 1
        if row is None:
            contacts.put(None, line)
            continue
        for mode, prio, mobile in (
            ("02", "2", row["MOBILE"]),
            ("03", "1", "13900000000"),
            ("02", "3", "13800000000"),
        ):
            if mode == "02" and prio == "3" and not row["MOBILE"]:
                continue
            known = f"{900_000 + number}{mode}{prio}"
            contacts.put(
                [known, mode, prio, "", mobile, "", ""]
                if row["MOBILE"]
                else [known, mode, prio, "", "", "", ""],
                line,
            )
            related.put([f"1{known}", row["CONS_ID"], known], line)
    contacts.close()
    related.close()


def _units(sheets: list[Sheet], target: Path) -> None:
    """Units by their level, and a department of each, which is no unit."""
    if not sheets:
        return
    out = Out(target / "ac_org.csv")
    out.begin(["id", "name", "code", "short_code", "pid", "type", "level"])
    for row, line in (pair for sheet in sheets for pair in sheet.rows()):
        if row is None:
            out.put(None, line)
            continue
        no, level = row["ORG_NO"], LEVELS[row["ORG_TYPE"]]
        out.put([no, row["ORG_NAME"], f"C{no}", no[-4:], row["P_ORG_NO"] or "0", "0", level], line)
        out.put([f"{no}99", f"{row['ORG_NAME']}营销部", "", "", no, "1", level], line)
    out.close()


def _codes(sheets: list[Sheet], target: Path) -> None:
    if not sheets:
        return
    out = Out(target / "m_p_code.csv")
    out.begin(["id", "code_type", "value", "name"])
    for number, (row, line) in enumerate(pair for sheet in sheets for pair in sheet.rows()):
        if row is None:
            out.put(None, line)
        else:
            kind = LISTS.get(row["PROP_TYPE_ID"], row["PROP_TYPE_ID"])
            out.put([str(number), kind, row["PROP_LIST_ID"], row["PROP_LIST_NAME"]], line)
    out.close()


def _readers(sheets: list[Sheet], target: Path) -> None:
    """Who reads a section now, followed by who no longer does."""
    if not sheets:
        return
    out = Out(target / "m_r_oper_activity.csv")
    out.begin(["id", "mr_sect_no", "act_code", "operator_no", "effect_flag"])
    for number, (row, line) in enumerate(pair for sheet in sheets for pair in sheet.rows()):
        if row is None:
            out.put(None, line)
            continue
        said = [row["MR_SECT_NO"], row["ACT_CODE"]]
        out.put([f"1{number}", *said, row["EMP_NO"], "1"], line)
        out.put([f"2{number}", *said, "GONE", "0"], line)
    out.close()


def _balances(sheets: list[Sheet], target: Path) -> None:
    """Each balance in two accounts, and a deposit that is no money for bills."""
    if not sheets:
        return
    out = Out(target / "m_a_acct_bal.csv")
    out.begin(
        ["id", "cons_no", "prepay_bal", "freeze_amt", "check_amt", "transit_note_bal", "card_bal", "bal_type"]
    )
    for number, (row, line) in enumerate(pair for sheet in sheets for pair in sheet.rows()):
        if row is None:
            out.put(None, line)
            continue
        fen = round(float(row["PREPAY_BAL"]) * 100)
        for kind, part in (("01", fen // 3), ("05", fen - fen // 3), ("12", 987_654)):
            out.put([f"{number}{kind}", row["CONS_NO"], _yuan(part), "1.00", "2.00", "", "", kind], line)
    out.close()


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


class Out:
    """A file as MySQL exports it: NULL or \\N for what is empty, days with dashes, four columns more."""

    def __init__(self, path: Path) -> None:
        self.path, self.text = path, io.StringIO()
        self.width = 0
        self.names: list[str] = []
        self.count = 0

    def begin(self, names: list[str]) -> None:
        """The heading, once."""
        if not self.names:
            self.names = names
            self.text.write(",".join([*names, *STAMP]) + "\r\n")
        assert self.names == names

    def put(self, cells: list[str] | None, line: str) -> None:
        """A row; a line that is none stays none: too short, too long, blank, or the heading again."""
        self.count += 1
        if cells is None:
            self._broken(line)
            return
        said = [self._cell(n, c) for n, c in zip(self.names, cells, strict=True)]
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerow([*said, *STAMP.values()])
        self.text.write(out.getvalue())

    def _broken(self, line: str) -> None:
        if not line.strip():
            self.text.write("\r\n")
        elif line.split(",")[0] in KEYS.values():
            self.text.write(",".join([*self.names, *STAMP]) + "\r\n")
        else:
            self.text.write(
                line + (",1" * 40 if not _open(line) and line.count(",") >= len(self.names) else "") + "\r\n"
            )

    def _cell(self, name: str, cell: str) -> str:
        if not cell:
            if name.endswith("_date") and self.count % 3 == 0:
                return "0000-00-00"
            return NULLS[self.count % 2]
        if (
            (name.endswith("_date") or name == "charge_date")
            and re.fullmatch(r"\d{8}", cell)
            and name != "release_date"
        ):
            dashed = f"{cell[:4]}-{cell[4:6]}-{cell[6:]}"
            return f"{dashed} 00:00:00" if self.count % 5 == 0 else dashed
        return cell

    def close(self) -> None:
        """Write the file, if it was begun."""
        if not self.names:
            return
        self.path.write_bytes(self.text.getvalue().encode("utf-8", errors="surrogateescape"))


def _write(path: Path, names: list[str], sheet: Sheet, told: Callable[[Row], Row], beside: Row) -> None:
    """The rows; after each of them, where there is something `beside`, another one that holds it instead."""
    out = Out(path)
    out.begin(names)
    for row, line in sheet.rows():
        said = None if row is None else told(row)
        out.put(None if said is None else list(said.values()), line)
        if said and beside:
            key = next(iter(said))
            out.put(list({**said, **beside, key: f"9{said[key][1:]}"}.values()), line)
    out.close()
