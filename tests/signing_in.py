"""A server that asks who is there: the two files of sign-in, the store, and how it is started."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.server import free_port, serving

ISSUER, SECRET = "https://sso.grid.example", "s" * 40
NOWHERE = "http://127.0.0.1:9/nowhere"
"""The address of a provider that nobody asks: cookies are made by the tests."""


@contextmanager
def asking(
    warehouse: Path,
    folder: Path,
    people: str,
    *,
    known: str = NOWHERE,
    back_to: str | None = None,
    port: int | None = None,
    options: tuple[str, ...] = (),
) -> Iterator[str]:
    """Run the application for these `people` (a users' file) until the block ends; gives its own address.

    `known` is where the provider tells of itself, `back_to` the address that it sends readers back to. The
    users' file, the store and the log lie in `folder`.
    """
    port = port or free_port()
    (folder / "users.toml").write_text(people, encoding="utf-8")
    (folder / "secrets.toml").write_text(
        f'[auth]\nredirect_uri = "{back_to or f"http://127.0.0.1:{port}"}/oauth2callback"\n'
        f'cookie_secret = "{SECRET}"\nclient_id = "dengta"\nclient_secret = "x"\n'
        f'server_metadata_url = "{known}"\n',
        encoding="utf-8",
    )
    environment = {
        "DENGTA_WAREHOUSE": str(warehouse),
        "DENGTA_STATE": f"sqlite:///{folder / 'state.db'}",
        "DENGTA_USERS": str(folder / "users.toml"),
    }
    given = (f"--secrets.files={folder / 'secrets.toml'}", *options)
    with serving(environment, folder / "server.log", port=port, options=given) as address:
        yield address
