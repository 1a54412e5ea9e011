/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/vassal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/addr.h"
#include "core/log.h"
#include "core/text.h"
#include "core/uwsgi_write.h"

static bool send_to(const char *text, struct slice bytes)
{
	struct addr to;
	char why[400];
	int fd = -1, error;
	bool sent;

	/* the configuration was checked: it is an address */
	if (addr_parse(&to, slice_of(text), ADDR_DIAL, NULL, why, sizeof(why)))
		fd = socket(to.u.sa.sa_family, SOCK_DGRAM, 0);
	if (fd == -1)
		return false;
	sent = fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
	       sendto(fd, bytes.data, bytes.len, 0, &to.u.sa, to.len) == (ssize_t)bytes.len;
	error = errno;
	close(fd);
	errno = error;
	return sent;
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
