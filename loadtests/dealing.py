"""Which worker gets which users: what Locust calls a dispatcher.

Locust deals users out to the workers, takes them back, and deals anew when a worker comes, goes or
is slow to answer. That is right for users who are alike; here it would bring shoppers twice, or cut
them off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class OneEach:
    """Deals one user to every worker, however often it is asked."""

    dispatch_in_progress = False

    def __init__(self, worker_nodes: list[Any], user_classes: list[type]) -> None:
        self._workers = {node.id for node in worker_nodes}
        self._users = {kind.__name__: 1 for kind in user_classes}

    def new_dispatch(self, **_: Any) -> None:
        """Called before each dealing. How many users were asked for does not matter."""

    def __iter__(self) -> Iterator[dict[str, dict[str, int]]]:
        return iter([{worker: dict(self._users) for worker in self._workers}])

    def add_worker(self, worker_node: Any) -> None:
        """A worker came, or came back."""
        self._workers.add(worker_node.id)

    def remove_worker(self, worker_node: Any) -> None:
        """A worker went."""
        self._workers.discard(worker_node.id)
