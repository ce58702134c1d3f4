"""The dialect of Stripe's API: an integration with its SDKs runs against it unchanged."""
