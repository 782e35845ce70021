"""Take the pictures of the documentation: `python -m tools.pictures`. Makes a sample, serves it, looks."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from services.warehouse.loading import load
from services.warehouse.sampling import make_sample
from tests.browser.server import FLAGS, ROOT, Tab, serving

PICTURES = ROOT / "docs" / "pictures"
SHOTS = (
    ("overview-zh", "/", "zh-CN", "light"),
    ("recovery-zh", "/recovery", "zh-CN", "light"),
    ("grades-zh", "/grades?try=cut.resident:95-84-68-48", "zh-CN", "light"),
    ("grades-en", "/grades?view=migration", "en-US", "light"),
    ("ageing-en", "/ageing", "en-US", "light"),
    ("customers-en-dark", "/customers", "en-US", "dark"),
)


def take(browser: Browser, base: str, name: str, path: str, locale: str, scheme: str) -> Path:
    """One page as a reader sees it first, charts drawn."""
    context = browser.new_context(
        locale=locale, color_scheme=scheme, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )  # type: ignore[arg-type]
    tab = Tab(context.new_page(), base).watch().open(path)
    tab.page.wait_for_timeout(2500)
    target = PICTURES / f"{name}.png"
    tab.page.screenshot(path=target, scale="css")
    context.close()
    return target


def main() -> None:
    """All pictures, from a sample of 5,000 customers."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place)
        make_sample(folder / "sample", customers=5000, months=30, seed=1)
        load(folder / "sample", folder / "warehouse")
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        with serving({"DENGTA_WAREHOUSE": str(folder / "warehouse")}, folder / "log") as base:
            for shot in SHOTS:
                print(take(browser, base, *shot))
        browser.close()


if __name__ == "__main__":
    main()
