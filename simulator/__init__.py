"""paydrill: a payment gateway that fails on purpose, and a verdict on what that did to the money.

Importing this package loads nothing else; import the module that you need.
"""

__version__ = "0.1.0"
