/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/address_overlaps.h"

#include <sys/stat.h>

#include "process/addresses.h"
#include "process/socket_owner.h"

static bool has_socket(const struct address *a, uint64_t inode)
{
	struct stat st;

	for (unsigned i = 0; i < a->count; i++) {
		if (fstat(a->fds[i], &st) == 0 && st.st_ino == inode)
			return true;
	}
	return false;
}

bool address_is_own(const struct addr *local, uint64_t inode)
{
	struct list *all = addresses_all();

	for (struct list *node = all->next; node != all; node = node->next) {
		const struct address *a = container_of(node, struct address, link);

		if (addr_overlaps(&a->addr, local) && has_socket(a, inode))
			return true;
	}
	return false;
}

/*
 * Only such an address may be shared, and only with ourselves: with the same port alone the
 * other holder is a stranger, and a stranger may have joined our wildcard.
 */
bool address_overlaps_own(const struct addr *addr)
{
	struct list *all = addresses_all();

	for (struct list *node = all->next; node != all; node = node->next) {
		const struct address *a = container_of(node, struct address, link);

		if (addr_port(addr) != 0 && addr_overlaps(&a->addr, addr))
			return !socket_owner_stranger(addr);
	}
	return false;
}
