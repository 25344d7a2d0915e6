"""From a model to SQL: queries as sqlglot trees, and the small integer tables that they look things up in."""
