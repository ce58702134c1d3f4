"""The library of scenarios, performed as a merchant of Stripe's would meet it."""
