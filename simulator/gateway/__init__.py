"""The domain: payments, refunds and money. Pure and synchronous: no HTTP, no YAML, no asyncio."""
