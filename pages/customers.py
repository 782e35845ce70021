"""客户清单: the mission's plain list, the full list, and one customer's file."""

import streamlit as st

from dashboard.customers import file as customer_file
from dashboard.customers import listing as customer_list
from dashboard.customers import mission as customer_mission
from dashboard.customers.choice import ENTRY, PARAMS, VIEW
from dashboard.customers.measures import measure
from dashboard.customers.rows import customer_in_link, open_customer
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
