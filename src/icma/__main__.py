"""`python -m icma` is the command `icma`."""

import sys

from icma.cli import main

sys.exit(main())
