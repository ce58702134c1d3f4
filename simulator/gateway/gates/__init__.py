"""Gates: what a gateway refuses or asks for by itself before it turns to the issuer."""
