"""The spine: a məsələ and everything dated that happens to it.

Nouns: Matter, Part, Link, Window, Entry, Words, Clock, ClockEvent, Letter, Document, Task, Support,
Notice, Act. Kinds of matter are data, never subclasses.
"""
