"""All accounts of a gateway. An account comes to be when its name is first used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from simulator import cards
from simulator.accounts.account import Account
from simulator.accounts.recorder import Recorder
from simulator.clock import Clock
from simulator.errors import UsageError
from simulator.profiles import Profile

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_TEST_KEY: Final = "sk_test_"


class Registry:
    """Accounts by name."""

    def __init__(self, *, clock: Clock, profile: Profile, recorder: Recorder) -> None:
        self._clock = clock
        self._profile = profile
        self._recorder = recorder
        self._accounts: dict[str, Account] = {}
        self._by_key: dict[str, Account] = {}
        self._listeners: list[Callable[[Account], None]] = []

    def __iter__(self) -> Iterator[Account]:
        return iter(tuple(self._accounts.values()))

    def __len__(self) -> int:
        return len(self._accounts)

    def on_new(self, listener: Callable[[Account], None]) -> None:
        """Tell `listener` of every account, those that exist already too."""
        self._listeners.append(listener)
        for account in self:
            listener(account)

    def account(self, name: str) -> Account:
        """The account of this name, made if need be; UsageError for a name that cannot be one."""
        known = self._accounts.get(name)
        if known is not None:
            return known
        if not _NAME.fullmatch(name) or cards.contains_number(name):
            raise UsageError(
                "an account's name is 1 to 64 letters, digits, '-' or '_'; its key is "
                "sk_test_<name>"
            )
        account = Account(name, clock=self._clock, profile=self._profile, recorder=self._recorder)
        self._accounts[name] = account
        for listener in self._listeners:
            listener(account)
        return account

    def find(self, name: str) -> Account | None:
        """The account of this name, if it has been used."""
        return self._accounts.get(name)

    def by_key(self, key: str) -> Account | None:
        """The account of an API key; None for what is not a test key."""
        account = self._by_key.get(key)
        if account is None:
            if not key.startswith(_TEST_KEY):
                return None
            try:
                account = self._by_key[key] = self.account(key.removeprefix(_TEST_KEY))
            except UsageError:
                return None
        return account

    def forget(self, name: str) -> Account:
        """Give an account a fresh state under the same name; returns the fresh one."""
        self._accounts.pop(name, None)
        for key in [key for key, account in self._by_key.items() if account.name == name]:
            del self._by_key[key]
        return self.account(name)
