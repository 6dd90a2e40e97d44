"""Statuses of targets are kept, and judged again when something touches them."""
