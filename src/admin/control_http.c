/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/control_http.h"

#include <errno.h>
#include <string.h>

#include "admin/admin_files.h"
#include "admin/http_server.h"
#include "admin/routes.h"
#include "core/log.h"
#include "process/control_socket.h"
#include "process/kind_files.h"

void control_http_open(void)
{
	http_server_open(routes_serve, http_server_limits_ms);
	admin_files_take(kind_files_bytes());
}

void control_http_listen(void)
{
	static const struct http_use use = {
		.access = HTTP_ACCESS_WRITE, .local = true, .control = true
	};
	int fd = control_socket_fd();

	if (fd != -1 && http_server_listen(fd, &use) == NULL)
		log_write(LEVEL_ERROR, "control socket: cannot be served: %s", strerror(errno));
}

void control_http_close(void)
{
	http_server_close();
}

void control_http_free(void)
{
	admin_files_close();
}
