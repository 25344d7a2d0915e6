"""The scoring model as a file: YAML text to `domain.model.Model` and back, its JSON Schema, its lint."""

from journeyscore.modelfile.default import default_model, default_model_text
from journeyscore.modelfile.lint import lint_model
from journeyscore.modelfile.parse import parse_model, read_model
from journeyscore.modelfile.rewrite import rewrite
from journeyscore.modelfile.schema import json_schema
from journeyscore.modelfile.warning import LintWarning
from journeyscore.modelfile.write import fingerprint, format_model

__all__ = [
    "LintWarning",
    "default_model",
    "default_model_text",
    "fingerprint",
    "format_model",
    "json_schema",
    "lint_model",
    "parse_model",
    "read_model",
    "rewrite",
]
