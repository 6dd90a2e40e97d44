"""What one client may use of the service: the limits of connections and requests, each of them a setting."""

from collections.abc import Mapping

from pydantic import Field
from pydantic_settings import BaseSettings

# Where a request's scope has what is left of its client's requests: the row of `rateLimit`.
RATE_OF_REQUEST = "tracker.rate"
# Where a WebSocket's scope has the key that its first message gave: its messages are counted by that.
KEY_OF_SOCKET = "tracker.key"


class Bounds(BaseSettings):
    """The limits, each for one process of the service. `docs/limits.md` is printed from them."""

    most_connections: int = Field(
        default=1_000,
        ge=10,
        le=100_000,
        description="Connections of clients open at once. The next one gets 503 with Retry-After.",
    )
    most_header_bytes: int = Field(
        default=32_768,
        ge=4_096,
        le=1_048_576,
        description="Bytes of one request's headers and address. More gets 431.",
    )
    most_headers: int = Field(
        default=100, ge=20, le=1_000, description="Number of headers of one request. More gets 431."
    )
    seconds_for_headers: float = Field(
        default=10, ge=0.1, le=600, description="Seconds in which the headers of a request must arrive. Then 408."
    )
    seconds_for_body: float = Field(
        default=30, ge=0.1, le=600, description="Seconds in which the body of a request must arrive. Then 408."
    )
    most_body_bytes: int = Field(
        default=5_000_000, ge=100_000, le=100_000_000, description="Bytes of a body sent with a key. More gets 413."
    )
    most_anonymous_body_bytes: int = Field(
        default=1_000_000, ge=10_000, le=100_000_000, description="Bytes of a body sent without a key. More gets 413."
    )
    most_requests_a_minute: int = Field(
        default=600,
        ge=0,
        le=1_000_000,
        description="Requests, and messages over WebSockets, a minute without a key from one address that is not this "
        "machine's; 0: any number. "
        "More get 429 with Retry-After.",
    )
    most_requests_a_minute_with_key: int = Field(
        default=6_000,
        ge=0,
        le=1_000_000,
        description="Requests, and messages over WebSockets, a minute with one key; 0: any number. More get 429 with "
        "Retry-After; a WebSocket is closed with 1013.",
    )
    most_wrong_keys_a_minute: int = Field(
        default=30,
        ge=0,
        le=1_000_000,
        description="Requests a minute with a wrong key from one address; 0: any number. Then every key gets 429.",
    )
    anonymous_statement_timeout_ms: int = Field(
        default=5_000,
        ge=100,
        le=600_000,
        description="Milliseconds that PostgreSQL may take for a request without a key. Then 503.",
    )
    most_kept_answer_bytes: int = Field(
        default=64_000_000,
        ge=0,
        le=100_000_000_000,
        description="Bytes of memory for answers that are kept until the data changes; 0: none is kept.",
    )
    most_registered_bytes: int = Field(
        default=8_000_000,
        ge=500_000,
        le=1_000_000_000,
        description="Bytes of memory for documents that clients register by sending them with their hash. "
        "One that has no room left is asked for again.",
    )


def limits_page(prefix: str, of_commands: Mapping[str, int]) -> str:
    """Every limit with its setting and its default, and those of one command, in one page."""
    rows = [
        f"| `{prefix}{name.upper()}` | {field.default:,} | {field.description} |"
        for name, field in Bounds.model_fields.items()
    ]
    return "\n".join(
        [
            "# Limits",
            "",
            "What one client may use, so that others notice nothing. Each limit is a setting, for each process of the",
            "service. `tracker limits` prints this page.",
            "",
            "| setting | default | what it limits |",
            "|---|---|---|",
            *rows,
            "",
            "What one command or one file may bring. These are no settings.",
            "",
            "| limit | most |",
            "|---|---|",
            *(f"| {what} | {most:,} |" for what, most in of_commands.items()),
            "",
        ]
    )
