"""What differs by more than chance is sent with its publication: over sockets, streams and webhooks, and later."""

from typing import Any

import pytest

from tests.service.graphql.served import Service, Socket
from tests.service.graphql.test_sse import events, streamed
from tests.service.webhooks.receiver import receiving
from tests.service.webhooks.test_sending import add
from tests.service.writes.submitting import figure, update

FIELDS = """figures tests falseDiscoveryRate count notes { kind isUp judgement specialCauses reason p adjustedP
    metric { code } organisation { code } figure { value publishedAt } }"""
NOTES = "subscription ($since: String, $metrics: [String!], $of: [OdsCode!]) { figuresOfNote(since: $since, "
NOTES += f"metrics: $metrics, organisations: $of) {{ {FIELDS} }} }}"
QUERY = (
    f"query ($at: DateTime, $quarter: String) {{ figuresOfNote(publishedAt: $at, quarter: $quarter) {{ {FIELDS} }} }}"
)
SHARE, PRACTICE = "quality_assured_networks_percent", "G82002"
QUARTERS = [f"{year}-{year % 100 + 1:02}-Q{quarter}" for year in (2021, 2022, 2023) for quarter in (1, 2, 3, 4)]
WAVES = (60, 62, 59, 61, 59.5, 62.5, 59, 60.5, 61.5, 58, 61, 60)


async def publish(service: Service, value: float, quarter: str = "2024-25-Q4", **more: Any) -> None:
    outcome = await update(service.database, figure(value, SHARE, reason="Counted."), quarter=quarter, **more)
    assert outcome["problems"] == []


def of_practice(value: float) -> dict[str, Any]:
    return figure(value, "face_to_face_appointments_percent", organisation=PRACTICE, reason="Counted.")


async def with_history(service: Service) -> None:
    """Three years of ordinary ups and downs, of the ICB and of a practice."""
    for quarter, value in zip(QUARTERS, WAVES, strict=True):
        given = (figure(value, SHARE, reason="Counted."), of_practice(value))
        assert (await update(service.database, *given, quarter=quarter))["problems"] == []


async def asked(service: Service, **variables: Any) -> Any:
    async with service.client() as client:
        answer = await client.post("/graphql", json={"query": QUERY, "variables": variables})
    return answer.json()["data"]["figuresOfNote"]


async def subscribed(service: Service, socket: Socket, since: str | None = None, **more: Any) -> None:
    # What was published before would be sent too, if it is delivered only now.
    await service.caught_up()
    await socket.subscribe(NOTES, since=since, **more)
    await service.subscribers(1)


async def note(socket: Socket) -> tuple[str, Any]:
    """The position and the data of the next answer."""
    message = await socket.message()
    assert message["type"] == "next", message
    return message["payload"]["extensions"]["position"], message["payload"]["data"]["figuresOfNote"]


async def test_what_differs_by_more_than_chance_is_sent_once_and_the_query_says_the_same(service: Service):
    await with_history(service)
    async with service.opened() as socket:
        await subscribed(service, socket)
        # Nothing is sent of an ordinary figure.
        await publish(service, 60.5, "2024-25-Q3")
        await publish(service, 95)
        _, sent = await note(socket)
        assert await socket.is_silent()
        # A special cause and a drift: its figures have had no other peers.
        assert (sent["figures"], sent["tests"], sent["count"], sent["falseDiscoveryRate"]) == (1, 2, 2, 0.05)
        found, drift = sorted(sent["notes"], key=lambda each: each["kind"], reverse=True)
        assert (drift["kind"], drift["specialCauses"]) == ("DRIFT", [])
        assert (found["kind"], found["isUp"], found["judgement"]) == ("SPECIAL_CAUSE", True, "BETTER")
        assert found["specialCauses"] == ["ABOVE_UPPER_LIMIT"]
        assert found["reason"].startswith("95% is above the upper process limit, ")
        assert found["p"] <= found["adjustedP"] <= 0.05
    assert await asked(service, at=found["figure"]["publishedAt"]) == sent


async def test_a_subscriber_goes_on_after_its_place_over_sockets_and_streams(service: Service):
    await with_history(service)
    async with service.opened() as socket:
        await subscribed(service, socket)
        await publish(service, 95, "2024-25-Q3")
        position, _ = await note(socket)
    await service.subscribers(0)
    await publish(service, 20)
    async with service.opened() as socket:
        await subscribed(service, socket, position)
        later, missed = await note(socket)
        assert {each["figure"]["value"] for each in missed["notes"]} == {20}
        assert await socket.is_silent()
    text = f'subscription {{ figuresOfNote(since: "{position}") {{ notes {{ isUp }} }} }}'
    async with streamed(service, text) as response:
        name, answer = await anext(events(response))
    assert (name, answer["data"]) == ("next", {"figuresOfNote": {"notes": [{"isUp": False}]}})
    assert answer["extensions"]["position"] == later


@pytest.mark.parametrize(
    ("only", "is_sent"),
    [
        ({"metrics": [SHARE], "of": ["QKS"]}, True),
        ({"metrics": ["call_back_percent"]}, False),
        ({"metrics": []}, False),
        ({"of": [PRACTICE]}, False),
    ],
)
async def test_only_what_is_asked_for_is_sent(service: Service, only, is_sent):
    await with_history(service)
    async with service.opened() as socket:
        await subscribed(service, socket, **only)
        await publish(service, 95)
        if is_sent:
            assert (await note(socket))[1]["count"] == 2
        assert await socket.is_silent()


async def test_a_webhook_of_an_organisation_gets_its_own_and_all_is_tested(service: Service):
    await with_history(service)
    document = "subscription { figuresOfNote { figures notes { organisation { code } } } }"
    async with receiving() as one, receiving() as other:
        await add(service.database, one, document, organisation=PRACTICE)
        await add(service.database, other, document, name="other")
        given = (figure(95, SHARE, reason="Counted."), of_practice(95))
        assert (await update(service.database, *given))["problems"] == []
        [own], [every] = await one.has(1), await other.has(1)
    codes = [[each["organisation"]["code"] for each in sent.data["figuresOfNote"]["notes"]] for sent in (own, every)]
    assert set(codes[0]) == {PRACTICE}
    assert sorted(set(codes[1])) == [PRACTICE, "QKS"]
    assert own.data["figuresOfNote"]["figures"] == every.data["figuresOfNote"]["figures"]


async def test_a_corrected_figure_is_of_its_later_publication(service: Service):
    await with_history(service)
    await publish(service, 95)
    async with service.opened() as socket:
        await subscribed(service, socket)
        await publish(service, 60.5, reason="Counted again.")
        assert await socket.is_silent()
    found = await asked(service, quarter="2024-25-Q4")
    assert [each for each in found["notes"] if each["metric"]["code"] == SHARE] == []
