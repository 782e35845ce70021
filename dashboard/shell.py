"""The frame of every page: sign-in, language, menu, filters, and the line that says which data this is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import nav
from dashboard.access import signin
from dashboard.charts import warm
from dashboard.frame import builtin_words, link_notice, scope_words, sidebar, static_files
from dashboard.frame.refused_page import refused_in_its_place
from dashboard.links import filters as filter_bar
from dashboard.links.filters import Param
from dashboard.page import Page
from dashboard.shared import store
from dashboard.theme import Theme, theme_of
from dashboard.words import log_lines
from dashboard.words.format import Format
from dashboard.words.i18n import Translator, language_of


def open_page(key: str, params: Sequence[Param[Any]] = (), bare: Param[Any] | None = None) -> Page:
    """Sign in, read the link, draw menu, filters, title and data line; stops where there is nothing to show.

    `params` are the page's own URL parameters; where the link sets `bare` of them, there are no menu, filters
    and title: the page stands inside another.
    """
    filter_bar.keep_address()
    asked = link_notice.asked_filters()
    t = Translator(asked.filters.lang or language_of(st.context.locale), is_markdown=True)
    st.set_page_config(
        page_title=f"{t(f'nav.{key}')} · {t('shell.product')}",
        page_icon=str(nav.ROOT / "dashboard" / "assets" / "dengta.svg"),
        layout="wide",
        menu_items={"get help": None, "report a bug": None, "about": None},
    )
    builtin_words.speak(t)
    log_lines.by_default()
    static_files.run_own()
    user = signin.user_or_stop(t)
    with refused_in_its_place(t, key):
        opened = store.open_store()
        policy = store.policy()
    if opened is None:
        sidebar.bare(t)
        _style(theme_of(st.context.theme.type))
        from dashboard.connect import view as connect
        from dashboard.frame import first_run

        reader = connect.of_first_run(t, signin.session(user), policy)
        first_run.show(t, reader.session, lambda: connect.show(reader), reader.is_busy)
        st.stop()
    warm.warm_up()
    fmt = Format(t.plain)
    with refused_in_its_place(t, key):
        known = sidebar.known(opened, user, asked.filters)
        reading = link_notice.read(asked, known, tuple(params), policy)
    scope = reading.filters.scope(known.last_day, user.orgs)
    page = Page(
        key=key,
        user=user,
        scope=scope,
        policy=policy,
        t=t,
        load=store.Loader(opened, scope, policy),
        filters=reading.filters,
        store=opened,
        fmt=fmt,
        theme=theme_of(st.context.theme.type),
        notice=link_notice.settle(key, reading, tuple(params)),
        session=signin.session(user),
        params=tuple(params),
    )
    _style(page.theme)
    if reading.lost:
        sidebar.stopped(page)
        st.title(t(f"nav.{key}"), anchor=False)
        link_notice.stop(page, known, reading, scope_words.place(page) or scope_words.whole(page))
    if bare is not None and page.get(bare):
        link_notice.draw(page, known)
        return page
    with refused_in_its_place(t, key, has_side=True):
        sidebar.draw(page, known)
    st.title(t(f"nav.{key}"), anchor=False)
    scope_words.draw(page)
    link_notice.draw(page, known)
    st.caption(sidebar.data_line(page))
    return page


def _style(theme: Theme) -> None:
    st.html(nav.ROOT / "dashboard" / "assets" / "page.css")
    st.html(nav.ROOT / "dashboard" / "assets" / "print.css")
    if theme.kind == "dark":
        st.html(nav.ROOT / "dashboard" / "assets" / "print_dark.css")
