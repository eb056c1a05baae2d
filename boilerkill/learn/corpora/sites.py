"""Which site a page belongs to, so that pages of one template are never parted."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from html import unescape
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from boilerkill.errors import MissingExtraError

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_HEAD = 300_000  # bytes within which a page declares its address
_DECLARATION = re.compile(rb"<(link|meta|base)\b([^>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([a-z:-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_SAVED_FROM = re.compile(rb"<!-- saved from url=\(\d+\)(\S+)")
_LINKED_HOST = re.compile(rb"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)

#: Sites that pages of every other site link to: no sign of where a page stands.
_EVERYWHERE = frozenset(
    {"adobe.com", "facebook.com", "google-analytics.com", "google.com", "googleapis.com"}
    | {"googlesyndication.com", "googletagmanager.com", "gstatic.com", "instagram.com"}
    | {"macromedia.com", "ogp.me", "pinterest.com", "schema.org", "twitter.com", "w3.org"}
    | {"youtube.com"}
)


def registered_domain(url: str) -> str | None:
    """Return the registered domain of an http(s) address, or None where it has none.

    Hosts below a shared platform (`blogspot.com`, `github.io`) count as that platform: they
    share its templates. An IP address or a local name stands for itself.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").strip(".")
    except ValueError:  # such as an unclosed [ around an IPv6 address
        return None
    if not host or parts.scheme not in {"http", "https", ""}:
        return None
    return _registered(host)


def _registered(host: str) -> str:
    try:
        return str(ip_address(host))
    except ValueError:
        return _suffixes().privatesuffix(host.lower()) or host.lower()


@cache
def _suffixes() -> PublicSuffixList:
    try:
        from publicsuffixlist import PublicSuffixList
    except ImportError as missing:
        raise MissingExtraError("publicsuffixlist", "train") from missing
    return PublicSuffixList(only_icann=True)


def site_of(url: str | None, source: bytes | str) -> tuple[str | None, str | None]:
    """Return (address, registered domain) of a page, from the corpus or else the page itself.

    Without any declared address the domain is the one most linked to: the page's own, as a
    rule, and where it is not, two pages are kept together that could have been parted.
    """
    told = [url] if url else []
    html = source.encode(errors="replace") if isinstance(source, str) else source
    if not (url and registered_domain(url)):
        told = declared_urls(html)
    for address in told:
        domain = registered_domain(address)
        if domain:
            return address, domain
    return None, _most_linked(html)


def declared_urls(html: bytes) -> list[str]:
    """Return absolute addresses the page gives as its own, the most trustworthy first."""
    found: dict[str, str] = {}
    for match in _DECLARATION.finditer(html, 0, _HEAD):
        attributes = {
            name.lower(): value.strip(b"\"'").strip()
            for name, value in _ATTRIBUTE.findall(match[2])
        }
        kind, address = _declaration(match[1].lower(), attributes)
        text = unescape(address.decode(errors="replace"))
        if text.lower().startswith(("http://", "https://", "//")):
            found.setdefault(kind, text)
    saved = _SAVED_FROM.search(html, 0, _HEAD)
    if saved:
        found["saved"] = saved[1].decode(errors="replace")
    return [found[kind] for kind in ("canonical", "og:url", "base", "saved") if kind in found]


def _declaration(tag: bytes, attributes: dict[bytes, bytes]) -> tuple[str, bytes]:
    if tag == b"link" and b"canonical" in attributes.get(b"rel", b"").lower().split():
        return "canonical", attributes.get(b"href", b"")
    if tag == b"meta" and b"og:url" in (attributes.get(b"property"), attributes.get(b"name")):
        return "og:url", attributes.get(b"content", b"")
    return "base", attributes.get(b"href", b"") if tag == b"base" else b""


def _most_linked(html: bytes) -> str | None:
    hosts = Counter(_LINKED_HOST.findall(html.lower()))
    domains: Counter[str] = Counter()
    for host, times in hosts.items():
        domains[_registered(host.decode())] += times
    own = {name: times for name, times in domains.items() if name not in _EVERYWHERE}
    return min(own, key=lambda name: (-own[name], name), default=None)
