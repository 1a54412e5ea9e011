/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/fastrouter_write.h"

#include <inttypes.h>

#include "core/text.h"

static void line(const struct fastrouter_write *w)
{
	if (w->minified)
		return;
	text_putc(w->out, '\n');
	for (unsigned i = 0; i < w->depth; i++)
		text_putc(w->out, '\t');
}

static void begin(struct fastrouter_write *w, const char *name)
{
	if (w->comma)
		text_putc(w->out, ',');
	if (w->depth > 0)
		line(w);
	w->comma = true;
	if (name != NULL)
		text_printf(w->out, "\"%s\":", name);
}

void fastrouter_write_open(struct fastrouter_write *w, const char *name, char bracket)
{
	begin(w, name);
	text_putc(w->out, bracket);
	w->comma = false;
	w->depth++;
}

void fastrouter_write_close(struct fastrouter_write *w, char bracket)
{
	w->depth--;
	line(w);
	text_putc(w->out, bracket);
	w->comma = true;
}

void fastrouter_write_number(struct fastrouter_write *w, const char *name, uint64_t value)
{
	begin(w, name);
	text_printf(w->out, "%" PRIu64, value);
}

void fastrouter_write_text(struct fastrouter_write *w, const char *name, struct slice value)
{
	begin(w, name);
	text_json(w->out, value);
}

void fastrouter_write_address(struct fastrouter_write *w, const char *name, struct slice address)
{
	static const char udp[] = "/udp";
	const size_t end = sizeof(udp) - 1;

	if (slice_starts(address, "unix:"))
		address = slice_after(address, sizeof("unix:") - 1);
	else if (address.len > end && memcmp(address.data + address.len - end, udp, end) == 0)
		address.len -= end;
	fastrouter_write_text(w, name, address);
}
