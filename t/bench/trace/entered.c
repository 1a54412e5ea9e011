/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which functions a process enters while it is asked to note them: for LD_PRELOAD, under a
 * program built with -finstrument-functions. HEDDLE_ENTERED is a file of ENTERED_SIZE bytes
 * that every process maps: a word that is not 0 while they are noted, then a hash of
 * {process, address in the program}. Children inherit the mapping, whatever user they become.
 */
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROWS 32768
#define QUIET __attribute__((no_instrument_function))

struct entered {
	_Atomic uint64_t on;
	_Atomic uint64_t row[ROWS];	/* process << 32 | address; 0: free */
};

static struct entered *entered;
static uintptr_t program;

void __cyg_profile_func_enter(void *function, void *caller) QUIET;
void __cyg_profile_func_exit(void *function, void *caller) QUIET;

/* The program itself comes first. */
static QUIET int first_object(struct dl_phdr_info *info, size_t size, void *unused)
{
	(void)size;
	(void)unused;
	program = info->dlpi_addr;
	return 1;
}

static QUIET __attribute__((constructor)) void begin(void)
{
	const char *path = getenv("HEDDLE_ENTERED");
	int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *map;

	if (fd == -1)
		return;
	dl_iterate_phdr(first_object, NULL);
	map = mmap(NULL, sizeof(*entered), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map != MAP_FAILED)
		entered = map;
}

void __cyg_profile_func_enter(void *function, void *caller)
{
	uint64_t what, seen;

	(void)caller;
	if (entered == NULL || atomic_load_explicit(&entered->on, memory_order_relaxed) == 0)
		return;
	what = (uint64_t)getpid() << 32 | (uint32_t)((uintptr_t)function - program);
	for (uint32_t at = (uint32_t)(what * UINT64_C(0x9e3779b97f4a7c15) >> 32) % ROWS;;
	     at = (at + 1) % ROWS) {
		seen = 0;
		if (atomic_load(&entered->row[at]) == what ||
		    atomic_compare_exchange_strong(&entered->row[at], &seen, what) || seen == what)
			return;
	}
}

void __cyg_profile_func_exit(void *function, void *caller)
{
	(void)function;
	(void)caller;
}
