/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/log_pipes.h"

#include <fcntl.h>
#include <unistd.h>

#include "core/arena.h"

struct log_pipe {
	int reader, writer;
};

static struct arena *arena;	/* owns them */
static struct log_pipe *pipes;
static uint32_t count;

bool log_pipes_open(uint32_t slots)
{
	arena = arena_new();
	pipes = arena_alloc(arena, slots * sizeof(*pipes));
	for (; count < slots; count++) {
		int fds[2];

		if (pipe(fds) == -1)
			return false;
		for (int i = 0; i < 2; i++) {
			fcntl(fds[i], F_SETFD, FD_CLOEXEC);
			fcntl(fds[i], F_SETFL, O_NONBLOCK);
		}
		pipes[count] = (struct log_pipe){ fds[0], fds[1] };
	}
	return true;
}

void log_pipes_close(void)
{
	for (uint32_t i = 0; i < count; i++) {
		close(pipes[i].reader);
		close(pipes[i].writer);
	}
	count = 0;
	arena_free(arena);
	arena = NULL;
}

int log_pipes_reader(uint32_t slot)
{
	return slot < count ? pipes[slot].reader : -1;
}

int log_pipes_writer(uint32_t slot)
{
	return slot < count ? pipes[slot].writer : -1;
}

void log_pipes_keep(uint32_t slot, bool writes)
{
	for (uint32_t i = 0; i < count; i++) {
		if (i != slot) {
			close(pipes[i].writer);
			pipes[i].writer = -1;
		}
		if (!writes) {
			close(pipes[i].reader);
			pipes[i].reader = -1;
		}
	}
}
