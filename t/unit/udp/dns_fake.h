/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DNS servers on the loop of the test itself, which answer from a table, or lie. No process, no
 * thread: a test runs the loop until something is so.
 */
#ifndef UNIT_DNS_FAKE_H
#define UNIT_DNS_FAKE_H

#include <arpa/inet.h>
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config/config_resolver.h"
#include "core/arena.h"
#include "core/endpoint.h"
#include "core/text.h"
#include "event/event.h"
#include "udp/dns.h"

enum fake_mode {
	FAKE_TRUTH, FAKE_SILENT, FAKE_SERVFAIL, FAKE_REFUSED, FAKE_TRUNCATED,
	FAKE_WRONG_ID, FAKE_WRONG_QUESTION, FAKE_WRONG_PORT, FAKE_GARBAGE, FAKE_LOOP,
};

/* A, AAAA ("v6") or SRV ("1 2 80 host"): one record a line of the zone. */
struct fake_record {
	const char *name, *data;
	unsigned    type, ttl;
};

struct fake_server {
	struct event     udp, tcp, conn;	/* one connection at a time */
	struct addr      addr;
	enum fake_mode   mode;
	unsigned         silent_type;	/* this type alone gets no answer */
	unsigned         failing_type;	/* this one SERVFAIL */
	struct fake_record zone[64];
	unsigned         records;
	unsigned         asked, asked_tcp;
	char             last[256];	/* the name of the last question */
	unsigned         many;	/* so many A records for every name */
};

static inline void fake_put16(struct text *out, unsigned n)
{
	text_putc(out, (char)(n >> 8));
	text_putc(out, (char)n);
}

static inline void fake_put_name(struct text *out, const char *name)
{
	while (*name != '\0') {
		size_t len = strcspn(name, ".");

		text_putc(out, (char)len);
		text_append(out, name, len);
		name += len + (name[len] == '.');
	}
	text_putc(out, 0);
}

static inline void fake_put_data(struct text *out, const struct fake_record *r)
{
	unsigned char bytes[16];
	unsigned priority, weight, port;
	char host[256];
	struct text data;

	if (r->type != 33) {
		bool four = r->type == 1;

		ck_assert_int_eq(inet_pton(four ? AF_INET : AF_INET6, r->data, bytes), 1);
		fake_put16(out, four ? 4 : 16);
		text_append(out, bytes, four ? 4 : 16);
		return;
	}
	ck_assert_int_eq(sscanf(r->data, "%u %u %u %255s", &priority, &weight, &port, host), 4);
	text_init(&data);
	fake_put16(&data, priority);
	fake_put16(&data, weight);
	fake_put16(&data, port);
	fake_put_name(&data, strcmp(host, ".") == 0 ? "" : host);
	fake_put16(out, (unsigned)data.len);
	text_append(out, data.data, data.len);
	text_close(&data);
}

static inline void fake_put_record(struct text *out, const struct fake_record *r)
{
	fake_put_name(out, r->name);
	fake_put16(out, r->type);
	fake_put16(out, 1);
	fake_put16(out, r->ttl >> 16);
	fake_put16(out, r->ttl & 0xffff);
	fake_put_data(out, r);
}

/* The question of a message: name and type; its length. */
static inline size_t fake_question(const unsigned char *m, size_t len, char name[256],
				   unsigned *type)
{
	size_t at = 12, n = 0;

	while (at < len && m[at] != 0) {
		if (n > 0)
			name[n++] = '.';
		for (unsigned i = 0; i < m[at]; i++)
			name[n++] = (char)(m[at + 1 + i] | (m[at + 1 + i] >= 'A' &&
							     m[at + 1 + i] <= 'Z' ? 32 : 0));
		at += m[at] + 1u;
	}
	name[n] = '\0';
	*type = (unsigned)m[at + 1] << 8 | m[at + 2];
	return at + 5 - 12;
}

static inline void fake_records(struct fake_server *s, const char *name, unsigned type,
				struct text *answers, unsigned *count, bool *exists)
{
	for (unsigned i = 0; i < s->records; i++) {
		if (strcmp(s->zone[i].name, name) != 0)
			continue;
		*exists = true;
		if (s->zone[i].type != type)
			continue;
		fake_put_record(answers, &s->zone[i]);
		++*count;
	}
	for (unsigned i = 0; type == 1 && i < s->many; i++) {
		const unsigned char bytes[16] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0,
						  (unsigned char)(i >> 8), (unsigned char)i };

		text_append(answers, bytes, sizeof(bytes));
		*exists = true;
		++*count;
	}
}

/* false: there is no answer to this. */
static inline bool fake_answer(struct fake_server *s, const unsigned char *m, size_t len, bool tcp,
			       struct text *out)
{
	char name[256];
	unsigned type, count = 0, rcode = 0, id = (unsigned)m[0] << 8 | m[1], flags = 0x8180;
	size_t question = fake_question(m, len, name, &type);
	bool exists = false;
	struct text answers;

	s->asked++;
	s->asked_tcp += tcp;
	snprintf(s->last, sizeof(s->last), "%s", name);
	if (s->mode == FAKE_SILENT || s->silent_type == type)
		return false;
	text_init(&answers);
	fake_records(s, name, type, &answers, &count, &exists);
	if (s->mode == FAKE_SERVFAIL || s->failing_type == type)
		rcode = 2;
	else if (s->mode == FAKE_REFUSED)
		rcode = 5;
	else if (!exists && s->mode != FAKE_LOOP)
		rcode = 3;
	if (rcode != 0 || (s->mode == FAKE_TRUNCATED && !tcp)) {
		text_clear(&answers);
		count = 0;
	}
	if (s->mode == FAKE_TRUNCATED && !tcp)
		flags |= 0x0200;
	fake_put16(out, s->mode == FAKE_WRONG_ID ? id ^ 1 : id);
	fake_put16(out, flags | rcode);
	fake_put16(out, 1);
	fake_put16(out, count);
	fake_put16(out, 0);
	fake_put16(out, 0);
	text_append(out, m + 12, question);
	if (s->mode == FAKE_WRONG_QUESTION)
		out->data[13] ^= 1;	/* the first letter of the name */
	if (s->mode == FAKE_LOOP) {
		out->data[7] = 1;	/* an answer whose name points at itself */
		text_append(out, (const char[]){ (char)0xc0, (char)out->len }, 2);
		text_append(out, "\0\1\0\1\0\0\0\74\0\4\12\0\0\1", 14);
	} else if (answers.len > 0) {
		text_append(out, answers.data, answers.len);
	}
	text_close(&answers);
	return true;
}

static inline void fake_on_udp(struct event *ev, unsigned ready)
{
	struct fake_server *s = container_of(ev, struct fake_server, udp);
	unsigned char bytes[2048];
	struct sockaddr_in from;
	socklen_t from_len = sizeof(from);
	ssize_t len;
	struct text out;

	(void)ready;
	len = recvfrom(ev->fd, bytes, sizeof(bytes), 0, (void *)&from, &from_len);
	if (len < 12) {
		event_drained(ev, EVENT_READ);
		return;
	}
	text_init(&out);
	if (fake_answer(s, bytes, (size_t)len, false, &out)) {
		int fd = ev->fd;

		if (s->mode == FAKE_WRONG_PORT)
			fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (s->mode == FAKE_GARBAGE)
			memset(out.data + 12, 0xc0, out.len - 12);
		(void)sendto(fd, out.data, out.len, 0, (void *)&from, from_len);
		if (fd != ev->fd)
			close(fd);
	}
	text_close(&out);
}

static inline void fake_on_conn(struct event *ev, unsigned ready)
{
	struct fake_server *s = container_of(ev, struct fake_server, conn);
	unsigned char bytes[2048];
	ssize_t len = read(ev->fd, bytes, sizeof(bytes));
	struct text out, framed;

	(void)ready;
	if (len <= 0) {
		event_close(ev);
		return;
	}
	/* questions may come together */
	for (size_t at = 0; at + 2 < (size_t)len;) {
		size_t one = (size_t)bytes[at] << 8 | bytes[at + 1];

		text_init(&out);
		text_init(&framed);
		if (fake_answer(s, bytes + at + 2, one, true, &out)) {
			fake_put16(&framed, (unsigned)out.len);
			text_append(&framed, out.data, out.len);
			for (size_t sent = 0; sent < framed.len;) {
				ssize_t n = write(ev->fd, framed.data + sent, framed.len - sent);

				ck_assert_int_gt(n, 0);
				sent += (size_t)n;
			}
		}
		text_close(&out);
		text_close(&framed);
		at += 2 + one;
	}
}

static inline void fake_on_tcp(struct event *ev, unsigned ready)
{
	struct fake_server *s = container_of(ev, struct fake_server, tcp);
	int fd = accept(ev->fd, NULL, NULL);

	(void)ready;
	if (fd == -1) {
		event_drained(ev, EVENT_READ);
		return;
	}
	event_setup(&s->conn, fd, fake_on_conn);
	event_set_shared(&s->conn, false);
	event_want(&s->conn, EVENT_READ);
}

/* A UDP socket and a TCP listener at one port, which may take a few tries. */
static inline void fake_bind(struct addr *addr, int *udp, int *tcp)
{
	socklen_t len = sizeof(addr->u.in);

	for (unsigned i = 0; i < 100; i++) {
		addr->u.in.sin_port = 0;
		*udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		*tcp = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		ck_assert_int_eq(bind(*tcp, &addr->u.sa, len), 0);
		ck_assert_int_eq(getsockname(*tcp, &addr->u.sa, &len), 0);
		if (bind(*udp, &addr->u.sa, len) == 0 && listen(*tcp, 8) == 0)
			return;
		close(*udp);
		close(*tcp);
	}
	ck_abort_msg("no port for a DNS server");
}

static inline void fake_open(struct fake_server *s)
{
	int udp, tcp;

	*s = (struct fake_server){ .addr = { .kind = ADDR_INET, .len = sizeof(s->addr.u.in) } };
	s->addr.u.in.sin_family = AF_INET;
	s->addr.u.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fake_bind(&s->addr, &udp, &tcp);
	event_setup(&s->udp, udp, fake_on_udp);
	event_setup(&s->tcp, tcp, fake_on_tcp);
	s->conn.fd = -1;
	event_set_shared(&s->udp, false);
	event_set_shared(&s->tcp, false);
	event_want(&s->udp, EVENT_READ);
	event_want(&s->tcp, EVENT_READ);
}

static inline void fake_close(struct fake_server *s)
{
	event_close(&s->udp);
	event_close(&s->tcp);
	event_close(&s->conn);
}

static inline void fake_add(struct fake_server *s, const char *name, unsigned type, unsigned ttl,
			    const char *data)
{
	ck_assert_uint_lt(s->records, COUNT(s->zone));
	s->zone[s->records++] = (struct fake_record){ name, data, type, ttl };
}

#endif
