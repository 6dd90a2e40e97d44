"""What a command has read, it knows until it ends."""

from sqlmodel.ext.asyncio.session import AsyncSession

from service.writes.remembered import remembered

CODES = {"a": 1, "b": 2}


class Table:
    """Rows by code, and the codes that were asked for, in turn."""

    def __init__(self) -> None:
        self.rows = dict(CODES)
        self.asked: list[set[str]] = []

    async def read(self, codes):
        self.asked.append(set(codes))
        return {each: self.rows[each] for each in codes if each in self.rows}


async def test_a_row_is_read_once_in_a_transaction():
    session, table = AsyncSession(), Table()
    assert await remembered(session, "codes", {"a"}, table.read) == {"a": 1}
    assert await remembered(session, "codes", {"a", "b"}, table.read) == CODES
    assert table.asked == [{"a"}, {"b"}]


async def test_a_row_that_the_command_makes_is_found_afterwards():
    session, table = AsyncSession(), Table()
    assert await remembered(session, "codes", {"c"}, table.read) == {}
    table.rows["c"] = 3
    assert await remembered(session, "codes", {"c"}, table.read) == {"c": 3}


async def test_another_transaction_knows_nothing():
    table = Table()
    for _ in range(2):
        await remembered(AsyncSession(), "codes", {"a"}, table.read)
    assert table.asked == [{"a"}, {"a"}]
