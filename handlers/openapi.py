"""Print the API's OpenAPI description: ``python -m handlers.openapi``."""

import argparse
import sys
from collections.abc import Sequence

from handlers.api.app import app
from handlers.api.description import describe


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the description. Exit codes: 0 printed, 2 wrong usage."""
    argparse.ArgumentParser(prog="python -m handlers.openapi", description=__doc__).parse_args(
        arguments
    )
    sys.stdout.write(describe(app) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
