"""The tables that staging knows: their columns as text, and the column whose yuan are reconciled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ExtractTable:
    """One table of the extract; `amount` is the column of the yuan identity, None where there is no money."""

    name: str
    columns: tuple[str, ...]
    amount: str | None = None

    @property
    def view(self) -> str:
        """Name of the view that unites all files of this table as text."""
        return f"text_{self.name.lower()}"


def _table(name: str, columns: str, amount: str | None = None) -> ExtractTable:
    return ExtractTable(name, tuple(columns.split()), amount)


_ALL = (
    _table(
        "A_RCVBL_FLOW",
        "RCVBL_AMT_ID CALC_ID AMT_TYPE RCVBL_YM CONS_NO ORG_NO PAY_MODE T_PQ RCVBL_AMT RCVED_AMT STATUS_CODE"
        " SETTLE_FLAG PENALTY_BGN_DATE RCVBL_PENALTY RCVED_PENALTY RISK_LEVEL_CODE RELEASE_DATE OWE_AMT"
        " INVISIBLE_FLAG CONS_SORT_CODE ELEC_TYPE_CODE CTL_MODE MR_SECT_NO",
        "RCVBL_AMT",
    ),
    _table(
        "A_RCVED_FLOW",
        "RCVED_AMT_ID RCVBL_AMT_ID CHARGE_ID ORG_NO CONS_NO RCVED_YM RCVED_DATE THIS_RCVED_AMT THIS_PENALTY"
        " ACCT_NO OWE_AMT NOTE_ID RCVBL_YM",
        "THIS_RCVED_AMT",
    ),
    _table(
        "A_PAY_FLOW",
        "CHARGE_ID CONS_NO ORG_NO CHARGE_YM CHARGE_DATE TYPE_CODE RCV_AMT CHARGE_EMP_NO PAY_MODE SETTLE_MODE"
        " SETTLE_NOTE_NO RELATE_ID",
        "RCV_AMT",
    ),
    _table(
        "ARC_E_CONS_SNAP",
        "CALC_ID CONS_NO ORG_NO CONS_SORT_CODE ELEC_TYPE_CODE TRADE_CODE VOLT_CODE MR_SECT_NO",
    ),
    _table(
        "C_CONS",
        "CONS_ID CONS_NO CUST_ID CONS_NAME ELEC_ADDR MOBILE ORG_NO CONS_SORT_CODE ELEC_TYPE_CODE TRADE_CODE"
        " HEC_INDUSTRY_CODE VOLT_CODE CONTRACT_CAP RUN_CAP SHIFT_NO LODE_ATTR_CODE BUILD_DATE CANCEL_DATE"
        " NOTIFY_MODE SETTLE_MODE STATUS_CODE MR_SECT_NO RRIO_CODE POWEROFF_CODE TMP_FLAG URBAN_RURAL_FLAG",
    ),
    _table("C_CONTACT", "CONS_ID CONS_NO MOBILE"),
    _table("C_MP", "MP_ID CONS_ID CONS_NO TG_ID LINE_ID"),
    _table("G_TG", "TG_ID ORG_NO TG_NO TG_NAME TG_CAP INST_ADDR PUB_PRIV_FLAG RUN_STATUS_CODE"),
    _table("TG_COORD", "TG_NO LON LAT"),
    _table("G_LINE", "LINE_ID LINE_NO LINE_NAME"),
    _table("O_ORG", "ORG_NO ORG_NAME P_ORG_NO ORG_TYPE"),
    _table("O_EMP", "EMP_NO EMP_NAME ORG_NO"),
    _table("A_CR_SECT", "REMIND_SECT_NO ORG_NO EMP_NO STATUS_CODE"),
    _table("A_CR_RELA", "REMIND_SECT_NO CONS_NO"),
    _table("R_SECT", "MR_SECT_NO ORG_NO SECT_NAME"),
    _table("R_OPER_ACTIVITY", "MR_SECT_NO ACT_CODE EMP_NO"),
    _table("S_POWER_VIOLATE_STEAL", "CONS_NO OCCUR_TIME ADD_PQ ADD_AMT KIND_CODE", "ADD_AMT"),
    _table("C_RCA_CONS", "CONS_NO RCA_FLAG"),
    _table("S_OUTAGE", "CONS_NO ACTUAL_DATE"),
    _table("A_BAD_DEBT", "RCVBL_AMT_ID CONS_NO OWE_AMT APPR_DATE CANCEL_DATE", "OWE_AMT"),
    _table("A_ACCT_BAL", "CONS_NO PREPAY_BAL", "PREPAY_BAL"),
    _table("A_PREPAY_FLOW", "PREPAY_ID CONS_NO PREPAY_AMT PREPAY_YM CHARGE_ID", "PREPAY_AMT"),
    _table(
        "A_CASHCHK_FLOW",
        "CASHCHK_ID CHARGE_ID RCVBL_AMT_ID CONS_NO CASHCHK_AMT CASHCHK_DATE DISPOSE_DATE",
        "CASHCHK_AMT",
    ),
    _table("A_GP_PLAN", "CONS_NO RCVBL_YM PLAN_AMT PLAN_DATE", "PLAN_AMT"),
    _table("C_FACT", "CONS_NO FACT_CODE FACT_VALUE FACT_DATE"),
    _table("SA_PROP_LIST", "PROP_TYPE_ID PROP_LIST_ID PROP_LIST_NAME"),
)
TABLES: Mapping[str, ExtractTable] = {table.name: table for table in _ALL}
"""By official name, in the order in which staging takes them."""
