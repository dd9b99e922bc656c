"""A still shows what was read and can do nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm.exc import UnmappedInstanceError

from catalog.db import db, transaction
from catalog.makers.models import Maker
from catalog.places.models import District, Village
from catalog.stills import Stills
from tests.cast import Cast


def test_stills_tell_what_rows_tell_and_cannot_be_written(cast: Cast) -> None:
    stills = Stills(Maker, District, Village)
    makers, districts, villages = (one.__table__ for one in (Maker, District, Village))
    read = (
        select(*stills.columns)
        .select_from(makers)
        .join(districts, districts.c.code == makers.c.district_code)
        .outerjoin(villages, villages.c.code == makers.c.village_code)
        .where(makers.c.id == cast.shawl.maker_id)
    )
    maker, district, village = stills.of(db.session.execute(read).one())
    known = db.session.get_one(Maker, cast.shawl.maker_id)
    names = [column.key for column in makers.c]
    assert [getattr(maker, name) for name in names] == [getattr(known, name) for name in names]
    assert (district.name, village) == (known.district.name, known.village)
    with pytest.raises(UnmappedInstanceError):
        maker.links
    with transaction(), pytest.raises(UnmappedInstanceError):
        db.session.add(maker)
