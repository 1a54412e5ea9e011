/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/title.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#ifdef HAVE_SETPROCTITLE
#include <sys/types.h>
#include <unistd.h>
#endif

#include "core/arena.h"

static char about[1024];

void title_about(const char *what)
{
	snprintf(about, sizeof(about), "%s%s", *what != '\0' ? " " : "", what);
}

#ifdef HAVE_SETPROCTITLE

char **title_init(int argc, char **argv)
{
	(void)argc;
	return argv;
}

void title_set(const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	setproctitle("-%s%s", text, about);
}

#else

extern char **environ;

static char *room;
static size_t room_size;
static struct arena *copies;	/* live as long as the program */

static char **copy_all(char **list, size_t count)
{
	char **copy = arena_alloc(copies, (count + 1) * sizeof(*copy));

	for (size_t i = 0; i < count; i++)
		copy[i] = arena_strdup(copies, list[i]);
	return copy;
}

/* How far the strings that begin at `room` reach without a gap. */
static char *follow(char **list, char *end)
{
	for (; *list != NULL; list++) {
		if (*list == end)
			end += strlen(*list) + 1;
	}
	return end;
}

/* Linux has no call for it: ps reads the memory that argv and the environment lie in. */
char **title_init(int argc, char **argv)
{
	size_t variables = 0;

	if (argc == 0)
		return argv;
	while (environ[variables] != NULL)
		variables++;
	room = argv[0];
	room_size = (size_t)(follow(environ, follow(argv, room)) - room);
	copies = arena_new();
	argv = copy_all(argv, (size_t)argc);
	environ = copy_all(environ, variables);
	return argv;
}

void title_set(const char *fmt, ...)
{
	va_list args;
	int len;

	if (room_size == 0)
		return;
	/* zeros to the end: ps shows everything up to it */
	memset(room, 0, room_size);
	va_start(args, fmt);
	len = vsnprintf(room, room_size, fmt, args);
	va_end(args);
	if (len > 0 && (size_t)len < room_size)
		snprintf(room + len, room_size - (size_t)len, "%s", about);
}

#endif
