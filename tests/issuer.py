"""A small OpenID Connect service on this machine, with a certificate of its own: it signs in whoever the test says."""

from __future__ import annotations

import base64
import datetime
import hashlib
import ipaddress
import json
import secrets
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

CLIENT, SECRET = "portal", "a secret between the two"


class Issuer:
    """The service; `claims` says who comes back from it. Started by `with`."""

    def __init__(self, folder: Path) -> None:
        self.claims: dict[str, object] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.certificate = folder / "issuer.pem"
        private = folder / "issuer.key"
        private.write_bytes(
            self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        self.certificate.write_bytes(self._signed().public_bytes(serialization.Encoding.PEM))
        issuer = self
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Desk", (Desk,), {"issuer": issuer}))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, private)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}"

    def _signed(self) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        now = datetime.datetime.now(datetime.UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
        made = made.serial_number(1).not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        made = made.add_extension(here, critical=False).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        return made.sign(self.key, hashes.SHA256())

    def __enter__(self) -> Issuer:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *trouble: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def environment(self) -> dict[str, str]:
        """What the portal is told about this service."""
        told = {"OIDC_URL": self.url, "OIDC_NAME": "City Hall", "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET}
        return {**told, "REQUESTS_CA_BUNDLE": str(self.certificate)}


class Desk(BaseHTTPRequestHandler):
    """Answers the five requests that a sign-in needs."""

    issuer: Issuer

    def log_message(self, *words: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path == "/authorize":
            code = secrets.token_urlsafe()
            self.issuer.codes[code] = {name: words[0] for name, words in query.items()}
            self.send_response(302)
            self.send_header("Location", f"{query['redirect_uri'][0]}?{urlencode({'code': code, 'state': query['state'][0]})}")
            self.end_headers()
        elif path == "/userinfo":
            self.say(self.issuer.claims)
        else:
            own = self.issuer.url
            places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo", "jwks_uri": "keys"}
            self.say({"issuer": own, **{name: f"{own}/{place}" for name, place in places.items()}})

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        asked = self.issuer.codes.pop(sent["code"][0])
        proof = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"][0].encode()).digest()).rstrip(b"=").decode()
        assert proof == asked["code_challenge"]
        now = int(time.time())
        words = {"iss": self.issuer.url, "aud": CLIENT, "iat": now, "exp": now + 60, **self.issuer.claims}
        token = jwt.encode(words, self.issuer.key, algorithm="RS256", headers={"kid": "1"})
        self.say({"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "id_token": token})

    def say(self, words: dict) -> None:
        """Answer in JSON."""
        body = json.dumps(words).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
