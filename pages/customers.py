"""客户清单: the mission's plain list, the full list, and one customer's file."""

import streamlit as st

from dashboard import customer_file, customer_list, customer_mission
from dashboard.customer_choice import ENTRY, PARAMS, VIEW
from dashboard.customer_rows import customer_in_link, open_customer
from dashboard.parts_measures import measure
from dashboard.shell import open_page

page = open_page("customers", PARAMS)
t = page.t

with page.part():
    if number := page.get(ENTRY):
        page.put(ENTRY, "")
        open_customer(page, number)
    measure(page)
    if customer := customer_in_link(page):
        customer_file.show(page, customer)
    else:
        view = st.segmented_control(
            t("customers.view"),
            ("mission", "list"),
            format_func=lambda code: t(f"customers.view_{code}"),
            default=page.get(VIEW),
            required=True,
            label_visibility="collapsed",
        )
        if view != page.get(VIEW):
            page.put(VIEW, str(view))
        (customer_list if view == "list" else customer_mission).show(page)
