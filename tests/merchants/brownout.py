"""The brownout of the library's first drill, pressed into a few seconds.

SETTLE and LIMIT stand for how long is waited at the end, and how long money may be wrong.
"""

from __future__ import annotations

BROWNOUT = """
scenario: 1
name: brownout-in-short
traffic: {methods: {card: 70%, wallet: 20%, bank_transfer: 10%}, patience: 5s}
phases:
  - {name: baseline, lasts: 1s, arrivals: 15/s}
  - name: brownout
    lasts: 4s
    arrivals: 20/s
    rules:
      - name: slow
        when: {channel: primary}
        fault: {slow: {lognormal: {median: 60ms, p99: 800ms}, at: after}}
      - name: bank-says-no
        when: {channel: primary, operation: authorize, method: card, card.country: [DE, IN]}
        share: 20%
        fault: {decline: insufficient_funds}
      - name: answers-lost
        when: {channel: primary, operation: authorize}
        mix:
          - {share: 10%, fault: {lost_reply: {after: 1200ms}}}
          - {share: 8%, fault: {hang: {for: 1200ms}}}
          - {share: 8%, fault: {late_success: {after: 1500ms, told: unknown}}}
      - name: down
        at: 2500ms
        when: {channel: primary}
        fault: {outage: {}}
  - {name: recovery, lasts: 1s, arrivals: 15/s}
settle: SETTLE
expect:
  - exactly_once: {refund_within: LIMIT}
  - no_orphan_charge: {refund_within: LIMIT}
  - no_stuck_order: {within: LIMIT}
"""


def lenient(text: str) -> str:
    """With time enough on a busy machine; a sound merchant is done long before."""
    return text.replace("SETTLE", "30s").replace("LIMIT", "12s")


def strict(text: str) -> str:
    """With as little time as it takes to convict; a faulty merchant uses all of it."""
    return text.replace("SETTLE", "2s").replace("LIMIT", "500ms")
