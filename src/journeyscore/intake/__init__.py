"""Intake: sent columns become events and refusals, by a tuple of small named steps."""

from journeyscore.intake.take_in import take_in

__all__ = ["take_in"]
