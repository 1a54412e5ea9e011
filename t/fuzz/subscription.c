/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams of uwsgi instances, read both ways. The first byte of an input is the length of the
 * host that is put before an address; the rest is the datagram.
 */
#include "target.h"

#include <string.h>

#include "core/subscription.h"
#include "core/uwsgi.h"

static bool within(struct slice part, struct slice whole)
{
	return part.len == 0 ||
	       (part.data >= whole.data && part.data + part.len <= whole.data + whole.len);
}

static void parts_hold(const struct subscription *s, struct slice datagram)
{
	const struct slice parts[] = { s->key, s->address, s->vassal, s->algo, s->proto, s->notify,
				       s->sni_key, s->sni_crt, s->sni_ca, s->sign, s->covered };

	for (size_t i = 0; i < COUNT(parts); i++)
		HOLDS(within(parts[i], datagram));
	HOLDS(s->len >= UWSGI_HEADER && s->len <= datagram.len);
	HOLDS(s->address.len + s->vassal.len != 0);
	HOLDS(s->key.len <= SUBSCRIPTION_KEY_MAX && s->address.len <= SUBSCRIPTION_KEY_MAX);
}

static void fill(const struct subscription *s, struct slice datagram, size_t host_len)
{
	static const char host[256] = "10.0.0.1";
	size_t size = datagram.len + 64;
	char *out = malloc(size);
	struct subscription filled;
	size_t len;

	HOLDS(out != NULL);
	len = subscription_fill(s, datagram, (struct slice){ host, host_len }, out, size);
	if (len != 0) {
		HOLDS(len == s->len + host_len);
		HOLDS(subscription_parse(&filled, (struct slice){ out, len }, SUBSCRIPTION_STRICT));
		HOLDS(filled.address.len == host_len + s->address.len);
		HOLDS(slice_equal(slice_after(filled.address, host_len), s->address));
		HOLDS(slice_equal(filled.key, s->key));
	}
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct subscription strict, lenient;
	struct slice datagram;

	if (size < 1)
		return 0;
	datagram = (struct slice){ (const char *)data + 1, size - 1 };
	if (subscription_parse(&lenient, datagram, SUBSCRIPTION_LENIENT))
		parts_hold(&lenient, datagram);
	if (!subscription_parse(&strict, datagram, SUBSCRIPTION_STRICT))
		return 0;
	parts_hold(&strict, datagram);
	/* without its padding it says the same, both ways */
	datagram.len = strict.len;
	HOLDS(subscription_parse(&lenient, datagram, SUBSCRIPTION_LENIENT));
	HOLDS(slice_equal(lenient.key, strict.key) && slice_equal(lenient.address, strict.address));
	HOLDS(slice_equal(lenient.covered, strict.covered) && lenient.weight == strict.weight);
	HOLDS(lenient.command == strict.command && lenient.modifier1 == strict.modifier1);
	if (subscription_lacks_host(&strict))
		fill(&strict, datagram, data[0]);
	return 0;
}
