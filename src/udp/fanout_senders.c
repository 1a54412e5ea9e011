/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout_senders.h"

#include <stdlib.h>

#include "core/log.h"

static unsigned count_words(const char *words)
{
	unsigned n = words != NULL;

	for (; words != NULL && *words != '\0'; words++)
		n += *words == ' ';
	return n;
}

static void read_all(const char *words, struct network *to)
{
	while (words != NULL && *words != '\0') {
		size_t len = strcspn(words, " ");

		CHECK(network_parse((struct slice){ words, len }, to++));
		words += len + strspn(words + len, " ");
	}
}

void fanout_senders_open(struct fanout_senders *s, const char *allow, const char *deny)
{
	*s = (struct fanout_senders){ .denied = count_words(deny), .allowed = count_words(allow) };
	s->list = calloc((size_t)s->denied + s->allowed + 1, sizeof(*s->list));
	CHECK(s->list != NULL);
	read_all(deny, s->list);
	read_all(allow, s->list + s->denied);
}

void fanout_senders_close(struct fanout_senders *s)
{
	free(s->list);
	*s = (struct fanout_senders){ .list = NULL };
}

static bool has(const struct network *list, unsigned count, const struct in6_addr *host)
{
	for (unsigned i = 0; i < count; i++) {
		if (network_has(&list[i], host))
			return true;
	}
	return false;
}

bool fanout_senders_admit(const struct fanout_senders *s, const struct sockaddr *sender)
{
	struct in6_addr host;

	if ((s->denied == 0 && s->allowed == 0) || !network_host(sender, &host))
		return true;
	return !has(s->list, s->denied, &host) &&
	       (s->allowed == 0 || has(s->list + s->denied, s->allowed, &host));
}
