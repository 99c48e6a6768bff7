"""Budgets: limits that a network has to keep, and what it was when it was agreed."""
