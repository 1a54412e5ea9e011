# SPDX-License-Identifier: BSD-2-Clause
"""Which node a site has. Several addresses are tried in their order; None: the site is unknown."""

SITES = {
    'example.com': '127.0.0.1:3032|127.0.0.1:3033',
    'old.example.com': '127.0.0.1:3034,5',  # the node gets modifier1 5
}


def get(key):
    site = key.lower().split(':')[0]
    if site.endswith('.example.org'):
        return '/run/sites/%s.sock' % site[:-len('.example.org')].replace('/', '')
    return SITES.get(site)
