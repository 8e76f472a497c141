"""Publish a community budget as open data: data packages in, a browsable, verifiable release out."""

from importlib.metadata import version

__version__ = version("community-budget")
