"""A file that could do harm is refused before anything reads it, in the service manual's words."""

import io
import time
import zipfile

import pytest

from schema.errors import Refusal
from service.sheets import cells
from service.sheets.opening import opened
from tests.service.sheets.files import with_parts, workbook, zipped

GOOD = workbook({"Returns": [["Organisation", "Measure", "Value"], ["G82001", "Referrals", 1]]})
TYPES = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><workbook>&b;</workbook>'
OUTSIDE = b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><workbook/>'

# A sheet with a text that it declares itself.
DECLARED = b'<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY b "Organisation">]>'
SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    b'<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512


def under_another_name(name: str, sheet: bytes) -> bytes:
    """The good workbook, with its sheet in a part with another name."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    del parts["xl/worksheets/sheet1.xml"]
    for each in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
        parts[each] = parts[each].replace(b"worksheets/sheet1.xml", name.encode())
    return zipped({**parts, f"xl/{name}": sheet})


def with_lie(content: bytes) -> bytes:
    """A zip whose directory says that its last part is small."""
    at = content.rindex(b"PK\x01\x02")
    return content[: at + 24] + (10).to_bytes(4, "little") + content[at + 28 :]


HOSTILE = {
    "nothing": (b"", "upload/empty"),
    "blanks": (b"  \n ", "upload/empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "upload/wrong-type"),
    "an old workbook": (OLD, "upload/wrong-type"),
    "a password": (OLD + "EncryptedPackage".encode("utf-16-le"), "upload/password"),
    "another zip": (zipped({"a.txt": b"a"}), "upload/wrong-type"),
    "half a zip": (GOOD[: len(GOOD) // 2], "upload/damaged"),
    "no workbook inside": (zipped(TYPES), "upload/damaged"),
    "a bomb": (zipped({**TYPES, "xl/sharedStrings.xml": b" " * 21_000_000}), "upload/unsafe"),
    "a bomb that lies": (with_lie(zipped({**TYPES, "xl/sharedStrings.xml": b" " * 21_000_000})), "upload/damaged"),
    "many elements": (with_parts(GOOD, {"xl/styles.xml": b"<a>" * 1_100_000}), "upload/unsafe"),
    "many parts": (zipped({**TYPES, **{f"xl/{at}": b"" for at in range(600)}}), "upload/unsafe"),
    "entities": (with_parts(GOOD, {"xl/workbook.xml": ENTITIES}), "upload/unsafe"),
    "hidden entities": (with_parts(GOOD, {"xl/workbook.xml": ENTITIES.decode().encode("utf-16")}), "upload/unsafe"),
    "an outside type": (with_parts(GOOD, {"xl/workbook.xml": OUTSIDE}), "upload/unsafe"),
    # Cut in two, where the file is unpacked a part at a time.
    "a late type": (with_parts(GOOD, {"xl/workbook.xml": b" " * 65_532 + OUTSIDE}), "upload/unsafe"),
    "an unknown encoding": (
        with_parts(GOOD, {"xl/workbook.xml": b'<?xml version="1.0" encoding="x"?><a/>'}),
        "upload/damaged",
    ),
    **{
        f"entities in {name}": (under_another_name(name, DECLARED + SHEET), "upload/unsafe")
        for name in ("worksheets/sheet1.dat", "media/image1.png", "printerSettings/printerSettings1.bin", "sheet")
    },
    "hidden entities in a sheet of another name": (
        under_another_name("media/image1.png", (DECLARED + SHEET).decode().encode("utf-16")),
        "upload/unsafe",
    ),
    "entities among the settings of printers": (
        under_another_name("printerSettings/a.bin", (DECLARED + SHEET).decode().encode("utf-16")),
        "upload/damaged",
    ),
    "macros": (with_parts(GOOD, {"xl/vbaProject.bin": b"x"}), "upload/unsafe"),
    "other workbooks": (with_parts(GOOD, {"xl/externalLinks/externalLink1.xml": b"<a/>"}), "upload/unsafe"),
    "quotation marks that never end": (b'Organisation,"Measure\n1,2', "upload/damaged"),
    "too many rows": (b"a,b\n" * (cells.MOST_ROWS + 1), "upload/too-many-rows"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused(name):
    content, code = HOSTILE[name]
    began = time.perf_counter()
    with pytest.raises(Refusal) as refusal:
        opened(content)
    # Reading what the bombs hold would take longer than this, even on a busy machine.
    assert (refusal.value.code, time.perf_counter() - began < 5) == (code, True)
    assert refusal.value.message.startswith("The selected file ")


def test_a_sheet_that_is_too_long_is_refused_by_its_name():
    with pytest.raises(Refusal, match="Returns must have 12,000 rows or fewer") as refusal:
        opened(workbook({"Returns": [["a"]] * (cells.MOST_ROWS + 1)}))
    assert refusal.value.code == "upload/too-many-rows"


def test_a_workbook_without_harm_is_read():
    [sheet] = opened(GOOD)
    assert [[cell.content for cell in row] for row in sheet.rows][1] == ["G82001", "Referrals", 1]


@pytest.mark.parametrize(
    "part",
    [
        # As Excel for Mac writes it, and as a picture and Excel for Windows do.
        {"xl/printerSettings/printerSettings1.bin": b'<?xml version="1.0"?><!DOCTYPE plist PUBLIC "a" "b"><plist/>'},
        {"xl/media/image1.png": b"\x89PNG\r\n\x1a\n\x00\x00<!DOCTYPE"},
        {"xl/printerSettings/printerSettings1.bin": "Printer".encode("utf-16-le") + b"\x00" * 64},
    ],
    ids=["a plist", "a picture", "a printer"],
)
def test_what_no_reader_of_cells_opens_does_no_harm(part):
    assert len(opened(with_parts(GOOD, part))) == 1
