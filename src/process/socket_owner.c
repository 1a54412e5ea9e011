/* SPDX-License-Identifier: BSD-2-Clause */
/* Through /proc: the listening socket's inode by its port, then the process that has it open. */
#include "process/socket_owner.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/addr.h"

#define STATE_LISTEN 10

static unsigned looked_up;

void socket_owner_reset(void)
{
	looked_up = 0;
}

/* Inode of a socket that listens on `port`; 0: none. */
static uint64_t find_inode(const char *table, unsigned port)
{
	FILE *f = fopen(table, "re");
	char line[512];
	uint64_t found = 0;

	if (f == NULL)
		return 0;
	while (found == 0 && fgets(line, sizeof(line), f) != NULL) {
		unsigned local, state;
		uint64_t inode;

		/* sl local:port remote:port st tx:rx tr:when retrnsmt uid timeout inode */
		if (sscanf(line, " %*u: %*[0-9A-Fa-f]:%x %*s %x %*s %*s %*s %*u %*u %" SCNu64,
			   &local, &state, &inode) == 3 &&
		    local == port && state == STATE_LISTEN)
			found = inode;
	}
	fclose(f);
	return found;
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

void socket_owner(const struct addr *addr, char *out, size_t size)
{
	unsigned port = addr_port(addr);
	struct dirent *entry;
	char socket_name[64];
	uint64_t inode = 0;
	DIR *proc;

	out[0] = '\0';
	if (port == 0 || looked_up == SOCKET_OWNER_MOST)
		return;
	looked_up++;
	if (addr->u.sa.sa_family == AF_INET)
		inode = find_inode("/proc/net/tcp", port);
	if (inode == 0)
		inode = find_inode("/proc/net/tcp6", port);
	if (inode == 0)
		inode = find_inode("/proc/net/tcp", port);
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
