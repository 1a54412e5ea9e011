/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/vassal.h"

#include <errno.h>
#include <string.h>

#include "core/addr.h"
#include "core/log.h"
#include "core/text.h"
#include "core/uwsgi_write.h"
#include "os/datagram_send.h"

static bool send_to(const char *text, struct slice bytes)
{
	struct addr to;
	char why[400];

	/* the configuration was checked: it is an address */
	return addr_parse(&to, slice_of(text), ADDR_DIAL, NULL, why, sizeof(why)) &&
	       datagram_send(&to.u.sa, to.len, bytes);
}

void vassal_spawn(const char *emperor, struct slice name, unsigned attempt)
{
	static struct log_limit limit;
	struct uwsgi_write w;
	struct text packet;

	text_init(&packet);
	uwsgi_write_start(&w, &packet, 0, 0);
	uwsgi_write_pair(&w, slice_of("cmd"), slice_of("spawn"));
	uwsgi_write_pair(&w, slice_of("vassal"), name);
	if (uwsgi_write_end(&w) && send_to(emperor, text_slice(&packet)))
		log_write(LEVEL_INFO, "spawning vassal %.*s (attempt %u)", (int)name.len,
			  name.data, attempt);
	else if (log_limited(&limit, 1))
		log_write(LEVEL_ERROR, "spawning vassal %.*s (attempt %u): emperor %s: %s",
			  (int)name.len, name.data, attempt, emperor, strerror(errno));
	text_close(&packet);
}
