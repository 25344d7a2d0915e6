"""Intake: sent columns become events and refusals, by a tuple of small named steps."""
