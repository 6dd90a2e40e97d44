"""Whether a request comes from a page that may act for whoever is signed in.

A browser sends the cookie along whoever wrote the page. `SameSite=Lax` keeps it from posts of other sites; these rules
keep it from the rest: neighbours on the same site, forms, links, and WebSockets, which no browser rule holds back.
"""

from collections.abc import Collection

from starlette.requests import HTTPConnection

_OF_WEB = {"ws": "http", "wss": "https"}
# Browsers leave a scheme's own port out; a proxy may write it.
_PORTS = {"http": ":80", "https": ":443"}


def own_origin(connection: HTTPConnection, *, is_local: bool) -> str:
    """The service's origin as the browser sees it: https beyond this machine, whatever a proxy in between speaks."""
    scheme = _OF_WEB.get(connection.url.scheme, connection.url.scheme) if is_local else "https"
    return f"{scheme}://{connection.url.netloc.lower().removesuffix(_PORTS.get(scheme, ''))}"


def is_from(connection: HTTPConnection, origins: Collection[str]) -> bool:
    """Whether the page is of one of the origins. Browsers name it with all but plain reading; nobody else need."""
    origin = connection.headers.get("origin")
    return origin is None or origin.lower() in origins


def may_use_session(connection: HTTPConnection, origins: Collection[str]) -> bool:
    """Whether the cookie counts: for a WebSocket, or a POST of JSON, from a page of one of the origins."""
    if not is_from(connection, origins):
        return False
    if connection.scope["type"] == "websocket":
        return True
    media_type = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
    return connection.scope["method"] == "POST" and media_type == "application/json"
