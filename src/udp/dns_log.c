/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the log says about names. How a line begins is as usss wrote it: its users search for the
 * words.
 */
#include "core/log.h"
#include "core/text.h"
#include "core/units.h"
#include "udp/dns_name.h"
#include "udp/dns_use.h"

#define SHOWN_MOST 20	/* addresses of one name, in one line */

static const char *seconds(uint64_t since_ms, struct text *out)
{
	uint64_t ms = loop_now() - since_ms;

	if (ms < 1000)
		text_puts(out, "less than 1s");
	else
		duration_print(ms / 1000 * 1000, out);
	return text_cstr(out);
}

static const char *shown(const struct dns_name *n)
{
	return n->srv ? "srv:" : "";
}

static const char *plural(const struct dns_name *n, const char *ending)
{
	return n->answer.count == 1 ? "" : ending;
}

static void log_failing(const struct dns_name *n)
{
	static const struct log_subject stale = { .event = "answer_stale" };
	const char *why = dns_status_text(n->answer.status);
	struct text age;

	if (n->answer.count == 0) {
		log_about(LEVEL_WARN, &stale, "Error resolving: %s%s: %s; it has no addresses",
			  shown(n), n->text, why);
		return;
	}
	text_init(&age);
	log_about(LEVEL_WARN, &stale,
		  "Error resolving: %s%s: %s; its %zu address%s of %s ago stay%s in use", shown(n),
		  n->text, why, n->answer.count, plural(n, "es"),
		  seconds(n->answer.since_ms, &age), n->answer.count == 1 ? "s" : "");
	text_close(&age);
}

static void log_good(const struct dns_name *n)
{
	static const struct log_subject fresh = { .event = "answer_fresh" };
	struct text age;

	text_init(&age);
	log_about(LEVEL_NOTICE, &fresh, "%s%s is resolved again after %s: %zu address%s",
		  shown(n), n->text, seconds(n->failing_since_ms, &age), n->answer.count,
		  plural(n, "es"));
	text_close(&age);
}

static void log_addresses(const struct dns_name *n)
{
	static const struct log_subject changed = { .event = "answer_changed" };
	char address[ADDR_TEXT];
	struct text list;

	text_init(&list);
	for (size_t i = 0; i < n->answer.count && i < SHOWN_MOST; i++)
		text_printf(&list, "%s%s", i > 0 ? " " : "",
			    dns_use_address(&n->answer.addresses[i].addr, address));
	if (n->answer.count > SHOWN_MOST)
		text_printf(&list, " and %zu more", n->answer.count - SHOWN_MOST);
	log_about(LEVEL_INFO, &changed, "Resolved %s%s as [%s]", shown(n), n->text,
		  text_cstr(&list));
	text_close(&list);
}

void dns_log_name(struct dns_name *n, bool others)
{
	bool fails = n->answer.status != DNS_OK;

	if (others)
		log_addresses(n);
	if (fails == n->failing)
		return;
	n->failing = fails;
	if (fails) {
		n->failing_since_ms = loop_now();
		log_failing(n);
	} else {
		log_good(n);
	}
}

void dns_log_limit(const struct dns_name *n, const char *what, size_t count, size_t most)
{
	static const struct log_subject limit = { .event = "limit_reached" };

	log_about(LEVEL_WARN, &limit, "%s%s has %zu %s; %zu of them are used", shown(n), n->text,
		  count, what, most);
}
