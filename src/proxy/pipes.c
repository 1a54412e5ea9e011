/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/pipes.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "core/scoreboard.h"
#include "core/slab.h"
#include "event/event.h"

#define POOL_MAX 256
#define PAGE 4096
#define NONE_FOR_MS 1000

#ifdef HAVE_SPLICE

/* Pipes of one size. */
static struct kind {
	uint32_t          size;			/* bytes */
	uint32_t          opened, most;		/* pipes */
	uint32_t          pooled, least_pooled;
	struct pipe_pair *pool[POOL_MAX];
	uint64_t          none_until;		/* loop clock */
} kinds[] = {
	{ .size = PIPE_SMALL },
	{ .size = PIPE_BIG },
};

static struct slab slab;

static uint32_t user_pages(void)
{
	FILE *f = fopen("/proc/sys/fs/pipe-user-pages-soft", "re");
	unsigned pages = 16384;

	if (f == NULL)
		return pages;
	if (fscanf(f, "%u", &pages) != 1 || pages == 0)
		pages = 16384;
	fclose(f);
	return pages;
}

void pipes_open(uint32_t workers)
{
	uint32_t pages = user_pages() / 4 / (workers != 0 ? workers : 1);

	slab_init(&slab, sizeof(struct pipe_pair));
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct kind *k = &kinds[i];

		k->most = pages / (k->size / PAGE);
		if (k->most > POOL_MAX)
			k->most = POOL_MAX;
	}
}

static void count(void)
{
	uint32_t opened = 0;

	for (size_t i = 0; i < COUNT(kinds); i++)
		opened += kinds[i].opened;
	counter_set(COUNTER_PIPES, opened);
}

/* Over the user's limit the kernel still gives pipes, but small ones. */
static bool has_size(int fd, uint32_t size)
{
	if (size != PIPE_SMALL)
		return fcntl(fd, F_SETPIPE_SZ, (int)size) >= (int)size;
	return fcntl(fd, F_GETPIPE_SZ) >= (int)size;
}

static struct pipe_pair *open_pipe(struct kind *k)
{
	struct pipe_pair *p;
	int fds[2];

	if (k->opened >= k->most || loop_now() < k->none_until)
		return NULL;
	if (pipe2(fds, O_NONBLOCK | O_CLOEXEC) == -1) {
		k->none_until = loop_now() + NONE_FOR_MS;
		return NULL;
	}
	p = slab_take(&slab);
	if (p == NULL || !has_size(fds[0], k->size)) {
		k->none_until = loop_now() + NONE_FOR_MS;
		close(fds[0]);
		close(fds[1]);
		if (p != NULL)
			slab_give(&slab, p);
		return NULL;
	}
	*p = (struct pipe_pair){ .out = fds[0], .in = fds[1], .size = k->size };
	k->opened++;
	count();
	return p;
}

static void close_pipe(struct kind *k, struct pipe_pair *p)
{
	close(p->out);
	close(p->in);
	slab_give(&slab, p);
	k->opened--;
	count();
}

static struct pipe_pair *take(struct kind *k)
{
	if (k->pooled == 0)
		return open_pipe(k);
	k->pooled--;
	if (k->pooled < k->least_pooled)
		k->least_pooled = k->pooled;
	return k->pool[k->pooled];
}

struct pipe_pair *pipes_take(bool big)
{
	struct pipe_pair *p = big ? take(&kinds[1]) : NULL;

	return p != NULL ? p : take(&kinds[0]);
}

void pipes_give(struct pipe_pair *p)
{
	struct kind *k = p->size == PIPE_BIG ? &kinds[1] : &kinds[0];

	if (p->bytes != 0 || k->pooled == POOL_MAX)
		close_pipe(k, p);
	else
		k->pool[k->pooled++] = p;
}

void pipes_trim(void)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct kind *k = &kinds[i];

		for (uint32_t n = (k->least_pooled + 1) / 2; n != 0 && k->pooled != 0; n--)
			close_pipe(k, k->pool[--k->pooled]);
		k->least_pooled = k->pooled;
	}
}

#else

void pipes_open(uint32_t workers)
{
	(void)workers;
}

struct pipe_pair *pipes_take(bool big)
{
	(void)big;
	return NULL;
}

void pipes_give(struct pipe_pair *p)
{
	(void)p;
}

void pipes_trim(void)
{
}

#endif
