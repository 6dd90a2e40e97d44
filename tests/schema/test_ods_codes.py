"""ODS codes and refusals."""

import pytest

from schema import errors
from schema.errors import Refusal
from schema.ods_codes import ods_code


@pytest.mark.parametrize("text", ["G82002", " g82002 ", "hcp-east-kent", "QKS", "Y59", "S9B9J"])
def test_a_code_is_upper_case_without_spaces(text):
    assert ods_code(text) == text.strip().upper()


@pytest.mark.parametrize("text", ["", "G", "G82 002", "G82002;", "É82002", "-AB", "X" * 33])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(Refusal) as refusal:
        ods_code(text)
    assert refusal.value.code == "document/malformed-code"


def test_every_code_has_a_remedy_that_is_a_sentence():
    remedies = {**errors.REMEDIES, **errors.PROBLEMS}
    assert [code for code, remedy in remedies.items() if not remedy.endswith(".") or len(remedy) < 10] == []
