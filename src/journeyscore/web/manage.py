"""Django's own commands for a data directory: `python -m journeyscore.web.manage DIRECTORY COMMAND ...`.

The settings are those behind TLS, as `journeyscore up --host NAME` uses them; `check --deploy` judges these.
"""

import sys
from pathlib import Path

from journeyscore.web.site import Site, configure


def main() -> None:
    """Run one command."""
    configure(Site(Path(sys.argv[1]), hosts=("journeyscore.example",)))
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage", *sys.argv[2:]])


if __name__ == "__main__":
    main()
