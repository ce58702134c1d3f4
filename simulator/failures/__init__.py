"""The failures that payers and merchants suffer: what each means, where the money is, what to do.

Names and texts only. Numbered codes differ from gateway to gateway and live in profiles; the codes
of other wire languages live in dialects.
"""
