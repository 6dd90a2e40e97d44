"""A file of returns on a page: what is wrong in words, the same file back, what it would change, and what is taken."""

import asyncio
import re

import httpx
import pytest

from schema.enumerations import Role
from tests.service.pages.returns.filling import Form, asked, filled, words
from tests.service.sheets.files import workbook

QUARTER = "/quarters/2024-25-Q4"
UPLOAD = f"{QUARTER}/upload"
HEADINGS = "Organisation,Measure,Value\n"
DECLARED = "Better digital telephony declared"
# One right, two with the same slip, one that cannot be, one that jumps.
MIXED = (
    HEADINGS
    + "QKS,Trained mentors,60\nQKS,Active mentors,lots\nQKS,Clinical supervisors,lots\n"
    + "QKS,call_back_percent,120\nQKS,cloud_telephony_percent,20\n"
)


async def upload(client: httpx.AsyncClient, content: str | bytes, **fields: str) -> httpx.Response:
    """The answer to a file that somebody selects."""
    form = Form((await client.get(UPLOAD)).text)
    return await client.post(UPLOAD, data={**form.fields, **fields}, files={"file": ("returns.csv", content)})


async def step(client: httpx.AsyncClient, page: httpx.Response, do: str, **fields: str) -> httpx.Response:
    """The answer to a button of the page that shows what is in a file."""
    return await client.post(UPLOAD, data={**Form(page.text).fields, "do": do, **fields})


async def drafts(client: httpx.AsyncClient, key: dict[str, str], code: str) -> list[dict[str, float]]:
    of = f'filter: {{organisation: {{code: {{eq: "{code}"}}}}, status: {{in: [DRAFT, RETURNED]}}}}'
    query = f"{{ submissions({of}) {{ nodes {{ sent {{ metricCode value }} }} }} }}"
    nodes = (await asked(client, query, key))["submissions"]["nodes"]
    return [{each["metricCode"]: each["value"] for each in node["sent"]} for node in nodes]


async def test_each_slip_is_said_in_words_at_its_cell_and_equal_ones_once(person, key_of):
    client, key = await person("Ben Board", "Submit", "QKS"), await key_of("Ben", Role.SUBMITTER, "QKS")
    page = await upload(client, MIXED)
    assert page.status_code == 200, words(page.text)
    said = words(page.text)
    assert "5 answers for Q4 2024/25, sent by QKS. 1 is right, 3 cells must be corrected, 1 needs a reason." in said, (
        said
    )
    assert re.search(r"C3, C4 2 questions 'lots' is not a number", said)
    assert "1 new, 0 changed, 0 the same as published, 4 not taken." in said
    assert await drafts(client, key, "QKS") == []


async def test_the_same_file_comes_back_with_what_is_wrong(person):
    client = await person("Ben Board", "Submit", "QKS")
    back = await step(client, await upload(client, MIXED), "file")
    assert back.headers["content-disposition"] == 'attachment; filename="km-what-is-wrong-2024-25-Q4-QKS.csv"'
    assert "What is wrong" in back.text.splitlines()[0]
    assert "'lots' is not a number" in back.text


async def test_one_reason_is_for_all_unusual_figures_and_what_is_right_is_saved(person, key_of):
    client, key = await person("Ben Board", "Submit", "QKS"), await key_of("Ben", Role.SUBMITTER, "QKS")
    reasoned = await step(client, await upload(client, MIXED), "check", reason="The contract ended.")
    assert "2 are right" in words(reasoned.text)
    taken = await step(client, reasoned, "right")
    assert taken.headers["location"] == f"{QUARTER}/QKS/check", words(taken.text)
    assert await drafts(client, key, "QKS") == [{"trained_mentors": 60, "cloud_telephony_percent": 20}]
    checked = words((await client.get(taken.headers["location"])).text)
    assert "The contract ended." in checked
    assert "Send for approval" in checked


async def test_a_file_goes_into_the_draft_that_is_open_and_keeps_its_other_answers(person, key_of):
    client, key = await person("Cara Network", "Submit", "U17834"), await key_of("Cara", Role.SUBMITTER, "U17834")
    await filled(client, f"{QUARTER}/U17834", value_capacity_and_access_online_requests_declaration="Yes")
    content = workbook({"Answers": [["Organisation", "Measure", "Value"], ["Dartford MODEL", DECLARED, "No"]]})
    taken = await step(client, await upload(client, content), "all")
    assert taken.headers["location"] == f"{QUARTER}/U17834/check", words(taken.text)
    assert await drafts(client, key, "U17834") == [
        {"capacity_and_access_telephony_declaration": 0, "capacity_and_access_online_requests_declaration": 1}
    ]


async def test_a_file_that_names_no_organisation_is_that_of_whoever_sends_it(person):
    client = await person("Ann Network", "Submit", "U40722")
    page = await upload(client, f"Measure,Value\n{DECLARED},Yes\n")
    assert "1 answer for Q4 2024/25, sent by U40722. 1 is right." in words(page.text)
    everywhere = await upload(await person("Ada", "Run", None), f"Measure,Value\n{DECLARED},Yes\n")
    assert "must have the headings" in words(everywhere.text)


async def test_the_review_is_made_again_when_the_world_has_changed_meanwhile(person, key_of):
    client = await person("Cara Network", "Submit", "U04973")
    page = await upload(client, HEADINGS + f"Garden City,{DECLARED},Yes\n")
    head = await key_of("Head", Role.APPROVER, "QKS")
    figure = '{metric: "capacity_and_access_telephony_declaration", organisation: "U04973", value: 0}'
    sent = f'quarter: "2024-25-Q4", organisation: "U04973", reason: "By telephone", figures: [{figure}]'
    await asked(client, f"mutation {{ updateQuarterlyFigures(input: {{{sent}}}) {{ problems {{ message }} }} }}", head)
    late = await step(client, page, "all")
    assert late.status_code == 422
    assert "Since you looked, other figures were published, or the file or its reason changed." in words(late.text)
    assert await drafts(client, head, "U04973") == []
    assert Form(late.text).fields["review"] != Form(page.text).fields["review"]


async def test_a_button_that_is_pressed_twice_makes_one_draft(person, key_of):
    client, head = await person("Cara Network", "Submit", "U10200"), await key_of("Head", Role.APPROVER, "QKS")
    page = await upload(client, HEADINGS + f"U10200,{DECLARED},Yes\n")
    both = await asyncio.gather(step(client, page, "all"), step(client, page, "all"))
    assert {each.headers.get("location") for each in both} == {f"{QUARTER}/U10200/check"}
    assert len(await drafts(client, head, "U10200")) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The selected file is empty."),
        (b"\x00\x01" * 50, "The selected file must be"),
        ("Name,Value\nx,1\n", "The selected file must have the headings Organisation, Measure and Value."),
    ],
)
async def test_what_cannot_be_read_is_said_at_the_field_of_the_file(person, content, sentence):
    client = await person("Ben Board", "Submit", "QKS")
    wrong = await upload(client, content)
    assert wrong.status_code == 422
    assert sentence in words(wrong.text), words(wrong.text)
    assert 'href="#file"' in wrong.text
    assert words(wrong.text).startswith("Error: Upload returns")


async def test_a_file_is_small_enough_for_the_page_that_carries_it(person):
    client = await person("Ben Board", "Submit", "QKS")
    large = HEADINGS + "QKS,Trained mentors,60\n" + "," * 3_300_000 + "\n"
    carried = await upload(client, large)
    assert carried.status_code == 200, words(carried.text)
    assert (await step(client, carried, "check")).status_code == 200
    refused = await upload(client, large + "," * 100_000)
    assert (refused.status_code, "smaller than 3.3 MB" in words(refused.text)) == (422, True)
    fields = {"content": "A" * 5_000_000, "do": "check"}
    assert (await client.post(UPLOAD, data=fields)).status_code == 413


async def test_without_a_file_there_is_a_sentence(person):
    client = await person("Ben Board", "Submit", "QKS")
    assert "Select a file." in words((await step(client, await client.get(UPLOAD), "check")).text)


async def test_only_who_can_send_figures_uploads_and_only_from_our_page(person, key_of, visitor: httpx.AsyncClient):
    refused = await visitor.get(UPLOAD)
    assert refused.status_code == 401
    assert refused.text.count(f'href="/sign-in?next={UPLOAD}"') == 2
    reader = await key_of("Reads", Role.READER)
    assert (await visitor.get(UPLOAD, headers=reader)).status_code == 403
    assert (await visitor.post(UPLOAD, data={"do": "all"}, headers=reader)).status_code == 403
    client = await person("Ann Network", "Submit", "U40722")
    page = await upload(client, HEADINGS + f"U40722,{DECLARED},Yes\n")
    assert (await step(client, page, "all", token="")).status_code == 403
    fields = {**Form(page.text).fields, "do": "all"}
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert (await client.post(UPLOAD, data=fields, headers=elsewhere)).status_code == 401
    assert await drafts(client, await key_of("Looks", Role.APPROVER), "U40722") == []


async def test_nobody_uploads_for_another_organisation(person, key_of):
    client = await person("Ann Network", "Submit", "U40722")
    page = await upload(client, HEADINGS + f"U74266,{DECLARED},Yes\n", organisation="U74266")
    assert "0 are right" in words(page.text)
    taken = await step(client, page, "all")
    assert taken.status_code == 422
    assert await drafts(client, await key_of("Looks", Role.APPROVER), "U74266") == []


async def test_nothing_in_a_file_becomes_html(person):
    client = await person("Ben Board", "Submit", "QKS")
    attack = "<script>alert(1)</script>"
    page = await upload(client, HEADINGS + f"{attack},{attack},{attack}\nQKS,Trained mentors,{attack}\n")
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert" not in page.text
    reasoned = await step(client, page, "check", reason=attack, organisation="QKS")
    assert "<script>alert" not in reasoned.text
