"""The HTTP API of the Segment spec: what its SDKs send, taken in durably."""

from journeyscore.connectors.segment.door import Door
from journeyscore.connectors.segment.senders import Sender

__all__ = ["Door", "Sender"]
