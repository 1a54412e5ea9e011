/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/vassal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/text.h"
#include "core/uwsgi_write.h"

static bool send_to(const struct addr *to, struct slice bytes)
{
	int fd = socket(to->u.sa.sa_family, SOCK_DGRAM, 0), error;
	bool sent;

	if (fd == -1)
		return false;
	sent = fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
	       sendto(fd, bytes.data, bytes.len, 0, &to->u.sa, to->len) == (ssize_t)bytes.len;
	error = errno;
	close(fd);
	errno = error;
	return sent;
}

void vassal_spawn(const struct addr *emperor, struct slice name, unsigned attempt)
{
	static struct log_limit limit;
	char to[ADDR_TEXT];
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
			  (int)name.len, name.data, attempt,
			  addr_print(emperor, to, sizeof(to)), strerror(errno));
	text_close(&packet);
}
