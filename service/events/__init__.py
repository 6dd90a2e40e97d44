"""Audit events become what subscribers are told, in every process.

listener.py    follows the audit on a connection of its own, by LISTEN and NOTIFY
feed.py        the audit events after a position → events
event.py       what happened, and what a subscriber wants to hear of
hub.py         events → the subscribers that want them, each with its own bounded queue
"""
