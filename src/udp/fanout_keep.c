/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout_keep.h"

#include <errno.h>

#ifdef HAVE_IP_TRANSPARENT
#include <fcntl.h>
#include <linux/filter.h>
#include <string.h>
#include <unistd.h>

#include "core/capability.h"
#include "core/network.h"

struct udp_head {	/* RFC 768 */
	uint16_t source, target, len, checksum;
};

#define LONGEST (UINT16_MAX - sizeof(struct udp_head))

/* A raw socket is given every datagram of its host: this one only sends. */
static bool receive_nothing(int fd)
{
	struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog filter = { .len = 1, .filter = &drop };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) == 0;
}

static bool set_up(int fd, const struct addr *target)
{
	bool v6 = target->kind == ADDR_INET6;
	int on = 1, off = 0;

	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1 || fcntl(fd, F_SETFL, O_NONBLOCK) == -1)
		return false;
	/* what comes back of a group could not be told from what its sender sends */
	if (v6)
		(void)!setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &off, sizeof(off));
	else
		(void)!setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &off, sizeof(off));
	return receive_nothing(fd) &&
	       setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
			  v6 ? IPV6_TRANSPARENT : IP_TRANSPARENT, &on, sizeof(on)) == 0;
}

int fanout_keep_open(const struct addr *target)
{
	struct addr host = *target;
	int fd, error;

	addr_set_port(&host, 0);
	capability_spoofing_use(true);
	fd = socket(target->u.sa.sa_family, SOCK_RAW, IPPROTO_UDP);
	if (fd != -1 && (!set_up(fd, target) || connect(fd, &host.u.sa, host.len) == -1)) {
		error = errno;
		close(fd);
		errno = error;
		fd = -1;
	}
	error = errno;
	capability_spoofing_use(false);
	errno = error;
	return fd;
}

static uint32_t add_words(uint32_t sum, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	for (; len > 1; at += 2, len -= 2)
		sum += (uint32_t)at[0] << 8 | at[1];
	if (len > 0)
		sum += (uint32_t)at[0] << 8;
	return (sum & 0xffff) + (sum >> 16);
}

/* Over the hosts, the protocol, the header and the bytes (RFC 768, RFC 8200). */
static uint16_t checksum(const struct addr *target, const struct in6_addr *from,
			 const struct udp_head *head, struct slice bytes)
{
	struct in6_addr to = IN6ADDR_ANY_INIT;
	uint32_t sum = IPPROTO_UDP + ntohs(head->len);
	bool v6 = target->kind == ADDR_INET6;

	if (!network_host(&target->u.sa, &to))
		return 0;
	sum = add_words(sum, from->s6_addr + (v6 ? 0 : 12), v6 ? 16 : 4);
	sum = add_words(sum, to.s6_addr + (v6 ? 0 : 12), v6 ? 16 : 4);
	sum = add_words(sum, head, sizeof(*head));
	sum = add_words(sum, bytes.data, bytes.len);
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	sum = ~sum & 0xffff;
	return htons(sum != 0 ? (uint16_t)sum : 0xffff);	/* 0 would be: none */
}

static void set_source(struct msghdr *m, const struct addr *target, const struct in6_addr *from)
{
	struct cmsghdr *c = m->msg_control;

	if (target->kind == ADDR_INET6) {
		struct in6_pktinfo info = { .ipi6_addr = *from };

		c->cmsg_level = IPPROTO_IPV6;
		c->cmsg_type = IPV6_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof(info));
		memcpy(CMSG_DATA(c), &info, sizeof(info));
		m->msg_controllen = CMSG_SPACE(sizeof(info));
	} else {
		struct in_pktinfo info = { .ipi_ifindex = 0 };

		memcpy(&info.ipi_spec_dst, from->s6_addr + 12, sizeof(info.ipi_spec_dst));
		c->cmsg_level = IPPROTO_IP;
		c->cmsg_type = IP_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof(info));
		memcpy(CMSG_DATA(c), &info, sizeof(info));
		m->msg_controllen = CMSG_SPACE(sizeof(info));
	}
}

static uint16_t port_of(const struct sockaddr *sa)
{
	if (sa->sa_family == AF_INET)
		return ((const struct sockaddr_in *)sa)->sin_port;
	return ((const struct sockaddr_in6 *)sa)->sin6_port;
}

bool fanout_keep_send(int fd, const struct addr *target, const struct sockaddr *sender,
		      struct slice bytes)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in6_pktinfo))] = { 0 };
	struct udp_head head = { .target = htons(addr_port(target)) };
	struct iovec io[2] = { { &head, sizeof(head) },
			       { (void *)(uintptr_t)bytes.data, bytes.len } };
	struct msghdr m = { .msg_iov = io, .msg_iovlen = 2, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct in6_addr from;

	if (!network_host(sender, &from) ||
	    (IN6_IS_ADDR_V4MAPPED(&from) != 0) != (target->kind == ADDR_INET)) {
		errno = EAFNOSUPPORT;
		return false;
	}
	if (bytes.len > LONGEST) {
		errno = EMSGSIZE;
		return false;
	}
	head.source = port_of(sender);
	head.len = htons((uint16_t)(sizeof(head) + bytes.len));
	head.checksum = checksum(target, &from, &head, bytes);
	set_source(&m, target, &from);
	return sendmsg(fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL) != -1;
}
#else
int fanout_keep_open(const struct addr *target)
{
	(void)target;
	errno = ENOTSUP;
	return -1;
}

bool fanout_keep_send(int fd, const struct addr *target, const struct sockaddr *sender,
		      struct slice bytes)
{
	(void)fd;
	(void)target;
	(void)sender;
	(void)bytes;
	errno = ENOTSUP;
	return false;
}
#endif
