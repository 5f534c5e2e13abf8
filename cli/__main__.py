"""``python -m cli``: the console script ``teletipo`` from a checkout that is not installed."""

import sys

from cli.main import main

sys.exit(main())
