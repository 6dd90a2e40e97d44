"""What every request passes before a door: limits of its connection, its line in the log, its host, and the headers
that every answer carries.

    protocol.py          limits of connections, headers and times, before the application sees a request
    hosts.py             the names under which the service may be asked
    cross_origin.py      pages of other origins, with what they may send and read
    interruption.py      an answer for what is cut off when the service stops
    rates.py             how many requests a minute each client may send
    security_headers.py  what every answer tells a browser
    request_log.py       one id and one line for each request
"""

from service.gate.middleware import middleware

__all__ = ["middleware"]
