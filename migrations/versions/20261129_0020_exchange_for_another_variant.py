"""Exchange a piece for another variant: what the buyer holds, what is wanted instead, and when it left."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.reshaping import reshape

revision = "20261129_0020"
down_revision = "20261129_0005"
branch_labels = None
depends_on = None

_TABLE = "return_lines"
_KINDS = ("held", "wanted")


def upgrade() -> None:
    op.add_column("returns", sa.Column("anew_at", sa.DateTime(timezone=True), nullable=True))
    rules = {f"ck_{_TABLE}_{one}": f"({one}_id IS NULL) = ({one}_choices = '')" for one in _KINDS}
    keys = {f"fk_{_TABLE}_{one}_id_variants": f"{one}_id" for one in _KINDS}
    words = [f"{one}_choices{end}" for one in _KINDS for end in ("", "_en")]
    if op.get_bind().dialect.name == "sqlite":
        whole = {f"ck_{_TABLE}_{name}_whole": f"{name} IS NULL OR typeof({name}) = 'integer'" for name in keys.values()}
        reshape(
            _TABLE,
            columns=[f"{name} INTEGER" for name in keys.values()]
            + [f"{name} VARCHAR(200) DEFAULT '' NOT NULL" for name in words],
            add=[
                *(f"CONSTRAINT {key} FOREIGN KEY({name}) REFERENCES variants (id)" for key, name in keys.items()),
                *(f"CONSTRAINT {name} CHECK ({rule})" for name, rule in (rules | whole).items()),
            ],
        )
    else:
        for name in words:
            op.add_column(_TABLE, sa.Column(name, sa.String(length=200), server_default="", nullable=False))
        for key, name in keys.items():
            op.add_column(_TABLE, sa.Column(name, sa.Integer(), nullable=True))
            op.create_foreign_key(op.f(key), _TABLE, "variants", [name], ["id"])
        for name, rule in rules.items():
            op.create_check_constraint(op.f(name), _TABLE, rule)
    for name in keys.values():
        op.create_index(op.f(f"ix_{_TABLE}_{name}"), _TABLE, [name])


def downgrade() -> None:
    for one in _KINDS:
        op.drop_index(op.f(f"ix_{_TABLE}_{one}_id"), _TABLE)
    columns = [f"{one}_{end}" for one in _KINDS for end in ("id", "choices", "choices_en")]
    rules = [f"ck_{_TABLE}_{one}" for one in _KINDS]
    if op.get_bind().dialect.name == "sqlite":
        keys = [f"fk_{_TABLE}_{one}_id_variants" for one in _KINDS]
        reshape(_TABLE, drop=[*rules, *keys], drop_columns=columns)
    else:
        for name in rules:
            op.drop_constraint(op.f(name), _TABLE, type_="check")
        for name in columns:
            op.drop_column(_TABLE, name)
    op.drop_column("returns", "anew_at")
