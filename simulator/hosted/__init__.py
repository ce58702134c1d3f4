"""The pages on which payers choose a method, pay and prove who they are."""
