"""Authentication: how payers prove who pays. Pure state machines, one for each way of proving it.

A payment whose payer has to prove it is `requires_action` until that is over. `beginning` says how
it starts, `answering` what each act of the payer does, `ending` what happens when time is up.
"""
