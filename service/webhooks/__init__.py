"""Events are sent to the addresses of webhooks: signed, in order, and again until they are taken.

A webhook is a subscription whose answers are posted. Its row says how far it has come, so a restart loses nothing, and
any process may go on. One process at a time has it.

outbox.py    the rows of webhooks: which is due, how far it has come, what went wrong
message.py   an answer is signed and posted
sender.py    whatever is due is sent, until the process stops
"""
