"""Signed requests to other servers: only to allowed hosts, only at public addresses."""

import base64
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Collection, Mapping
from urllib.parse import SplitResult, quote, urlsplit

from teletipo import __version__
from teletipo.errors import Retryable, TeletipoError

HTTPS_PORT = 443
_TIMEOUT_SECONDS = 10
_SUCCESS = range(200, 300)
# The receiver wants no more callbacks (RFC 9110, section 15.5.11).
_GONE = 410
# What an address may hold as it is (RFC 3986, 2.2 and 2.3), and what is encoded already.
_IN_ADDRESSES = "%/?:@!$&'()*+,;=[]-._~"
_SECRET_PREFIX = "whsec_"  # noqa: S105
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# All of IPv6 that has been allocated to the internet (IANA, "IPv6 Global Unicast Addresses").
_INTERNET6 = ipaddress.ip_network("2000::/3")
# The library takes these for public: IETF's assignments, 6to4's relays, documentation (RFC 9637).
_RESERVED = [ipaddress.ip_network(each) for each in ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")]


class CallbackRefused(TeletipoError):
    """The URL is not allowed; a retry would fail again."""


class CallbackFailed(Retryable):
    """The receiver did not answer with a success."""


def refuse_url(url: str, hosts: Collection[str]) -> str | None:
    """Why a callback URL is not allowed, or None. Names are not resolved here."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is not a URL"
    host = (parts.hostname or "").casefold()
    if parts.scheme != "https":
        return "must begin with https://"
    if parts.username is not None or parts.password is not None:
        return "must not have credentials"
    if port not in {None, HTTPS_PORT}:
        return f"must use port {HTTPS_PORT}"
    if parts.fragment or "\\" in url:
        return "must not have a fragment or a backslash"
    if host not in hosts:
        return "has a host that this deployment does not allow (parameter CallbackHosts)"
    return None


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet: not private, loopback, metadata, ..."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if found in _NAT64:
            inner = ipaddress.IPv4Address(found.packed[-4:])
        if inner:
            return is_public(str(inner))
        if found not in _INTERNET6:
            return False
    if any(found in network for network in _RESERVED):
        return False
    return found.is_global and not found.is_multicast


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The ``webhook-signature`` of the Standard Webhooks specification, version 1."""
    key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX))
    content = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    hosts: Collection[str],
    *,
    context: ssl.SSLContext | None = None,
    allow: Callable[[str], bool] = is_public,
) -> int:
    """Post a JSON document and return the receiver's status, which is a success.

    The host's name is resolved once, and the checked address is the one that is called. Redirects
    are not followed.

    Raises ``CallbackRefused``, ``CallbackFailed``.
    """
    if why := refuse_url(url, hosts):
        raise CallbackRefused(f"The callback URL {why}.")
    parts = urlsplit(url)
    address = _resolve(parts, allow)
    connection = _PinnedConnection(str(parts.hostname), address, context)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.request(
            "POST",
            # As RFC 3987, 3.1 maps an address to ASCII; metadata comes decoded.
            quote(target, safe=_IN_ADDRESSES),
            body,
            {
                "Content-Type": "application/json",
                "User-Agent": f"Teletipo/{__version__}",
                "Connection": "close",
                **headers,
            },
        )
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise CallbackFailed(f"The receiver did not answer ({type(error).__name__}).") from None
    finally:
        connection.close()
    if status == _GONE:
        raise CallbackRefused("The receiver answered 410 Gone.")
    if status not in _SUCCESS:
        raise CallbackFailed(f"The receiver answered {status}.")
    return status


def _resolve(parts: SplitResult, allow: Callable[[str], bool]) -> str:
    try:
        found = socket.getaddrinfo(parts.hostname, HTTPS_PORT, type=socket.SOCK_STREAM)
    except OSError as error:
        raise CallbackFailed(
            f"The callback's host cannot be resolved ({type(error).__name__})."
        ) from None
    addresses = [str(info[4][0]) for info in found]
    # A mixture of public and private addresses is suspicious too.
    if not addresses or not all(allow(address) for address in addresses):
        raise CallbackRefused("The callback's host has an address that is not public.")
    return addresses[0]


class _PinnedConnection(http.client.HTTPSConnection):
    """TLS with a host's name at an address that is given."""

    def __init__(self, host: str, address: str, context: ssl.SSLContext | None) -> None:
        self._tls = context or ssl.create_default_context()
        self._address = address
        super().__init__(host, HTTPS_PORT, timeout=_TIMEOUT_SECONDS, context=self._tls)

    def connect(self) -> None:
        """Connect to the address and verify the name."""
        plain = socket.create_connection((self._address, self.port), _TIMEOUT_SECONDS)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
