"""Addresses that no call may go to, and the spellings in which they are tried.

From the IANA registries of special-purpose addresses and the specifications named, written down apart from the list in
`lasso.http.addresses`, so that each checks the other.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

NETWORKS = (
    "0.0.0.0/8",  # RFC 791: this network
    "10.0.0.0/8",  # RFC 1918
    "100.64.0.0/10",  # RFC 6598: carrier-grade NAT
    "127.0.0.0/8",  # RFC 1122: loopback
    "169.254.0.0/16",  # RFC 3927: link-local
    "172.16.0.0/12",
    "192.0.0.0/24",  # RFC 6890
    "192.0.0.0/29",  # RFC 7335: DS-Lite
    "192.0.0.170/31",  # RFC 7050: NAT64 discovery
    "192.0.2.0/24",  # RFC 5737: documentation
    "192.31.196.0/24",  # RFC 7535: AS112
    "192.52.193.0/24",  # RFC 7450: AMT
    "192.88.99.0/24",  # RFC 7526: 6to4 relays
    "192.168.0.0/16",
    "192.175.48.0/24",  # RFC 7534
    "198.18.0.0/15",  # RFC 2544: benchmarks
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",  # RFC 5771: multicast
    "233.252.0.0/24",  # RFC 6676: documentation
    "239.0.0.0/8",  # RFC 2365
    "240.0.0.0/4",  # RFC 1112: reserved
    "255.255.255.255/32",
    "::/128",
    "::1/128",
    "::/96",  # RFC 4291: IPv4-compatible
    "::ffff:0:0/96",  # RFC 4291: IPv4-mapped
    "::ffff:0:0:0/96",  # RFC 7915: IPv4-translated
    "64:ff9b::/96",  # RFC 6052: NAT64
    "64:ff9b:1::/48",  # RFC 8215: local NAT64
    "100::/64",  # RFC 6666: discard
    "100:0:0:1::/64",  # RFC 9780: dummy
    "200::/7",  # RFC 4048: OSI, returned
    "400::/6",
    "2001::/32",  # RFC 4380: Teredo
    "2001:1::/32",
    "2001:2::/48",  # RFC 5180: benchmarks
    "2001:3::/32",  # RFC 7450
    "2001:4:112::/48",
    "2001:10::/28",  # RFC 4843: ORCHID
    "2001:20::/28",  # RFC 7343: ORCHIDv2
    "2001:30::/28",  # RFC 9374: drones
    "2001:db8::/32",  # RFC 3849: documentation
    "2002::/16",  # RFC 3056: 6to4
    "2620:4f:8000::/48",  # RFC 7534
    "3fff::/20",  # RFC 9637: documentation
    "4000::/3",  # from here not handed out
    "5f00::/16",  # RFC 9602: SRv6
    "6000::/3",
    "8000::/3",
    "a000::/3",
    "c000::/3",
    "e000::/4",
    "f000::/5",
    "f800::/6",
    "fc00::/7",  # RFC 4193: unique local
    "fe00::/9",
    "fe80::/10",  # RFC 4291: link-local
    "fec0::/10",  # RFC 3879: site-local
    "ff00::/8",  # multicast
)
METADATA = (
    "100.100.100.200",  # Alibaba
    "168.63.129.16",  # Azure
    "169.254.169.123",
    "169.254.169.254",  # most clouds
    "169.254.170.2",  # containers on AWS
    "169.254.170.23",
    "192.0.0.192",  # Oracle
    "fd00:ec2::254",  # AWS
    "fd00:ec2::23",
    "fd00:c1::a9fe:a9fe",
    "fd20:ce::254",  # Google
    "fe80::a9fe:a9fe",
)
CARRIED = ("10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.1.1", "8.8.8.8")


def carrying(text: str) -> list[str]:
    """The IPv6 addresses that stand for an IPv4 address, or lead to it."""
    inner = int(IPv4Address(text))
    return [
        str(IPv6Address(outer))
        for outer in (
            inner,  # compatible
            0xFFFF << 32 | inner,  # mapped
            0xFFFF << 48 | inner,  # translated
            0x0064_FF9B << 96 | inner,  # NAT64
            0x0064_FF9B_0001 << 80 | inner,  # local NAT64
            0x2002 << 112 | inner << 80 | 1,  # 6to4
            0x2001_0000 << 96 | inner << 64,  # Teredo's server
            0x2001_0000 << 96 | 0x0808_0808 << 64 | inner ^ 0xFFFF_FFFF,  # Teredo's client
            0x2A00_1450_0000_0000 << 64 | 0x0000_5EFE << 32 | inner,  # ISATAP
            0x2A00_1450_0000_0000 << 64 | 0x0200_5EFE << 32 | inner,
        )
    ]


ADDRESSES = sorted(
    {str(network[place]) for network in map(ip_network, NETWORKS) for place in (0, -1)}
    | set(METADATA)
    | {address for text in CARRIED for address in carrying(text)}
)
# 8.8.8.8: public, but nobody writes it so without something in mind.
PUBLIC_IN_DISGUISE = ("134744072", "010.8.8.8")
# What the C library, a browser or some other library reads as one of them.
SPELLINGS = (
    "0",
    "1",
    "0.0",
    "00000000",
    "2130706433",
    "0x7f000001",
    "0X7F000001",
    "0x7f.0x0.0x0.0x1",
    "0x7F.1",
    "017700000001",
    "0177.0.0.1",
    "0177.00.00.01",
    "0000177.0.0.1",
    "127.1",
    "127.0.1",
    "127.0.0.01",
    "127.000.000.001",
    "127.65535",
    "127.0.65535",
    "127.0.0.1.",
    "127.0.0.1..",
    "4294967295",
    "0xffffffff",
    "3232235521",
    "0300.0250.0.1",
    "0xc0.0xa8.0.1",
    "0xc0a80001",
    "192.168.1",
    "10.1",
    "0xa.1",
    "012.1",
    "167772161",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169.16689662",
    "0xA9.0xFE.43518",
    "0251.254.0xa9fe",
    "１２７.0.0.1",
    "127。0。0。1",
    "127．0．0．1",
    "127｡0｡0｡1",
    "①②⑦.⓪.⓪.①",
    "𝟏𝟐𝟕.𝟎.𝟎.𝟏",
    "１６９.２５４.１６９.２５４",
    "⁰",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[::0001]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::FFFF:7F00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::ffff:0x7f.0.0.1]",
    "[::1%25lo]",
    "[::1%lo]",
    "[fe80::1%25eth0]",
    "[fe80::1%1]",
    "[v1.::1]",
    "[127.0.0.1]",
    "[::1]]",
    "[[::1]]",
    "::1",
    "127%2e0%2e0%2e1",
    "%31%32%37.0.0.1",
    "127.0.0.1%00.example.com",
    "127.0.0.1%20",
    "%6c%6f%63%61%6c%68%6f%73%74",
    "8.8.8.8@127.0.0.1",
    "user:password@127.0.0.1",
    "example.com:80@127.0.0.1",
    "127.0.0.1\\@example.com",
    "127.0.0.1\t",
    "127.0.0.1\n",
    "127.0.0.1 ",
    "\u00a0127.0.0.1",
    "127.0.0.1\u200b",
    "127.0.0.1#@example.com",
    "127.0.0.1?@example.com",
    "127.0.0.1:80:80",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "ｌｏｃａｌｈｏｓｔ",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
)
