"""GraphQL over HTTP."""

import httpx


async def test_the_issue_s_own_query_gives_the_counts_of_the_paper(client: httpx.AsyncClient):
    query = '{ practices { totalCount } primaryCareNetworks(on: "2025-01-31") { totalCount } }'
    response = await client.post("/graphql", json={"query": query})
    assert response.json() == {"data": {"practices": {"totalCount": 180}, "primaryCareNetworks": {"totalCount": 43}}}
