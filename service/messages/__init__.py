"""People get messages about what they have to do: once each, in plain English, by mail or for copying.

due.py       what has happened, and what is due, becomes rows: one for each person and matter
remind.py    the same, when somebody asks for it
texts.py     a row becomes a subject and a text
outbox.py    the rows, as the processes that send share them
channels.py  a letter is sent by mail, by GOV.UK Notify, or into a folder
sender.py    whatever waits is sent, until the process stops
"""
