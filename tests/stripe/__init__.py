"""The dialect of Stripe's API against what Stripe publishes about it."""
