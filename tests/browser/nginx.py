"""A real nginx under the configuration of `deploy/`, with ports and a certificate of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.browser.server import ROOT
from tests.missing import missing

NAME = "dengta.localhost"
"""The public name of the test: browsers look names under `localhost` up on this machine."""
WHOLE = """daemon off;
{user}worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/dengta.conf;
}}
"""


def found_nginx() -> str:
    """The nginx of this machine; without one a test is skipped out loud, on a checking machine it fails."""
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    if found := shutil.which("nginx", path=places):
        return found
    sentence = "no nginx on this machine (Debian: nginx-light): install it to run the tests behind a proxy"
    missing(sentence)


@contextmanager
def nginx_before(server: int, tls: int, plain: int, folder: Path) -> Iterator[str]:
    """Stand before the server on a port until the block ends; gives the public address."""
    program = found_nginx()
    _certificate(folder)
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for written, ours in (
        ("dengta.company.example", NAME),
        ("/etc/ssl/dengta", str(folder)),
        ("127.0.0.1:8501", f"127.0.0.1:{server}"),
        ("listen 443", f"listen 127.0.0.1:{tls}"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
    ):
        assert written in text, f"deploy/nginx.conf has no {written}"
        text = text.replace(written, ours)
    (folder / "dengta.conf").write_text(text, encoding="utf-8")
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(WHOLE.format(folder=folder, user=user), encoding="utf-8")
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")]
    process = subprocess.Popen(command)
    try:
        _wait_until_open(tls, process, folder / "nginx.log")
        yield f"https://{NAME}:{tls}"
    finally:
        process.terminate()
        process.wait(15)


def _wait_until_open(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise RuntimeError(f"nginx ended at once:\n{log.read_text(encoding='utf-8')[-3000:]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("nginx did not listen within 20 s")


def _certificate(folder: Path) -> None:
    """A key and a certificate that it signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(made.public_bytes(form))
    plain = serialization.NoEncryption()
    private = key.private_bytes(form, serialization.PrivateFormat.PKCS8, plain)
    (folder / "key.pem").write_bytes(private)
