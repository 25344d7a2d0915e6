"""A repeatable synthetic employer whose truth is known: who would apply, where people stop, what a change would do."""
