/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/pipes.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "core/scoreboard.h"
#include "core/slab.h"
#include "event/event.h"

#define PIPE_SIZE (64 * 1024)
#define POOL_MAX 256
#define PAGES_PER_PIPE 16
#define NONE_FOR_MS 1000

#ifdef HAVE_SPLICE

static struct slab slab;
static struct pipe_pair *pool[POOL_MAX];
static uint32_t pooled, least_pooled, opened, most;
static uint64_t none_until;	/* loop clock */

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

/* Half of what the user may have, over all workers. */
void pipes_open(uint32_t workers)
{
	slab_init(&slab, sizeof(struct pipe_pair));
	most = user_pages() / PAGES_PER_PIPE / 2 / (workers != 0 ? workers : 1);
	if (most > POOL_MAX)
		most = POOL_MAX;
}

static struct pipe_pair *open_pipe(void)
{
	struct pipe_pair *p;
	int fds[2];

	if (opened >= most || loop_now() < none_until)
		return NULL;
	if (pipe2(fds, O_NONBLOCK | O_CLOEXEC) == -1) {
		none_until = loop_now() + NONE_FOR_MS;
		return NULL;
	}
	p = slab_take(&slab);
	/* over the user's limit the kernel still gives pipes, but small ones */
	if (p == NULL || fcntl(fds[0], F_GETPIPE_SZ) < PIPE_SIZE) {
		none_until = loop_now() + NONE_FOR_MS;
		close(fds[0]);
		close(fds[1]);
		if (p != NULL)
			slab_give(&slab, p);
		return NULL;
	}
	*p = (struct pipe_pair){ .out = fds[0], .in = fds[1] };
	counter_set(COUNTER_PIPES, ++opened);
	return p;
}

static void close_pipe(struct pipe_pair *p)
{
	close(p->out);
	close(p->in);
	slab_give(&slab, p);
	counter_set(COUNTER_PIPES, --opened);
}

struct pipe_pair *pipes_take(void)
{
	if (pooled == 0)
		return open_pipe();
	pooled--;
	if (pooled < least_pooled)
		least_pooled = pooled;
	return pool[pooled];
}

void pipes_give(struct pipe_pair *p)
{
	if (p->bytes != 0 || pooled == POOL_MAX)
		close_pipe(p);
	else
		pool[pooled++] = p;
}

void pipes_trim(void)
{
	for (uint32_t n = (least_pooled + 1) / 2; n != 0 && pooled != 0; n--)
		close_pipe(pool[--pooled]);
	least_pooled = pooled;
}

#else

void pipes_open(uint32_t workers)
{
	(void)workers;
}

struct pipe_pair *pipes_take(void)
{
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
