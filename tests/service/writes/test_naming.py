"""A wrong code is answered with the right one, where it is clear which one was meant."""

import pytest

from service.writes.naming import malformed_quarter


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("Q4 2024/25", "'Q4 2024/25' is not the code of a quarter: write 2024-25-Q4."),
        ("2024-25", "'2024-25' is not a quarter."),
        ("2025-01-31", "'2025-01-31' is not a quarter."),
        ("soon", "'soon' is not a quarter."),
    ],
)
def test_a_quarter_written_in_another_way_is_answered_with_its_code(code, message):
    assert malformed_quarter(code).message == message
