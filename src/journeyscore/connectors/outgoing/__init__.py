"""Messages to the outside: what is safe to send to, and how it gets there."""
