"""Questions that read: one function each, with a frozen answer. They know no files, no people and no pages."""
