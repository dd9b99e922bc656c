"""How far anybody has looked at a certificate, as a table."""

from __future__ import annotations

from catalog.certificates.models import CertificateState
from catalog.states import Machine, Transition

_S = CertificateState
_CHECKERS = frozenset({"officer", "curator"})

CERTIFICATE = Machine(
    Transition("see", frozenset({_S.STATED, _S.REFUSED}), _S.SEEN, _CHECKERS),
    Transition("verify", frozenset({_S.STATED, _S.SEEN, _S.REFUSED}), _S.VERIFIED, _CHECKERS),
    Transition("refuse", frozenset({_S.STATED, _S.SEEN, _S.VERIFIED}), _S.REFUSED, _CHECKERS),
    Transition("restate", frozenset(_S), _S.STATED, frozenset({"member"})),
)
