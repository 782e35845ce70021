"""方案文件: a whole policy out and in as TOML, and the published rule opened as a what-if."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from analytics.errors import RefusedError
from analytics.policy import Policy
from analytics.policy_edits import with_credit
from dashboard.evaluation.desk import REFUSED, Desk
from dashboard.evaluation.frame import what_changes
from dashboard.frame.policy_label import policy_file
from dashboard.tables.downloads import download_made
from dashboard.what_if import whatif
from data.errors import DengtaError
from services.credit.policy_files import SHIPPED, import_text, read_policy

READ = "evaluation_file_read"


def show(desk: Desk) -> None:
    """Rules that ship with the project, a file out, a file in."""
    page, t = desk.page, desk.page.t
    with page.part(t("evaluation.shipped"), t("evaluation.shipped_help")):
        for name, path in SHIPPED.items():
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.button(
                    t("evaluation.open_as_whatif", name=t(f"evaluation.shipped_names.{name}")),
                    key=f"evaluation_open_{name}",
                    icon=":material/science:",
                    on_click=lambda path=path: desk.change(lambda: _credit_of(desk, read_policy(path))),
                )
                st.caption(t(f"evaluation.shipped_what.{name}"))
    with page.part(t("evaluation.file"), t("evaluation.file_help")):
        left, right = st.columns(2, gap="large")
        with left:
            _out(desk)
        with right:
            _in(desk)
    what_changes(desk)


def _credit_of(desk: Desk, other: Policy) -> Policy:
    """The adopted policy with another one's credit rules: billing rules are not about credit."""
    return replace(with_credit(desk.adopted, other.credit), name=other.name)


def _out(desk: Desk) -> None:
    t = desk.page.t
    for label, policy in (("adopted", desk.adopted), ("tried", desk.tried)):
        if label == "tried" and policy.version == desk.adopted.version:
            continue
        download_made(
            desk.page,
            f"policy_{label}",
            "toml",
            (policy.version,),
            partial(policy_file, desk.page, policy),
            label=t(f"evaluation.export_{label}"),
            help=t("evaluation.file_help"),
        )


def _in(desk: Desk) -> None:
    t = desk.page.t
    given = st.file_uploader(
        t("evaluation.import"),
        type=["toml"],
        key="evaluation_import",
        max_upload_size=1,
        help=t("evaluation.import_help"),
    )
    if given is None or st.session_state.get(READ) == given.file_id:
        return
    st.session_state[READ] = given.file_id
    try:
        whatif.put(desk.page, import_text(given.getvalue(), given.name))
    except (RefusedError, DengtaError) as refusal:
        st.session_state[REFUSED] = t.error(refusal)
    st.rerun()
