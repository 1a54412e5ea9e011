/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/uwsgi_write.h"

#include "core/text.h"
#include "core/uwsgi.h"

static void put_little16(char *bytes, size_t n)
{
	bytes[0] = (char)(n & 0xff);
	bytes[1] = (char)(n >> 8);
}

static size_t block_size(const struct uwsgi_write *w)
{
	return w->out->len - w->start - UWSGI_HEADER;
}

void uwsgi_write_start(struct uwsgi_write *w, struct text *out, uint8_t modifier1,
		       uint8_t modifier2)
{
	char *header;

	*w = (struct uwsgi_write){ .out = out, .start = out->len };
	header = text_extend(out, UWSGI_HEADER);
	header[0] = (char)modifier1;
	put_little16(header + 1, 0);
	header[3] = (char)modifier2;
}

static void put_counted(struct text *out, struct slice bytes)
{
	put_little16(text_extend(out, 2), bytes.len);
	text_append(out, bytes.data, bytes.len);
}

void uwsgi_write_pair(struct uwsgi_write *w, struct slice name, struct slice value)
{
	size_t room = UWSGI_BLOCK_MAX - block_size(w);

	/* one by one: the sum of lengths that nobody has checked may not fit in a size_t */
	if (name.len == 0 || name.len > room || value.len > room ||
	    name.len + value.len + 4 > room)
		w->bad = true;
	if (w->bad)
		return;
	put_counted(w->out, name);
	put_counted(w->out, value);
}

bool uwsgi_write_end(struct uwsgi_write *w)
{
	if (w->bad)
		text_truncate(w->out, w->start);
	else
		put_little16(w->out->data + w->start + 1, block_size(w));
	return !w->bad;
}
