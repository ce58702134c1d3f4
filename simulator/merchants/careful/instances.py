"""Which instances of the shop are alive: each has a lease in the shared file, and renews it.

One lease for an instance, not one for each of its orders: that is one small write now and then.
Whoever lets the lease run out counts as dead, and the others share out its orders. It may be
asleep only; it loses nothing but its orders then, see `orders`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.merchants.careful.database import Database


class Instances:
    """The register, as the instance called `name` sees it. `lease` is in seconds.

    `clock` is wall time, for only that is the same for all instances and after a reboot.
    """

    def __init__(
        self, database: Database, name: str, lease: float, clock: Callable[[], float]
    ) -> None:
        self._database = database
        self.name = name
        self._lease = lease
        self._clock = clock

    def renew(self) -> None:
        """Be alive for one lease from now on."""
        self._database.write(
            "INSERT INTO instances (name, until) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET until = excluded.until",
            self.name,
            self._clock() + self._lease,
        )

    def leave(self) -> None:
        """End the lease: others may have our orders at once."""
        self.strike_off(self.name)

    def dead(self) -> Sequence[str]:
        """All other instances that own orders or are listed, and have no lease.

        A lease that ends further ahead than leases last is of another time: a clock was set back.
        """
        now = self._clock()
        found = (
            "SELECT name FROM instances WHERE name != ? AND NOT (until > ? AND until <= ?)"
            " UNION SELECT DISTINCT owner FROM orders WHERE owner IS NOT NULL AND owner != ?"
            " AND owner NOT IN (SELECT name FROM instances)"
        )
        values = (self.name, now, now + 2 * self._lease, self.name)
        return [name for (name,) in self._database.rows(found, *values)]

    def strike_off(self, name: str) -> None:
        """Forget an instance."""
        self._database.write("DELETE FROM instances WHERE name = ?", name)
