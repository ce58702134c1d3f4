"""The engine that reads scenarios: document, loader, matchers, player. `scenarios/` is content."""
