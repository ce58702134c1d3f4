"""`python -m simulator.merchants.careful_stripe`: the shop as a process."""

from __future__ import annotations

import sys

from simulator.merchants.careful_stripe import main

sys.exit(main())
