"""No word of Streamlit's own stands in English on a Chinese page, menus and boxes opened as a reader does."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenTab
from tests.browser.server import Tab

SEEN = """() => {
    const out = [];
    const app = document.querySelector('[data-testid=stApp]');
    const texts = document.createTreeWalker(app, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const around = texts.currentNode.parentElement;
        if (!around.closest('script, style, pre, svg, [data-testid=stIconMaterial], [translate=no]'))
            out.push(texts.currentNode.nodeValue.trim());
    }
    for (const name of ['aria-label', 'title', 'placeholder'])
        app.querySelectorAll(`[${name}]`).forEach(e => out.push(e.getAttribute(name)));
    for (const over of document.querySelectorAll('[data-testid=portal], [role=listbox], [role=menu]'))
        out.push(over.innerText);
    return out;
}"""
ENGLISH = re.compile(
    r"\b(upload|browse|drag|drop|per file|not allowed|choose|no results|options? available|select|clear"
    r"|search|fullscreen|show/hide|sort|pin|unpin|hide|autosize|format|statistics|copy|download|press|enter|apply"
    r"|increment|decrement|next|previous|page|help|open|close|remove|sidebar|menu|skip|theme|print|record"
    r"|running|values|empty|type to|results|january|november|mon|su|today)\b",
    re.IGNORECASE,
)


def english(tab: Tab) -> set[str]:
    """Texts, labels, titles and placeholders that hold one of Streamlit's words."""
    return {text for text in tab.page.evaluate(SEEN) if text and ENGLISH.search(text)}


def test_boxes_and_menus_of_the_customer_list(open_tab: OpenTab) -> None:
    tab = open_tab().open("/customers", view="list")
    page = tab.page
    box = page.get_by_role("combobox", name="排序")
    box.click()
    page.keyboard.type("zzzz")
    expect(page.get_by_text("没有匹配项")).to_be_visible()
    assert not english(tab)
    page.keyboard.press("Escape")
    search = page.get_by_role("textbox", name="查找客户")
    search.fill("01")
    expect(page.get_by_text("按回车键生效")).to_be_visible()
    search.fill("")
    table = page.locator('[data-testid="stDataFrame"]').first
    tab.settled()
    table.scroll_into_view_if_needed()
    menu = page.locator('[data-testid="stDataFrameColumnMenu"]')
    for x in (*range(110, 190, 8), *range(70, 110, 8)):  # a click beside the menu's sign sorts the table anew
        tab.settled()
        corner = table.bounding_box()
        assert corner
        page.mouse.move(corner["x"] + x, corner["y"] + 17)
        page.mouse.click(corner["x"] + x, corner["y"] + 17)
        page.wait_for_timeout(150)
        if menu.count():
            break
    expect(menu).to_contain_text("升序")
    assert not ENGLISH.search(menu.inner_text().replace("content_copy", ""))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="主菜单").click()
    expect(page.get_by_text("打印")).to_be_visible()
    assert not english(tab) - {"Made with Streamlit v"}


def test_the_place_for_files_speaks_the_readers_language_and_follows_the_switch(open_tab: OpenTab) -> None:
    tab = open_tab().open("/data_checks", view="tieout")
    place = tab.page.locator('[data-testid="stFileUploader"]')
    expect(place).to_contain_text("选择文件")
    expect(place).to_contain_text("每个文件不超过 20MB")
    place.locator("input").set_input_files({"name": "a.docx", "mimeType": "a/b", "buffer": b"x"})
    expect(place).to_contain_text("不接受这种文件")
    assert not english(tab)
    tab.page.locator('[data-testid="stSidebar"]').get_by_text("English", exact=True).click()
    tab.page.wait_for_url("**lang=en**")
    tab.settled()
    expect(tab.page.locator("html")).to_have_attribute("lang", "en")
    expect(tab.page.locator('[data-testid="stFileUploader"]')).to_contain_text("20MB per file")
    assert not re.search(r"[\u3400-\u9fff]", place.inner_text())
    expect(tab.page.get_by_role("button", name="Main menu")).to_be_visible()
