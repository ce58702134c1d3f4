"""localstripe on a port of this machine alone, as kindly as it can be run.

By itself it listens to the whole network, logs every request, and saves what it knows to one file
in /tmp whoever else uses it. Here it listens on loopback, logs nothing, and saves the same to a
folder of this run.
"""

from __future__ import annotations

import pickle
import sys
from importlib import import_module
from pathlib import Path

from aiohttp import web


def main(port: int, folder: Path) -> None:
    """Serve until terminated."""
    resources = import_module("localstripe.resources")  # here, for it may be missing elsewhere
    app = import_module("localstripe.server").app
    file = folder / "localstripe.pickle"

    def save(self: object) -> None:
        with file.open("wb") as out:
            pickle.dump(self, out, protocol=pickle.HIGHEST_PROTOCOL)

    type(resources.store).dump_to_disk = save
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=lambda *_: None)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
