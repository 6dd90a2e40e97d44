"""Audit events become the messages of subscribers, in every process.

listener.py    follows the audit on a connection of its own, by LISTEN and NOTIFY
feed.py        the audit events after a position → events
event.py       an event, and the events that a subscriber wants
past.py        the events after a place that a client names
hub.py         events → the subscribers that want them, each with its own bounded queue
"""
