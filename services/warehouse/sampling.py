"""Make a sample extract in a folder: whole, or not at all."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

from data.ask.load_queries import SAMPLE_MARKER
from data.environment import is_day_given, today
from data.errors import EnvironmentRefusedError, InputError
from data.sample.dirt import plant
from data.sample.generate import generate
from data.sample.spec import EXTRACT_DAY, SampleReport, SampleSpec, month_index, yyyymm

PARTIAL = ".partial"
LAST_MONTH = 202610
"""The last bill month where nothing says another: a sample never depends on the clock."""
MOST_CUSTOMERS, MOST_MONTHS = 20_000_000, 240


def make_sample(
    out: Path,
    customers: int = 20_000,
    months: int = 36,
    seed: int = 1,
    encoding: Literal["utf-8", "gbk"] = "utf-8",
    format: Literal["csv", "parquet"] = "csv",
    dirty: bool = False,
    last_month: int | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> SampleReport:
    """Write a seeded extract into `out`, made when missing, which must be empty or hold a former sample.

    Equal arguments give equal bytes. `progress` is called with the share done and the bill month (yyyymm).
    Raises InputError for arguments and folders that cannot be used, EnvironmentRefusedError where the machine
    refuses; then the folder is as it was.
    """
    spec = _spec(customers, months, seed, encoding, format, last_month)
    try:
        former = _former_files(out)
        out.mkdir(parents=True, exist_ok=True)
        partial = out / PARTIAL
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        try:
            report = generate(partial, spec, progress)
            if dirty:
                report = plant(report, spec)
            _publish(partial, out, former, report)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as e:
        raise _refusal(e, out) from e
    return replace(report, out=out)


def _spec(
    customers: int, months: int, seed: int, encoding: str, file_format: str, last_month: int | None
) -> SampleSpec:
    _within("customers", customers, 1, MOST_CUSTOMERS)
    _within("months", months, 1, MOST_MONTHS)
    _within("seed", seed, 0, 2**63 - 1)
    last = _default_last_month() if last_month is None else last_month
    if not (
        1 <= last % 100 <= 12
        and yyyymm(month_index(last) - months + 1) // 100 >= 1990
        and last // 100 <= 2045
    ):
        raise InputError("sample_last_month", value=last)
    if encoding not in ("utf-8", "gbk"):
        raise InputError("sample_choice", name="encoding", value=encoding, known="utf-8, gbk")
    if file_format not in ("csv", "parquet"):
        raise InputError("sample_choice", name="format", value=file_format, known="csv, parquet")
    coded: Literal["utf-8", "gbk"] = "gbk" if encoding == "gbk" and file_format == "csv" else "utf-8"
    kind: Literal["csv", "parquet"] = "parquet" if file_format == "parquet" else "csv"
    return SampleSpec(customers, months, seed, last, coded, kind)


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise InputError("sample_range", name=name, value=value, low=low, high=high)


def _default_last_month() -> int:
    """The newest month whose extract would be complete on DENGTA_TODAY."""
    if not is_day_given():
        return LAST_MONTH
    now: date = today()
    return yyyymm(now.year * 12 + now.month - 1 - (1 if now.day >= EXTRACT_DAY else 2))


def _former_files(out: Path) -> list[Path]:
    """The files of a former sample in the folder; refuses what is not a folder, or holds anything else."""
    if not out.exists():
        return []
    if not out.is_dir():
        raise InputError("sample_not_a_folder", path=out)
    inside = {p.name for p in out.iterdir()} - {PARTIAL}
    listed: set[str] = set()
    if SAMPLE_MARKER in inside:
        try:
            listed = {str(name) for name in json.loads((out / SAMPLE_MARKER).read_text("utf-8"))["files"]}
        except (ValueError, KeyError, TypeError):
            listed = set()
    strange = sorted(inside - listed - {SAMPLE_MARKER})
    if strange:
        raise InputError("sample_folder_not_empty", path=out, name=strange[0])
    return [out / name for name in sorted(inside & (listed | {SAMPLE_MARKER}))]


def _publish(partial: Path, out: Path, former: list[Path], report: SampleReport) -> None:
    """Put the new files in the place of the former ones."""
    for path in former:
        path.unlink()
    names = sorted(p.name for p in partial.iterdir())
    (out / SAMPLE_MARKER).write_text(
        json.dumps({"files": names, "months": [report.first_month, report.last_month]}), "utf-8"
    )
    for name in names:
        (partial / name).replace(out / name)


def _refusal(error: OSError, out: Path) -> EnvironmentRefusedError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EnvironmentRefusedError("sample_disk_full", path=out)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return EnvironmentRefusedError("sample_no_permission", path=out)
    return EnvironmentRefusedError("sample_not_written", path=out, detail=error.strerror or str(error))
