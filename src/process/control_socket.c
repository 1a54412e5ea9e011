/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/control_socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "config/config_load.h"
#include "core/addr.h"
#include "os/listen_path.h"
#include "os/listen_socket.h"
#include "os/privileges.h"

#define BACKLOG 128

static int socket_fd = -1;
static struct addr where;
static struct listen_path path;

int control_socket_fd(void)
{
	return socket_fd;
}

static bool set_path(const char *pid_file, char *why, size_t size)
{
	where = (struct addr){ .kind = ADDR_UNIX, .len = sizeof(where.u.un) };
	where.u.un.sun_family = AF_UNIX;
	if (config_files_control_socket(pid_file, where.u.un.sun_path, sizeof(where.u.un.sun_path)))
		return true;
	snprintf(why, size, "pid_file: the path of the control socket beside %s is longer than %zu",
		 pid_file, sizeof(where.u.un.sun_path) - 1);
	return false;
}

bool control_socket_open(const char *pid_file, const struct identity *id, char *why, size_t size)
{
	const struct unix_owner owner = { .mode = 0600 };

	if (!set_path(pid_file, why, size) ||
	    !listen_socket_bind(&where, &owner, NULL, &socket_fd, 1, why, size))
		return false;
	path = listen_path_note(&where);	/* a start that fails now removes it */
	if (!listen_socket_listen(&where, &socket_fd, 1, BACKLOG, why, size))
		return false;
	return !id->change ||
	       listen_path_give(&where, id->uid, id->gid, (mode_t)owner.mode, why, size);
}

void control_socket_close(void)
{
	if (socket_fd != -1)
		close(socket_fd);
	socket_fd = -1;
}

void control_socket_remove(void)
{
	if (socket_fd == -1)
		return;
	listen_path_remove(&where, &path);
	control_socket_close();
}
