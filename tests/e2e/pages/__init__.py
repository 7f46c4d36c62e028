"""The pages as their reader meets them: verbs to do things, locators to look at.

Everything is found by role and label. Nothing here asserts or waits for a time.
"""
