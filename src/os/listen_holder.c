/* SPDX-License-Identifier: BSD-2-Clause */
/* Through /proc: the listening socket's inode by its address, then the process that has it open. */
#include "os/listen_holder.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/addr.h"

#define STATE_LISTEN 10
#define STATE_UNCONNECTED 7	/* of datagrams: receives from anybody */
#define UNIX_LISTENS 0x10000	/* __SO_ACCEPTCON */

struct holders {	/* inodes of sockets on an address; 0: none */
	uint64_t own, stranger;
};

static unsigned looked_up;
static bool (*is_own)(const struct addr *local, uint64_t inode);

void listen_holder_reset(bool (*own)(const struct addr *local, uint64_t inode))
{
	looked_up = 0;
	is_own = own;
}

static bool read_words(const char *hex, uint32_t *words, unsigned count)
{
	for (unsigned i = 0; i < count; i++, hex += 8) {
		if (sscanf(hex, "%8" SCNx32, &words[i]) != 1)
			return false;
	}
	return true;
}

/* As the tables print it: words in the order of this machine. */
static bool read_address(const char *hex, unsigned port, bool datagram, struct addr *addr)
{
	uint32_t words[4];
	bool v6 = strlen(hex) == 32;

	if (!read_words(hex, words, v6 ? 4 : 1))
		return false;
	*addr = (struct addr){ .kind = ADDR_INET, .len = sizeof(addr->u.in) };
	addr->u.in.sin_family = AF_INET;
	addr->u.in.sin_addr.s_addr = words[0];
	if (v6) {
		*addr = (struct addr){ .kind = ADDR_INET6, .len = sizeof(addr->u.in6) };
		addr->u.in6.sin6_family = AF_INET6;
		memcpy(&addr->u.in6.sin6_addr, words, 16);
	}
	addr->datagram = datagram;
	addr_set_port(addr, (uint16_t)port);
	return true;
}

/* Whether listening on `local` keeps others from `addr`. `maybe`: [::] can be both families. */
static bool keeps(struct addr local, const struct addr *addr, bool maybe)
{
	if (maybe && local.kind == ADDR_INET6 &&
	    IN6_IS_ADDR_UNSPECIFIED(&local.u.in6.sin6_addr))
		local.kind = ADDR_ANY;
	return addr_overlaps(&local, addr);
}

static void find_inet(const char *table, const struct addr *addr, bool maybe,
		      struct holders *found)
{
	FILE *f = fopen(table, "re");
	char line[512], hex[33];

	if (f == NULL)
		return;
	(void)!fgets(line, sizeof(line), f);	/* the heads of the columns */
	while (found->stranger == 0 && fgets(line, sizeof(line), f) != NULL) {
		unsigned port, state;
		struct addr local;
		uint64_t inode;

		/* sl local:port remote:port st tx:rx tr:when retrnsmt uid timeout inode */
		if (sscanf(line, " %*u: %32[0-9A-Fa-f]:%x %*s %x %*s %*s %*s %*u %*u %" SCNu64,
			   hex, &port, &state, &inode) != 4)
			break;
		if (addr->datagram && state != STATE_UNCONNECTED)
			continue;
		if (!addr->datagram && state != STATE_LISTEN)
			break;	/* those that listen come first, connections can be many */
		if (!read_address(hex, port, addr->datagram, &local) || !keeps(local, addr, maybe))
			continue;
		if (is_own != NULL && is_own(&local, inode))
			found->own = inode;
		else
			found->stranger = inode;
	}
	fclose(f);
}

static struct holders find_holders(const struct addr *addr, bool maybe)
{
	struct holders found = { 0 };

	find_inet(addr->datagram ? "/proc/net/udp" : "/proc/net/tcp", addr, maybe, &found);
	find_inet(addr->datagram ? "/proc/net/udp6" : "/proc/net/tcp6", addr, maybe, &found);
	return found;
}

bool listen_holder_stranger(const struct addr *addr)
{
	return find_holders(addr, false).stranger != 0;
}

/* The same for a unix socket: @name or /path at the end of the line. */
static uint64_t find_unix(const struct addr *addr)
{
	FILE *f = fopen("/proc/net/unix", "re");
	char line[512], text[ADDR_TEXT];
	const char *name = addr->u.un.sun_path;
	uint64_t found = 0;

	if (f == NULL)
		return 0;
	if (addr->kind == ADDR_ABSTRACT)
		name = addr_print(addr, text, sizeof(text));
	while (found == 0 && fgets(line, sizeof(line), f) != NULL) {
		unsigned flags, type;
		uint64_t inode;
		int end = 0;

		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "%*x: %*x %*x %x %x %*x %" SCNu64 " %n", &flags, &type, &inode,
			   &end) != 3 || end == 0 || strcmp(line + end, name) != 0)
			continue;
		if (type == SOCK_DGRAM || (flags & UNIX_LISTENS) != 0)
			found = inode;
	}
	fclose(f);
	return found;
}

static uint64_t find_inode(const struct addr *addr)
{
	struct holders found;

	switch (addr->kind) {
	case ADDR_INET:
	case ADDR_INET6:
	case ADDR_ANY:
		found = find_holders(addr, true);
		return found.stranger != 0 ? found.stranger : found.own;
	case ADDR_UNIX:
	case ADDR_ABSTRACT:
		return find_unix(addr);
	default:
		return 0;
	}
}

static bool has_open(const char *pid, const char *socket_name)
{
	char folder[300], path[600], target[64];
	struct dirent *entry;
	bool found = false;
	DIR *fds;

	snprintf(folder, sizeof(folder), "/proc/%s/fd", pid);
	fds = opendir(folder);
	if (fds == NULL)
		return false;
	while (!found && (entry = readdir(fds)) != NULL) {
		ssize_t n;

		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		n = readlink(path, target, sizeof(target) - 1);
		if (n <= 0)
			continue;
		target[n] = '\0';
		found = strcmp(target, socket_name) == 0;
	}
	closedir(fds);
	return found;
}

static void name_process(const char *pid, char *out, size_t size)
{
	char path[300], name[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	f = fopen(path, "re");
	if (f != NULL) {
		if (fgets(name, sizeof(name), f) != NULL)
			name[strcspn(name, "\n")] = '\0';
		fclose(f);
	}
	snprintf(out, size, " (pid %s%s%s)", pid, name[0] != '\0' ? ", " : "", name);
}

void listen_holder_find(const struct addr *addr, char *out, size_t size)
{
	struct dirent *entry;
	char socket_name[64];
	uint64_t inode;
	DIR *proc;

	out[0] = '\0';
	if (looked_up == LISTEN_HOLDER_MOST)
		return;
	looked_up++;
	inode = find_inode(addr);
	proc = inode != 0 ? opendir("/proc") : NULL;
	if (proc == NULL)
		return;
	snprintf(socket_name, sizeof(socket_name), "socket:[%" PRIu64 "]", inode);
	while (out[0] == '\0' && (entry = readdir(proc)) != NULL) {
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    has_open(entry->d_name, socket_name))
			name_process(entry->d_name, out, size);
	}
	closedir(proc);
}
