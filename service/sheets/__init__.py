"""Spreadsheets: any sheet becomes figures with findings at their cells, and figures become sheets again."""
