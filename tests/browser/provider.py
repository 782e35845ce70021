"""A real OpenID provider on this machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from oidc_provider_mock import User, run_server_in_thread


@contextmanager
def provider_of(mails: Iterable[str]) -> Iterator[str]:
    """Run one at which these people sign in until the block ends; where it tells of itself."""
    people = [User(sub=mail, claims={"email": mail, "email_verified": True}) for mail in mails]
    with run_server_in_thread(user_claims=people) as provider:
        yield f"http://localhost:{provider.server_port}/.well-known/openid-configuration"
