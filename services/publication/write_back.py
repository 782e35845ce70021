"""The file that hands published grades to the marketing system: 户号, 等级, days, 原因, 建议措施."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import BinaryIO, Literal

import pandas as pd
import pyarrow as pa

from analytics import indicators
from analytics.credit_policy import CreditRules
from data.errors import InputError
from data.state import Publication, State
from services.credit.policy_names import policy_label
from services.decided import published_grades
from services.decided.published_grades import Decision
from services.files.columns import title
from services.files.exports import Column, Sheet, columns_of, write_csv, write_workbook
from services.files.manifest import Manifest, Words, labels_of

Kind = Literal["xlsx", "csv"]
COLUMNS = ("cons_no", "grade", "valid_from", "valid_to", "reason", "measures")
DAYS = ("valid_from", "valid_to")
BATCH = 65_536


def write_back(
    target: Path | BinaryIO,
    kind: Kind,
    state: State,
    on: date,
    words: Words,
    language: str,
    *,
    orgs: tuple[str, ...] = (),
    allowed_orgs: tuple[str, ...] = (),
    user: str = "",
) -> int:
    """Write the grades that customers hold on a day, some thousand rows at a time; give back their number.

    `orgs` and `allowed_orgs` are prefixes of units that both must fit (empty: all). `words` renders keys of
    the locales' `write_back` room, `language` chooses the policy's own names. InputError `nothing_published`.
    """
    publication = published_grades.publication_on(state, on)
    if publication is None:
        raise InputError("nothing_published", on=on.isoformat())
    frame = holders(state, publication, on, orgs, allowed_orgs)
    rows = reader(frame, state, publication, on, words, language)
    sheet = Sheet(words("write_back.title"), columns(words), rows)
    if kind == "csv":
        return write_csv(target, sheet)
    called = state.policies_called().get(publication.policy_version)
    manifest = Manifest(
        title=words("write_back.title"),
        filters=orgs or allowed_orgs,
        as_of=on,
        snapshot=publication.snapshot,
        policy=policy_label(words, publication.policy_version, called),
        labels=labels_of(words),
        day=words.day,
        state=str(state.version()),
        user=user,
    )
    return write_workbook(target, [sheet], manifest).rows


def columns(words: Words) -> list[Column]:
    """The file's columns with their headings."""
    return columns_of(words, "write_back", {key: title(words, key, "write_back") for key in COLUMNS})


def holders(
    state: State,
    publication: Publication,
    on: date,
    orgs: tuple[str, ...] = (),
    allowed_orgs: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Who holds a grade, with rules and reasons, by customer number: of the units that fit."""
    frame = published_grades.in_period(state, publication, on, with_reasons=True)
    for prefixes in (orgs, allowed_orgs):
        if prefixes:
            frame = frame[frame["org_no"].fillna("").str.startswith(prefixes)]
    return frame.sort_values("cons_no", ignore_index=True)


def lines(
    state: State,
    publication: Publication,
    on: date,
    words: Words,
    language: str,
    orgs: tuple[str, ...] = (),
    allowed_orgs: tuple[str, ...] = (),
) -> pd.DataFrame:
    """The rows of the file, by customer number: COLUMNS, text and two days."""
    frame = holders(state, publication, on, orgs, allowed_orgs)
    made: pd.DataFrame = reader(frame, state, publication, on, words, language).read_pandas()
    return made


def reader(
    frame: pd.DataFrame, state: State, publication: Publication, on: date, words: Words, language: str
) -> pa.RecordBatchReader:
    """The rows of the file as they are written: sentences are made for one batch at a time."""
    credit = published_grades.rules_of(publication)
    said = {d.cons_no: d for d in published_grades.decisions(state, publication, on)}
    schema = pa.schema([(key, pa.date32() if key in DAYS else pa.string()) for key in COLUMNS])
    sentences: dict[str, str] = {}

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, len(frame), BATCH):
            part = frame.iloc[start : start + BATCH]
            made = _written(part, publication, credit, words, language, sentences)
            _decided(made, said, publication, words)
            table = pa.Table.from_pandas(made, schema, preserve_index=False)
            yield from table.combine_chunks().to_batches()

    return pa.RecordBatchReader.from_batches(schema, batches())


def _written(
    frame: pd.DataFrame,
    publication: Publication,
    credit: CreditRules,
    words: Words,
    language: str,
    sentences: dict[str, str],
) -> pd.DataFrame:
    """COLUMNS of some customers as computed; `sentences` keeps what was put into words before."""
    notes = frame["rules"].fillna("") + "|" + frame["reasons"].fillna("")
    for key in notes.unique():
        if key not in sentences:
            sentences[key] = _computed(key, credit, words, language)
    measures = {g: actions_of(credit, g, language) for g in frame["grade"].unique()}
    return pd.DataFrame(
        {
            "cons_no": frame["cons_no"],
            "grade": frame["grade"],
            "valid_from": publication.valid_from,
            "valid_to": publication.valid_to,
            "reason": notes.map(sentences),
            "measures": frame["grade"].map(measures),
        }
    )


def actions_of(credit: CreditRules, grade: str, language: str) -> str:
    """What the policy proposes for customers of a grade, in one line."""
    zh = language == "zh"
    parts = [
        f"{s.what_zh}（{s.when_zh}，{s.how_zh}）" if zh else f"{s.what_en} ({s.when_en}, {s.how_en})"
        for s in credit.services
        if s.grade == grade
    ]
    return ("；" if zh else "; ").join(parts)


def _decided(
    made: pd.DataFrame, said: Mapping[str, Decision], publication: Publication, words: Words
) -> None:
    """Put a person's reason and its own days where a person decided."""
    for place in made.index[made["cons_no"].isin(list(said))]:
        decision = said[str(made.at[place, "cons_no"])]
        made.at[place, "reason"] = words(f"write_back.by_{decision.source}", why=decision.why)
        made.at[place, "valid_from"], made.at[place, "valid_to"] = published_grades.period(
            publication, decision
        )


def _computed(note: str, credit: CreditRules, words: Words, language: str) -> str:
    """The sentence for the rules that applied and the indicators that cost most."""
    rules, _, reasons = note.partition("|")
    comma = "、" if language == "zh" else "; "
    by_key = {r.key: r.name(language) for r in credit.rules}
    parts = []
    if rules:
        names = comma.join(by_key.get(key, key) for key in rules.split(","))
        parts.append(words("write_back.by_rules", names=names))
    if reasons:
        names = comma.join(_indicator(key, language) for key in reasons.split(","))
        parts.append(words("write_back.by_points", names=names))
    return ("；" if language == "zh" else ". ").join(parts) or words("write_back.nothing_lost")


def _indicator(key: str, language: str) -> str:
    known = indicators.REGISTRY.get(key)
    return key if known is None else known.zh if language == "zh" else known.en
