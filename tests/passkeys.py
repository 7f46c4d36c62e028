"""A passkey without a device: makes and uses keys as a browser sends them, honest or forged."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class SoftKey:
    """One key on one device, for one portal."""

    origin: str
    rp_id: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    user: str = ""
    count: int = 0
    flags: int = PRESENT | VERIFIED

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer the options for a new passkey."""
        self.user = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        # COSE: type EC2, ES256, P-256 (RFC 9053).
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: _bytes(numbers.x), -3: _bytes(numbers.y)})
        made = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        data = self._data(self.flags | WITH_KEY) + made
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        about = self._about("webauthn.create", options["challenge"])
        return self._answer(about, attestationObject=bytes_to_base64url(attested))

    def use(self, options: dict[str, Any], *, grow: int = 1) -> dict[str, Any]:
        """Answer the options for a log-in; the count of uses grows by ``grow``."""
        self.count += grow
        data = self._data(self.flags)
        about = self._about("webauthn.get", options["challenge"])
        signed = data + hashlib.sha256(about).digest()
        return self._answer(
            about,
            authenticatorData=bytes_to_base64url(data),
            signature=bytes_to_base64url(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            userHandle=self.user,
        )

    def _data(self, flags: int) -> bytes:
        host = hashlib.sha256(self.rp_id.encode()).digest()
        return host + bytes([flags]) + self.count.to_bytes(4, "big")

    def _about(self, what: str, challenge: str) -> bytes:
        # A browser writes it down; what the key signs over is this very text.
        assert base64url_to_bytes(challenge)
        return json.dumps({"type": what, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, about: bytes, **response: str) -> dict[str, Any]:
        name = bytes_to_base64url(self.id)
        sent = {"clientDataJSON": bytes_to_base64url(about), **response}
        return {"id": name, "rawId": name, "type": "public-key", "response": sent}


def _bytes(number: int) -> bytes:
    return number.to_bytes(32, "big")
