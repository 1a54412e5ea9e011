/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout_report.h"

#include <inttypes.h>

#include "core/text.h"
#include "udp/fanout.h"
#include "udp/known.h"

static void print_number(const char *name, uint64_t value, struct text *out)
{
	text_printf(out, "\"%s\":%" PRIu64, name, value);
}

static void print_drops(const struct fanout_drops *d, struct text *out)
{
	const struct {
		const char *name;
		uint64_t    value;
	} rows[] = {
		{ "denied", d->denied },   { "loop", d->loop },   { "sampled", d->sampled },
		{ "too_long", d->too_long }, { "other", d->other },
		{ "no_target", d->no_target }, { "queue", d->queue },
	};

	text_puts(out, "\"dropped\":{");
	for (size_t i = 0; i < COUNT(rows); i++) {
		text_puts(out, i != 0 ? "," : "");
		print_number(rows[i].name, rows[i].value, out);
	}
	text_putc(out, '}');
}

static const char *state_word(const struct fanout_target *t)
{
	return t->state == TARGET_DOWN ? "down" : "up";
}

static void print_target(const struct fanout_target *t, struct text *out)
{
	text_json(out, slice_of(t->name));
	text_printf(out, ":{\"status\":\"%s\",", state_word(t));
	print_number("sent", fanout_target_sent(t), out);
	text_putc(out, ',');
	print_number("waiting", t->late.queue.count, out);
	text_puts(out, ",\"dropped\":{");
	for (unsigned i = 0; i < FANOUT_CAUSES; i++) {
		text_puts(out, i != 0 ? "," : "");
		print_number(fanout_errors_word(i), t->counts->dropped[i], out);
	}
	text_puts(out, "}}");
}

void fanout_report_print(const struct fanout *f, struct text *out)
{
	text_json(out, slice_of(f->receiver.name));
	text_puts(out, ":{");
	print_number("received", f->totals->received, out);
	text_putc(out, ',');
	print_number("kernel_dropped", f->totals->dropped.kernel, out);
	text_putc(out, ',');
	print_number("known", f->known != NULL ? known_count(f->known) : 0, out);
	text_putc(out, ',');
	print_drops(&f->totals->dropped, out);
	text_putc(out, ',');
	print_number("waiting", f->queue.count, out);
	text_puts(out, ",\"targets\":{");
	for (unsigned i = 0; i < f->count; i++) {
		text_puts(out, i != 0 ? "," : "");
		print_target(f->targets[i], out);
	}
	text_puts(out, "}}");
}
