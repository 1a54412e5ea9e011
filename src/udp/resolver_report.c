/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/resolver_report.h"

#include "core/clock.h"
#include "core/log.h"
#include "core/report.h"
#include "core/text.h"
#include "event/event.h"
#include "udp/resolver_part.h"

#define PAUSE_MS 100

static const struct resolver_part *const *parts;
static struct timer timer;
static uint64_t written_at;	/* loop clock */
static uint64_t pause_ms;	/* to the next one: longer where there is much to print */
static bool too_long;		/* and logged */

static void publish(void)
{
	struct text out;
	bool ok;

	text_init(&out);
	for (size_t i = 0; parts[i] != NULL; i++) {
		if (parts[i]->report == NULL)
			continue;
		text_puts(&out, out.len == 0 ? "{" : ",");
		text_printf(&out, "\"%s\":", parts[i]->name);
		parts[i]->report(&out);
	}
	text_puts(&out, out.len == 0 ? "{}" : "}");
	ok = report_write(REPORT_RESOLVER, text_slice(&out));
	if (!ok && !too_long)
		log_write(LEVEL_WARN, "what the API shows of names and fan-outs is %zu bytes long, "
			  "and at most %u are shown", out.len, REPORT_MAX);
	too_long = !ok;
	text_close(&out);
}

void resolver_report_now(void)
{
	if (parts != NULL)
		publish();
}

static void on_due(struct timer *t)
{
	uint64_t began = clock_ms();

	(void)t;
	publish();
	written_at = loop_now();
	pause_ms = (clock_ms() - began) * 10;
	if (pause_ms < PAUSE_MS)
		pause_ms = PAUSE_MS;
}

void resolver_report_changed(void)
{
	uint64_t since = loop_now() - written_at;

	if (parts != NULL && !timer_pending(&timer))
		timer_set(&timer, since < pause_ms ? pause_ms - since : 0);
}

void resolver_report_open(const struct resolver_part *const *given)
{
	parts = given;
	timer_setup(&timer, on_due);
	resolver_report_changed();
}

void resolver_report_close(void)
{
	timer_cancel(&timer);
	parts = NULL;
}
