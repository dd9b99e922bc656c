"""Take the numbers of standards that keep that of ISO or IEC, and of registrations of geographical indications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261129_0061"
down_revision = "20261129_0060"
branch_labels = None
depends_on = None

_NAME = "ck_certificates_number"


def _digits(text: str) -> str:
    return f"ltrim({text}, '0123456789') = ''"


_BEFORE = {
    "p_irt": f"length(number) = 16 AND substr(number, 14, 1) = '-' AND {_digits('substr(number, 1, 13)')}"
    f" AND {_digits('substr(number, 15, 2)')} AND substr(number, 1, 1) NOT IN ('0', '9')",
    "halal": f"length(number) = 19 AND substr(number, 1, 2) = 'ID' AND {_digits('substr(number, 3)')}",
    "bpom": f"length(number) = 15 AND substr(number, 1, 3) IN ('MD ', 'ML ') AND {_digits('substr(number, 4)')}",
    "sni": f"substr(number, 1, 4) = 'SNI ' AND {_digits('substr(number, 5, 4)')}"
    f" AND (length(number) = 8 OR (length(number) = 13 AND substr(number, 9, 1) = ':' AND {_digits('substr(number, 10)')}))",
    "gi": f"length(number) = 17 AND substr(number, 1, 6) = 'IG.00.' AND substr(number, 11, 1) = '.'"
    f" AND {_digits('substr(number, 7, 4)')} AND {_digits('substr(number, 12)')}",
    "batikmark": "length(number) BETWEEN 3 AND 40",
}
_TAKEN_OVER = (
    f"substr(number, 1, 8) IN ('SNI ISO ', 'SNI IEC ') AND length(number) > 8 AND {_digits('substr(number, 9, 1)')}"
    f" OR substr(number, 1, 12) = 'SNI ISO/IEC ' AND length(number) > 12 AND {_digits('substr(number, 13, 1)')}"
)
_REGISTRATION = f"length(number) = 14 AND substr(number, 1, 5) = 'ID G ' AND {_digits('substr(number, 6)')}"
_NOW = _BEFORE | {
    "sni": f"{_BEFORE['sni']} OR {_TAKEN_OVER}",
    "gi": f"{_BEFORE['gi']} OR {_REGISTRATION}",
}


def _put(forms: dict[str, str]) -> None:
    rule = " OR ".join(f"(kind = '{kind}' AND ({test}))" for kind, test in forms.items())
    if op.get_bind().dialect.name == "sqlite":
        reshape("certificates", drop=[_NAME], add=[f"CONSTRAINT {_NAME} CHECK ({rule})"])
    else:
        op.drop_constraint(op.f(_NAME), "certificates", type_="check")
        op.create_check_constraint(op.f(_NAME), "certificates", rule)


def upgrade() -> None:
    _put(_NOW)


def downgrade() -> None:
    """Stops where such a number stands: the older rule has no room for it, and it is its maker's word."""
    _put(_BEFORE)
