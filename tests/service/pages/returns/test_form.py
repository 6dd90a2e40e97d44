"""The form of a return: what it asks, what it understands, and what becomes of the answers."""

import asyncio

from schema.enumerations import Role
from tests.service.pages.returns.filling import Form, asked, filled, words

TELEPHONY = "capacity_and_access_telephony_declaration"
ONLINE = "capacity_and_access_online_requests_declaration"
NAVIGATION = "capacity_and_access_care_navigation_declaration"


def of(organisation: str, quarter: str = "2024-25-Q4") -> str:
    return f"/quarters/{quarter}/{organisation}"


async def test_a_network_is_asked_its_three_questions_and_nothing_else(person):
    client = await person("Ann Network", "Submit", "U10200")
    page = await client.get(of("U10200"))
    assert page.status_code == 200, page.text
    assert "0 of 3 questions answered" in words(page.text)
    assert page.text.count('class="question"') == 3
    assert 'value="Yes"' in page.text


async def test_the_search_box_of_the_page_is_empty(person):
    client = await person("Ann Network", "Submit", "U10200")
    assert 'name="q" type="search" value=""' in (await client.get(of("U10200"))).text


async def test_answers_are_saved_and_said_and_sent_for_approval(person):
    client = await person("Ann Network", "Submit", "U10200")
    saved = await filled(
        client, of("U10200"), **{f"value_{TELEPHONY}": "Yes", f"value_{ONLINE}": "No", f"value_{NAVIGATION}": "Yes"}
    )
    assert saved.headers["location"] == of("U10200")
    said = words((await client.get(of("U10200"))).text)
    assert "3 of 3 questions answered" in said
    assert said.count("Saved as yes") == 2
    checked = await filled(client, of("U10200"), then="check")
    assert checked.headers["location"] == f"{of('U10200')}/check", checked.text
    assert "Better digital telephony declared" in words((await client.get(f"{of('U10200')}/check")).text)
    sent = await filled(client, f"{of('U10200')}/check")
    assert sent.headers["location"] == f"{of('U10200')}/sent", words(sent.text)
    assert "Sent for approval" in words((await client.get(sent.headers["location"])).text)
    assert "It is waiting for approval" in words((await client.get(of("U10200"))).text)
    back = await filled(client, of("U10200"))
    assert back.headers["location"] == of("U10200")
    assert "3 of 3 questions answered" in words((await client.get(of("U10200"))).text)


async def test_numbers_are_understood_as_people_write_them_and_what_is_not_is_said_at_its_field(person):
    client = await person("Ben Board", "Submit", "QKS")
    wrong = await filled(
        client, of("QKS"), value_additional_roles_fte="1,064", value_cloud_telephony_percent="92%", value_gp_fte="9x2"
    )
    assert wrong.status_code == 422
    said = words(wrong.text)
    assert said.startswith("Error: Q4 2024/25 return")
    assert ": '9x2' is not a number. Write thousands as 1,064 and decimals as 93.14" in said
    assert 'href="#value-gp_fte"' in wrong.text
    assert 'id="value-gp_fte" name="value-gp_fte" type="text" value="9x2"' in " ".join(wrong.text.split())
    assert "Saved as 1,064 FTE" in said
    assert "Saved as 92%" in said


async def test_what_needs_a_reason_gets_a_box_for_it_and_then_the_return_can_be_checked(person):
    client = await person("Ben Board", "Submit", "QKS")
    held = await filled(client, of("QKS"), value_cloud_telephony_percent="20", then="check")
    assert held.headers["location"] == of("QKS")
    page = await client.get(of("QKS"))
    assert words(page.text).startswith("Error:")
    assert 'href="#reason-cloud_telephony_percent"' in page.text
    free = await filled(client, of("QKS"), reason_cloud_telephony_percent="The contract ended.", then="check")
    assert free.headers["location"] == f"{of('QKS')}/check", words((await client.get(of("QKS"))).text)


async def test_the_last_answer_is_taken_with_one_button(person):
    client = await person("Ben Board", "Submit", "QKS")
    taken = await filled(client, of("QKS"), same="primary_care_networks")
    assert taken.headers["location"] == f"{of('QKS')}#value-primary_care_networks"
    assert "Saved as 43" in words((await client.get(of("QKS"))).text)


async def test_nothing_to_report_is_an_answer_unless_there_is_a_number_too(person):
    client = await person("Ben Board", "Submit", "QKS")
    both = await filled(client, of("QKS"), value_orphan_practices="3", nil_orphan_practices="yes")
    assert "give a number, or say that there is nothing to report" in words(both.text)
    await filled(client, of("QKS"), value_orphan_practices="", nil_orphan_practices="yes")
    assert "Saved as nothing to report" in words((await client.get(of("QKS"))).text)
    # It changes no number, and whoever checks the return sees it even so.
    checked = words((await client.get(f"{of('QKS')}/check")).text)
    assert "– nothing to report" in checked
    assert "the same as published" not in checked


async def test_an_emptied_field_takes_its_answer_back(person):
    client = await person("Ben Board", "Submit", "QKS")
    await filled(client, of("QKS"), value_trained_mentors="52")
    assert "Saved as 52" in words((await client.get(of("QKS"))).text)
    await filled(client, of("QKS"), value_trained_mentors="")
    assert "Saved as 52" not in words((await client.get(of("QKS"))).text)


async def test_another_date_is_understood_and_stays(person):
    client = await person("Ben Board", "Submit", "QKS")
    await filled(client, of("QKS"), value_nurse_fte="900", period_nurse_fte="Mar-25", note_nurse_fte="Counted early.")
    text = " ".join((await client.get(of("QKS"))).text.split())
    assert 'name="period-nurse_fte" type="text" value="March 2025"' in text
    await filled(client, of("QKS"), value_nurse_fte="901")
    text = " ".join((await client.get(of("QKS"))).text.split())
    assert 'name="period-nurse_fte" type="text" value="March 2025"' in text
    assert "Counted early." in text


async def test_figures_of_the_draft_that_the_form_does_not_ask_for_stay(person, key_of):
    client, key = await person("Cara Network", "Submit", "U17834"), await key_of("Cara", Role.SUBMITTER, "U17834")
    figure = 'metric: "support_level_framework", organisation: "G82647", value: 1'
    saved = await asked(
        client,
        f'mutation {{ saveSubmission(input: {{quarter: "2024-25-Q4", organisation: "U17834", figures: [{{{figure}}}]}})'
        " { submission { id } problems { message } } }",
        key,
    )
    key_of_draft = saved["saveSubmission"]["submission"]["id"]
    await filled(client, of("U17834"), **{f"value_{TELEPHONY}": "Yes"})
    draft = await asked(client, f'{{ submission(id: "{key_of_draft}") {{ sent {{ organisationCode value }} }} }}', key)
    assert draft["submission"]["sent"] == [
        {"organisationCode": "G82647", "value": 1},
        {"organisationCode": "U17834", "value": 1},
    ]


async def test_a_form_that_somebody_was_faster_than_is_not_saved_over_theirs(person):
    client = await person("Cara Network", "Submit", "U04973")
    address = of("U04973")
    form = Form((await client.get(address)).text)
    await filled(client, address, **{f"value_{ONLINE}": "Yes"})
    late = await client.post(address, data={**form.fields, f"value-{ONLINE}": "No"})
    assert late.status_code == 422
    assert "Somebody else has changed this return since you opened it" in words(late.text)
    assert "Saved as yes" in words((await client.get(address)).text)
    again = Form(late.text)
    assert again.fields[f"value-{ONLINE}"] == "No"
    assert (await client.post(address, data=again.fields)).status_code == 303
    assert "Saved as no" in words((await client.get(address)).text)


async def test_a_form_sent_twice_makes_one_draft(person, key_of):
    client, key = await person("Cara Network", "Submit", "U08711"), await key_of("Cara", Role.SUBMITTER, "U08711")
    form = Form((await client.get(of("U08711"))).text)
    fields = {**form.fields, f"value-{ONLINE}": "Yes"}
    await asyncio.gather(client.post(of("U08711"), data=fields), client.post(of("U08711"), data=fields))
    drafts = await asked(client, '{ submissions(filter: {organisation: {code: {eq: "U08711"}}}) { totalCount } }', key)
    assert drafts["submissions"]["totalCount"] == 1


async def test_what_came_back_says_who_sent_it_back_and_why(person, key_of):
    client = await person("Dev Network", "Submit", "U27026")
    head = await key_of("Head", Role.APPROVER, "QKS")
    await filled(client, of("U27026"), **{f"value_{each}": "Yes" for each in (TELEPHONY, ONLINE, NAVIGATION)})
    await filled(client, f"{of('U27026')}/check")
    listed = await asked(
        client, '{ submissions(filter: {organisation: {code: {eq: "U27026"}}}) { nodes { id version } } }', head
    )
    [sent] = listed["submissions"]["nodes"]
    given = f'id: "{sent["id"]}", expectedVersion: {sent["version"]}, reason: "Which <b>month</b>?"'
    await asked(client, f"mutation {{ returnSubmission(input: {{{given}}}) {{ problems {{ message }} }} }}", head)
    page = await client.get(of("U27026"))
    assert "Head sent this return back to you. Which <b>month</b>?" in words(page.text)
    assert "<b>month" not in page.text
    assert "3 of 3 questions answered" in words(page.text)
