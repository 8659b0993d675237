"""Pressing for a decision: campaigns with a plan, petitions that anyone can check, decisions and commitments watched.

Nouns: Campaign and what its plan holds (Stakeholder, Tactic, Message, Indicator…), Petition with its Signature, Leaf
and Checkpoint, Decision with its Point and Observation, Commitment with its Rating.
"""
