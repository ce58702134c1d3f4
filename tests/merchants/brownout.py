"""The brownout of the library's first drill, pressed into a few seconds."""

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
          - {share: 10%, fault: {lost_reply: {after: 1s}}}
          - {share: 8%, fault: {hang: {for: 1s}}}
          - {share: 8%, fault: {late_success: {after: 1500ms, told: unknown}}}
      - name: down
        at: 2500ms
        when: {channel: primary}
        fault: {outage: {}}
  - {name: recovery, lasts: 1s, arrivals: 15/s}
settle: 6s
expect:
  - exactly_once: {refund_within: 3s}
  - no_orphan_charge: {refund_within: 3s}
  - no_stuck_order: {within: 3s}
"""
