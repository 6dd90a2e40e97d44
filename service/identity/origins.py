"""Whether a request comes from a page that may act for the person who is signed in.

A browser sends the cookie whoever wrote the page. `SameSite=Lax` stops posts from other sites. These rules stop the
rest: other hosts of the same site, forms, links, and WebSockets, which no browser rule restricts.
"""

from collections.abc import Collection

from starlette.requests import HTTPConnection

_OF_WEB = {"ws": "http", "wss": "https"}
_READS = frozenset({"GET", "HEAD"})
_FORM_WITH_FILE = "multipart/form-data"
# Browsers leave a scheme's own port out; a proxy may write it.
_PORTS = {"http": ":80", "https": ":443"}


def own_origin(connection: HTTPConnection, *, is_local: bool) -> str:
    """The service's origin as the browser sees it: https unless it is local, whatever a proxy in between uses."""
    scheme = _OF_WEB.get(connection.url.scheme, connection.url.scheme) if is_local else "https"
    return f"{scheme}://{connection.url.netloc.lower().removesuffix(_PORTS.get(scheme, ''))}"


def is_from(connection: HTTPConnection, origins: Collection[str]) -> bool:
    """Whether the page has one of the origins. Browsers send it except for plain reads; other clients need not."""
    origin = connection.headers.get("origin")
    return origin is None or origin.lower() in origins


def may_use_session(connection: HTTPConnection, origins: Collection[str]) -> bool:
    """Whether the cookie counts: for a WebSocket or a POST of JSON, from a page with one of the origins.

    A form with a file, which any page can post without asking, counts only if the browser says that it is from there.
    """
    if not is_from(connection, origins):
        return False
    if connection.scope["type"] == "websocket":
        return True
    media_type = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_vouched_for = media_type == _FORM_WITH_FILE and "origin" in connection.headers
    return connection.scope["method"] == "POST" and (media_type == "application/json" or is_vouched_for)


def may_send_form(connection: HTTPConnection, origins: Collection[str]) -> bool:
    """Whether the cookie counts for a form of a page of ours: a POST whose browser says that it comes from there."""
    return connection.scope["method"] == "POST" and "origin" in connection.headers and is_from(connection, origins)


def may_open_page(connection: HTTPConnection, origins: Collection[str]) -> bool:
    """Whether the cookie counts for a page of ours: one that fills a window, or that another page of ours asks for.

    Opening it changes nothing, and nobody else can see it. A picture or a script on a page of another site does not
    count, where the browser says what it is for.
    """
    asked = connection.headers
    if connection.scope["method"] not in _READS or not is_from(connection, origins):
        return False
    is_ours = asked.get("sec-fetch-site", "none") in {"none", "same-origin"}
    return is_ours or (asked.get("sec-fetch-mode") == "navigate" and asked.get("sec-fetch-dest") == "document")
