"""Requests to other services: whose certificates we trust is read once for the process, not for each client."""

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """The certificates that a client checks. To read them takes some 40 ms, in which a service answers nobody."""
    return httpx.create_ssl_context()
