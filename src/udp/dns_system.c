/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/dns_system.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/units.h"

#define PATH "/etc/resolv.conf"
#define FILE_MAX 65536
#define PORT 53
#define NDOTS_MAX 15	/* as the C library has it */

/* The next word of the line; empty: there is none more. */
static struct slice next_word(struct slice *line)
{
	struct slice word;

	while (line->len > 0 && (line->data[0] == ' ' || line->data[0] == '\t' ||
				 line->data[0] == '\r'))
		*line = slice_after(*line, 1);
	word = (struct slice){ line->data, 0 };
	while (word.len < line->len && word.data[word.len] != ' ' && word.data[word.len] != '\t' &&
	       word.data[word.len] != '\r')
		word.len++;
	*line = slice_after(*line, word.len);
	return word;
}

static void add_server(struct dns_system *system, struct slice host)
{
	struct resolver_servers *servers = &system->servers;
	char text[ADDR_TEXT], why[400];
	struct addr addr;
	bool six = memchr(host.data, ':', host.len) != NULL;

	if (servers->count == RESOLVER_SERVERS_MAX || host.len > 64)
		return;
	snprintf(text, sizeof(text), six ? "[%.*s]:%d" : "%.*s:%d", (int)host.len, host.data, PORT);
	if (addr_parse(&addr, slice_of(text), ADDR_DIAL, NULL, why, sizeof(why)) &&
	    (addr.kind == ADDR_INET || addr.kind == ADDR_INET6))
		servers->list[servers->count++] = addr;
}

static void set_domains(struct dns_system *system, struct slice words)
{
	struct slice word;

	system->domain_count = 0;
	while (system->domain_count < DNS_DOMAINS_MAX && (word = next_word(&words)).len > 0) {
		if (word.data[word.len - 1] == '.')
			word.len--;
		if (word.len == 0 || word.len > ENDPOINT_NAME_MAX)
			continue;
		snprintf(system->domains[system->domain_count++], ENDPOINT_NAME_MAX + 1, "%.*s",
			 (int)word.len, word.data);
	}
}

static void set_options(struct dns_system *system, struct slice words)
{
	struct slice word;

	while ((word = next_word(&words)).len > 0) {
		uint64_t value;

		if (!slice_starts(word, "ndots:") || !number_parse(slice_after(word, 6), &value))
			continue;
		system->ndots = value < NDOTS_MAX ? (unsigned)value : NDOTS_MAX;
	}
}

static void read_line(struct dns_system *system, struct slice line)
{
	struct slice word = next_word(&line);

	if (slice_is(word, "nameserver"))
		add_server(system, next_word(&line));
	else if (slice_is(word, "search") || slice_is(word, "domain"))
		set_domains(system, line);
	else if (slice_is(word, "options"))
		set_options(system, line);
}

void dns_system_parse(struct slice text, struct dns_system *system)
{
	*system = (struct dns_system){ .ndots = 1 };
	while (text.len > 0) {
		const char *end = memchr(text.data, '\n', text.len);
		size_t len = end != NULL ? (size_t)(end - text.data) : text.len;
		struct slice line = { text.data, len };

		if (memchr(line.data, '\0', line.len) == NULL)
			read_line(system, line);
		text = slice_after(text, end != NULL ? len + 1 : len);
	}
	if (system->servers.count == 0)
		add_server(system, slice_of("127.0.0.1"));
}

void dns_system_environment(struct dns_system *system, const char *domains, const char *options)
{
	if (domains != NULL)
		set_domains(system, slice_of(domains));
	if (options != NULL)
		set_options(system, slice_of(options));
}

static size_t read_file(int fd, char *bytes, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size && (n = read(fd, bytes + len, size - len)) > 0)
		len += (size_t)n;
	return len;
}

static struct stat before;
static bool read_before;

void dns_system_forget(void)
{
	read_before = false;
}

bool dns_system_read(struct dns_system *system)
{
	static char bytes[FILE_MAX];
	struct stat now = { .st_size = 0 };
	size_t len = 0;
	int fd = open(PATH, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd != -1 && fstat(fd, &now) == -1)
		now.st_size = -1;
	if (read_before && now.st_ino == before.st_ino && now.st_size == before.st_size &&
	    now.st_mtime == before.st_mtime && now.st_ctime == before.st_ctime) {
		if (fd != -1)
			close(fd);
		return false;
	}
	if (fd != -1) {
		len = read_file(fd, bytes, sizeof(bytes));
		close(fd);
	}
	before = now;
	read_before = true;
	dns_system_parse((struct slice){ bytes, len }, system);
	dns_system_environment(system, getenv("LOCALDOMAIN"), getenv("RES_OPTIONS"));
	return true;
}
