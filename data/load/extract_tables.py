"""The tables that staging knows: their columns as text, the yuan that count, and what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kept = Literal["snapshot", "joined", "build"]
"""Where good records lie: as `stg_*` in the snapshot; as `kept_*`, of which a file of `sql/staging/joined`
makes one; as `stg_*` while a load builds: too many to be copied, or nobody asks for them later."""

BOOKKEEPING = ("id_key", "id_check", "by_content", "bad")
"""Columns of a typed table that say which record it is and what is wrong with it."""


@dataclass(frozen=True)
class ExtractTable:
    """One table of the extract: `columns` as text, made values by `sql/staging/typed/<name>.sql`.

    `typed` is what its records are called. `amount` is the column of the yuan identity, None where there is
    no money. `called` renames typed columns as they are kept. `holds` is what a snapshot with such records
    says that it holds. Where it is not `sampled`, the sample has the same facts in another table. `read` are
    the typed columns that marts read, where there are many records and that is less than all.
    """

    name: str
    columns: tuple[str, ...]
    typed: str
    amount: str | None = None
    kept: Kept = "snapshot"
    called: Mapping[str, str] = field(default_factory=dict)
    holds: str | None = None
    sampled: bool = True
    read: tuple[str, ...] | None = None

    @property
    def view(self) -> str:
        """Name of the view that unites all files of this table as text."""
        return f"text_{self.name.lower()}"

    @property
    def typed_table(self) -> str:
        """Name of the table of its records, one row per record read."""
        return f"typed_{self.typed}"

    @property
    def kept_table(self) -> str:
        """Name of what is made of the good ones, one row per identity."""
        return f"{'kept' if self.kept == 'joined' else 'stg'}_{self.typed}"

    @property
    def kept_in(self) -> str:
        """The catalogue in which that lies."""
        return "snap" if self.kept == "snapshot" else "staging"

    def kept_columns(self, typed: Sequence[str]) -> list[str]:
        """The typed columns that go on: a key that is called something first, the place in the files last."""
        if self.read:
            return list(self.read)
        left_out = {"file_no", "line", *BOOKKEEPING, *(() if self.amount else ("amount",))}
        key = ["id_key"] if "id_key" in self.called else []
        return [*key, *(c for c in typed if c not in left_out), "file_no", "line"]


def _table(name: str, typed: str, columns: str, **more: Any) -> ExtractTable:
    return ExtractTable(name, tuple(columns.split()), typed, **more)


_ALL = (
    _table(
        "A_RCVBL_FLOW",
        "bill",
        "RCVBL_AMT_ID CALC_ID AMT_TYPE RCVBL_YM CONS_NO ORG_NO PAY_MODE T_PQ RCVBL_AMT RCVED_AMT"
        " STATUS_CODE SETTLE_FLAG PENALTY_BGN_DATE RCVBL_PENALTY RCVED_PENALTY RISK_LEVEL_CODE"
        " RELEASE_DATE OWE_AMT INVISIBLE_FLAG CONS_SORT_CODE ELEC_TYPE_CODE CTL_MODE MR_SECT_NO EFFEC_DATE"
        " GP_CODE",
        amount="RCVBL_AMT",
        kept="build",
        called={"id_key": "bill_key"},
        holds="bills",
    ),
    _table(
        "A_RCVED_FLOW",
        "receipt",
        "RCVED_AMT_ID RCVBL_AMT_ID CHARGE_ID ORG_NO CONS_NO RCVED_YM RCVED_DATE THIS_RCVED_AMT"
        " THIS_PENALTY ACCT_NO OWE_AMT NOTE_ID RCVBL_YM CALC_ID AMT_TYPE",
        amount="THIS_RCVED_AMT",
        kept="build",
        called={"id_key": "receipt_key"},
        holds="receipts",
    ),
    _table(
        "A_PAY_FLOW",
        "payment",
        "CHARGE_ID CONS_NO ORG_NO CHARGE_YM CHARGE_DATE TYPE_CODE RCV_AMT CHARGE_EMP_NO PAY_MODE"
        " SETTLE_MODE SETTLE_NOTE_NO RELATE_ID",
        amount="RCV_AMT",
        kept="build",
        holds="payments",
        read=("charge_key", "charged_on", "type_code"),
    ),
    _table(
        "ARC_E_CONS_SNAP",
        "billing_snapshot",
        "CALC_ID CONS_NO ORG_NO CONS_SORT_CODE ELEC_TYPE_CODE TRADE_CODE VOLT_CODE MR_SECT_NO",
        kept="build",
        called={"id_key": "calc_id"},
        holds="billing_snapshots",
        read=("id_key", "cons_sort", "elec_type", "trade_code", "volt"),
    ),
    _table(
        "C_CONS",
        "customer",
        "CONS_ID CONS_NO CUST_ID CONS_NAME ELEC_ADDR MOBILE ORG_NO CONS_SORT_CODE ELEC_TYPE_CODE"
        " TRADE_CODE HEC_INDUSTRY_CODE VOLT_CODE CONTRACT_CAP RUN_CAP SHIFT_NO LODE_ATTR_CODE"
        " BUILD_DATE CANCEL_DATE NOTIFY_MODE SETTLE_MODE STATUS_CODE MR_SECT_NO RRIO_CODE"
        " POWEROFF_CODE TMP_FLAG URBAN_RURAL_FLAG CTL_MODE LOW_INCOME",
        kept="joined",
        holds="customers",
    ),
    _table(
        "C_CONTACT",
        "contact",
        "CONTACT_ID CONS_ID CONS_NO MOBILE CONTACT_MODE CONTACT_PRIO OFFICE_TEL HOMEPHONE",
        kept="joined",
    ),
    _table("C_CONS_CONTACT_RELA", "contact_customer", "CONS_ID CONTACT_ID", kept="joined", sampled=False),
    _table("C_MP", "meter_point", "MP_ID CONS_ID CONS_NO TG_ID LINE_ID", kept="joined"),
    _table(
        "G_TG",
        "area",
        "TG_ID ORG_NO TG_NO TG_NAME TG_CAP INST_ADDR PUB_PRIV_FLAG RUN_STATUS_CODE",
        kept="joined",
        holds="areas",
    ),
    _table("TG_COORD", "coordinates", "TG_NO LON LAT", kept="joined"),
    _table("G_LINE", "line", "LINE_ID LINE_NO LINE_NAME"),
    _table("G_LINE_TG_RELA", "line_area", "TG_ID LINE_ID RELA_FLAG", kept="joined", sampled=False),
    _table("O_ORG", "org", "ORG_NO ORG_NAME P_ORG_NO ORG_TYPE", holds="orgs"),
    _table("O_EMP", "employee", "EMP_NO EMP_NAME ORG_NO"),
    _table("A_CR_SECT", "collection_section", "REMIND_SECT_NO ORG_NO EMP_NO STATUS_CODE", kept="joined"),
    _table("A_CR_RELA", "section_customer", "REMIND_SECT_NO CONS_NO", kept="joined"),
    _table("R_SECT", "reading_section", "MR_SECT_NO ORG_NO SECT_NAME", kept="build"),
    _table("R_OPER_ACTIVITY", "section_activity", "MR_SECT_NO ACT_CODE EMP_NO EFFECT_FLAG", kept="joined"),
    _table(
        "S_POWER_VIOLATE_STEAL",
        "violation",
        "CONS_NO OCCUR_TIME ADD_PQ ADD_AMT KIND_CODE",
        amount="ADD_AMT",
        called={"id_key": "violation_key"},
        holds="violations",
    ),
    _table("C_RCA_CONS", "prepaid_control", "CONS_NO RCA_FLAG", kept="joined", holds="prepaid_control"),
    _table("S_OUTAGE", "outage", "CONS_NO ACTUAL_DATE", holds="outages"),
    _table(
        "A_BAD_DEBT",
        "bad_debt",
        "RCVBL_AMT_ID CONS_NO OWE_AMT APPR_DATE CANCEL_DATE",
        amount="OWE_AMT",
        called={"amount": "owed"},
        holds="bad_debts",
    ),
    _table(
        "A_ACCT_BAL",
        "prepaid_balance",
        "ACCT_BAL_ID CONS_NO PREPAY_BAL BAL_TYPE FREEZE_AMT CHECK_AMT TRANSIT_NOTE_BAL",
        amount="PREPAY_BAL",
        kept="joined",
        called={"amount": "balance"},
        holds="prepaid",
    ),
    _table(
        "A_PREPAY_FLOW",
        "prepay_flow",
        "PREPAY_ID CONS_NO PREPAY_AMT PREPAY_YM CHARGE_ID BAL_TYPE",
        amount="PREPAY_AMT",
        called={"id_key": "prepay_key"},
    ),
    _table(
        "A_CASHCHK_FLOW",
        "in_transit",
        "CASHCHK_ID CHARGE_ID RCVBL_AMT_ID CONS_NO CASHCHK_AMT CASHCHK_DATE DISPOSE_DATE",
        amount="CASHCHK_AMT",
        called={"id_key": "transit_key"},
        holds="in_transit",
    ),
    _table(
        "A_GP_PLAN",
        "instalment",
        "CONS_NO RCVBL_YM PLAN_AMT PLAN_DATE",
        amount="PLAN_AMT",
        holds="instalments",
    ),
    _table("C_FACT", "customer_fact", "CONS_NO FACT_CODE FACT_VALUE FACT_DATE", kept="joined", holds="facts"),
    _table("SA_PROP_LIST", "code", "PROP_TYPE_ID PROP_LIST_ID PROP_LIST_NAME"),
)
TABLES: Mapping[str, ExtractTable] = {table.name: table for table in _ALL}
"""By official name, in the order in which staging takes them."""
