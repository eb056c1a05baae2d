"""Bulk in and out: pages from files to results on disk, unattended, none lost.

`run.clean_pages` is the whole of it; readers, the pool and writers meet in `records`.
"""
