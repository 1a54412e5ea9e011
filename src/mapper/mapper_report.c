/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/mapper_report.h"

#include "core/log.h"
#include "core/report.h"
#include "core/text.h"
#include "event/timer.h"
#include "mapper/script.h"

#define PAUSE_MS 200

static struct timer timer;
static struct text written;

static void publish(void)
{
	struct text out;

	text_init(&out);
	text_puts(&out, "{\"scripts\":[");
	scripts_report(&out);
	text_puts(&out, "]}");
	if (!slice_equal(text_slice(&out), text_slice(&written)) &&
	    !report_write(REPORT_MAPPER, text_slice(&out)))
		log_write(LEVEL_WARN, "what the API shows of scripts is too long");
	text_close(&written);
	written = out;
}

static void on_due(struct timer *t)
{
	publish();
	timer_set(t, PAUSE_MS);
}

void mapper_report_open(void)
{
	timer_setup(&timer, on_due);
	on_due(&timer);
}

void mapper_report_close(void)
{
	timer_cancel(&timer);
	text_close(&written);
	if (!report_write(REPORT_MAPPER, slice_of("{\"scripts\":[]}")))
		log_write(LEVEL_WARN, "the API shows scripts that are none any more");
}
