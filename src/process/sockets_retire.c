/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Giving a listening socket up without resetting anybody. On Linux a filter
 * drops what would start a new handshake, and shutdown() ends listening for
 * every holder of the descriptor at once.
 */
#include "process/sockets.h"

#include <sys/socket.h>
#ifdef HAVE_REUSEPORT_CBPF
#include <linux/filter.h>
#endif

static bool is_tcp(const struct addr *addr)
{
	return addr->kind == ADDR_INET || addr->kind == ADDR_INET6 || addr->kind == ADDR_ANY;
}

bool sockets_quiet(const struct addr *addr, const int *fds, unsigned count)
{
#ifdef HAVE_REUSEPORT_CBPF
	/* the data begins at the TCP header; of its flags: SYN without ACK is a new client */
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x02, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
	};
	struct sock_fprog filter = { .len = sizeof(code) / sizeof(code[0]), .filter = code };
	bool all = true;

	if (!is_tcp(addr))
		return false;
	for (unsigned i = 0; i < count; i++) {
		if (setsockopt(fds[i], SOL_SOCKET, SO_ATTACH_FILTER, &filter,
			       sizeof(filter)) == -1)
			all = false;
	}
	return all;
#else
	(void)is_tcp(addr);
	(void)fds;
	(void)count;
	return false;
#endif
}

void sockets_unquiet(const struct addr *addr, const int *fds, unsigned count)
{
#ifdef HAVE_REUSEPORT_CBPF
	int unused = 0;

	for (unsigned i = 0; is_tcp(addr) && i < count; i++)
		(void)!setsockopt(fds[i], SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof(unused));
#else
	(void)addr;
	(void)fds;
	(void)count;
#endif
}

void sockets_shut(const struct addr *addr, const int *fds, unsigned count)
{
	if (addr->kind == ADDR_FD)
		return;	/* its maker goes on with it */
	/* ends a TCP listener either way; a unix one shows it to who waits only if both go */
	for (unsigned i = 0; i < count; i++)
		shutdown(fds[i], SHUT_RDWR);
}
