"""Reference merchants: one that takes care, one that everyone has written once.

Each comes twice: with the native API, and with Stripe's own library.

They import nothing else of this package, above all no dialect: a merchant that shares its signing
or parsing with the gateway would hide the very mistakes that drills look for.
"""
