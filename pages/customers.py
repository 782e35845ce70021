"""客户清单: the mission's plain list, the full list, and one customer's file."""

import streamlit as st

from dashboard.customers import card, credit_services, debt_lists
from dashboard.customers import file as customer_file
from dashboard.customers import listing as customer_list
from dashboard.customers import mission as customer_mission
from dashboard.customers.choice import CARD, ENTRY, LISTS, PARAMS, VIEW, VIEWS
from dashboard.customers.measures import follow, measure
from dashboard.customers.rows import customer_in_link, enter
from dashboard.parts import switch_param
from dashboard.shell import open_page

page = open_page("customers", PARAMS, bare=CARD)

with page.part():
    if number := page.get(ENTRY):
        enter(page, number)
    customer = customer_in_link(page)
    if page.get(CARD):
        card.show(page, customer) if customer else page.empty(page.t("card.nobody"))
    elif customer:
        customer_file.show(page, customer)
    else:
        credit_services.left()
        view = switch_param(page, VIEW, VIEWS, page.t("customers.view"), "customers.views")
        if view in LISTS:
            debt_lists.show(page, view)
        elif measure(page):
            place = st.container() if view == "list" else None
            (customer_list if view == "list" else customer_mission).show(page)
            follow(page, place)
