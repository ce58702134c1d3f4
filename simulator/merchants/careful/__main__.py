"""`python -m simulator.merchants.careful`: the shop as a process."""

from __future__ import annotations

import sys

from simulator.merchants.careful import main

sys.exit(main())
