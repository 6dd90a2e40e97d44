"""The event loop that uvicorn would choose: uvloop's where it is installed."""

import asyncio

try:
    import uvloop
except ImportError:  # on Windows
    new_event_loop = asyncio.new_event_loop
else:
    new_event_loop = uvloop.new_event_loop

__all__ = ["new_event_loop"]
