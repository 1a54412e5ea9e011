/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/shared_map.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST 1024		/* a dozen in a process; tests open them again and again */

static struct mapping {
	void  *at;		/* NULL: free */
	size_t bytes;
} mappings[MOST];

static void *note(void *at, size_t bytes)
{
	for (int i = 0; i < MOST; i++) {
		if (mappings[i].at != NULL)
			continue;
		mappings[i] = (struct mapping){ at, bytes };
		return at;
	}
	munmap(at, bytes);
	errno = ENOMEM;
	return NULL;
}

void shared_map_close(void *at)
{
	for (int i = 0; i < MOST && at != NULL; i++) {
		if (mappings[i].at != at)
			continue;
		munmap(at, mappings[i].bytes);
		mappings[i].at = NULL;
	}
}

void shared_map_close_all(void)
{
	for (int i = 0; i < MOST; i++)
		shared_map_close(mappings[i].at);
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
