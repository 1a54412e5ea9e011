/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/spool_buffer.h"

#include <sys/mman.h>

#define BUFFERS 8	/* 2 MB keep two threads busy */

static char *spare[BUFFERS];
static unsigned spares, in_use;

void spool_buffer_open(void)
{
	spares = in_use = 0;
}

bool spool_buffer_left(void)
{
	return in_use < BUFFERS;
}

bool spool_buffer_used(void)
{
	return in_use != 0;
}

static char *new_buffer(void)
{
	void *at = mmap(NULL, SPOOL_BUFFER, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);

	return at != MAP_FAILED ? at : NULL;
}

char *spool_buffer_take(void)
{
	char *buffer;

	if (in_use == BUFFERS)
		return NULL;
	/* the one that was given back last: it is in the cache of the processor */
	buffer = spares != 0 ? spare[--spares] : new_buffer();
	if (buffer != NULL)
		in_use++;
	return buffer;
}

void spool_buffer_give(char *buffer)
{
	spare[spares++] = buffer;
	in_use--;
	while (in_use == 0 && spares > 1)
		munmap(spare[--spares], SPOOL_BUFFER);
}
