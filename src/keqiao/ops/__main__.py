"""``python -m keqiao.ops``: the same as ``keqiao``."""

import sys

from keqiao.ops.cli import main

sys.exit(main())
