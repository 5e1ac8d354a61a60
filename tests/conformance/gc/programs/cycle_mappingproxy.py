"""Proxies of a dict in the dict."""
from types import MappingProxyType

for i in range(900):
    d = {}
    d["proxy"] = MappingProxyType(d)
