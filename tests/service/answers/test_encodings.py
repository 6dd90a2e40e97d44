"""A client gets the encoding that it likes best, of several our favourite, and none that it does not accept."""

import gzip
from random import Random

import brotli
import orjson
import pytest
from backports import zstd

from service.answers.body import Body
from service.answers.encodings import ENCODINGS, accepted

DECODERS = {"zstd": zstd.decompress, "br": brotli.decompress, "gzip": gzip.decompress}
LONG = orjson.dumps([{"code": f"G{number}", "name": "The surgery"} for number in range(5_000)])


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("", None),
        ("identity", None),
        ("deflate", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("GZIP", "gzip"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("gzip ; q=0.2 , br ; q=0.5", "br"),
        ("gzip;q=0", None),
        ("gzip;q=0, *", "zstd"),
        ("*;q=0", None),
        ("*", "zstd"),
        ("br;q=0.5, *;q=0.1", "br"),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("gzip;q=much", None),
        ("gzip;q=0.5;level=9", "gzip"),
        (",,;", None),
    ],
)
def test_the_encoding_that_a_client_likes_best(header, encoding):
    assert accepted(header) == encoding


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_each_form_is_the_body_again_and_is_made_once(encoding):
    body = Body(LONG)
    form = await body.form(encoding)
    assert form is not None
    assert DECODERS[encoding](form) == body.json == b'{"data":' + LONG + b"}"
    assert len(form) < len(body.json) / 5
    assert await body.form(encoding) is form


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_a_short_body_has_no_form(encoding):
    assert await Body(b'{"a":"' + b"a" * 900 + b'"}').form(encoding) is None


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_a_form_that_saves_less_than_half_is_not_used(encoding, random_text):
    assert await Body(random_text).form(encoding) is None


@pytest.fixture
def random_text() -> bytes:
    """Text that takes three quarters of its bytes in every encoding."""

    return orjson.dumps(
        "".join(Random(1).choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", k=4_000))
    )


def test_bodies_that_differ_have_digests_that_differ():
    assert Body(b"1").digest == Body(b"1").digest
    assert Body(b"1").digest != Body(b"2").digest
