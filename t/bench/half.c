/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Half-sent uwsgi packets: half PORT COUNT HELD BYTES. Opens COUNT connections, one after the
 * other, and sends the beginning of a packet on each: BYTES bytes of one that has 60,000. HELD of
 * them are open at a time: the oldest one is reset. Prints "opened N refused N" at the end.
 */
#include <signal.h>

#include "tool.h"

#define BLOCK 60000

/* Each connection has an address of its own in turn: one has no more than 28,000 ports. */
static int open_one(const char *port, unsigned long n)
{
	struct sockaddr_in to = loopback(port), from = to;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	from.sin_port = 0;
	from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + (uint32_t)(n % 200));
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &(int){ 1 }, sizeof(int));
	if (fd == -1 || bind(fd, (struct sockaddr *)&from, sizeof(from)) ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		close(fd);
		return -1;
	}
	return fd;
}

static void reset(int fd)
{
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){ .l_onoff = 1 },
		   sizeof(struct linger));
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc < 5) {
		fputs("usage: half PORT COUNT HELD BYTES\n", stderr);
		return 2;
	}
	static char packet[4 + BLOCK] = { 0, (char)(BLOCK & 0xff), (char)(BLOCK >> 8), 0 };
	unsigned long count = strtoul(argv[2], NULL, 10), held = strtoul(argv[3], NULL, 10);
	size_t bytes = strtoul(argv[4], NULL, 10);
	unsigned long opened = 0, refused = 0;
	int *fds = calloc(held, sizeof(*fds));

	signal(SIGPIPE, SIG_IGN);
	raise_descriptors();
	for (unsigned long n = 0; n < count; n++) {
		if (n >= held && fds[n % held] != -1)
			reset(fds[n % held]);
		fds[n % held] = open_one(argv[1], n);
		if (fds[n % held] == -1 ||
		    send(fds[n % held], packet, bytes < sizeof(packet) ? bytes : sizeof(packet),
			 MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			refused++;
		else
			opened++;
	}
	printf("opened %lu refused %lu\n", opened, refused);
	free(fds);
	return 0;
}
