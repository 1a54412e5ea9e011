/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/shared_map.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct mapping {
	struct mapping *next;
	void           *at;
	size_t          bytes;
};

static struct mapping *mappings;

static void *note(void *at, size_t bytes)
{
	struct mapping *m = malloc(sizeof(*m));

	if (m == NULL) {
		munmap(at, bytes);
		errno = ENOMEM;
		return NULL;
	}
	*m = (struct mapping){ mappings, at, bytes };
	mappings = m;
	return at;
}

static void close_first(struct mapping **link)
{
	struct mapping *m = *link;

	*link = m->next;
	munmap(m->at, m->bytes);
	free(m);
}

void shared_map_close(void *at)
{
	for (struct mapping **link = &mappings; *link != NULL; link = &(*link)->next) {
		if ((*link)->at == at) {
			close_first(link);
			return;
		}
	}
}

void shared_map_close_all(void)
{
	while (mappings != NULL)
		close_first(&mappings);
}

void *shared_map(const char *name, size_t bytes)
{
	int flags = MAP_SHARED;
	int fd = -1;
	void *at;

#ifdef HAVE_MEMFD_CREATE
	fd = memfd_create(name, MFD_CLOEXEC);
	/* RLIMIT_FSIZE forbids it where logs are to stay small: memory without a name will do */
	if (fd != -1 && ftruncate(fd, (off_t)bytes) == -1) {
		close(fd);
		fd = -1;
	}
#else
	(void)name;
#endif
#ifdef MAP_NORESERVE
	flags |= MAP_NORESERVE;	/* untouched pages cost nothing */
#endif
	if (fd == -1)
		flags |= MAP_ANONYMOUS;
	at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);
	if (fd != -1) {
		int error = errno;

		close(fd);
		errno = error;
	}
	return at != MAP_FAILED ? note(at, bytes) : NULL;
}

void *shared_map_private(size_t bytes)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	void *at;

#ifdef MAP_NORESERVE
	flags |= MAP_NORESERVE;
#endif
	at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
	return at != MAP_FAILED ? at : NULL;
}

bool shared_map_drop(void *at, size_t bytes)
{
#ifdef MADV_REMOVE
	return madvise(at, bytes, MADV_REMOVE) == 0;
#else
	(void)at;
	(void)bytes;
	return false;
#endif
}
