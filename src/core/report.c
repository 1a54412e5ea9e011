/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/report.h"

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "core/arena.h"
#include "core/shared_map.h"

#define TRIES 8	/* a writer that is faster than a reader so often is none of ours */

struct report_half {
	_Atomic uint64_t number;	/* of the text in it; 0: it is being written */
	_Atomic uint64_t len;
	char bytes[REPORT_MAX];
};

/* The number of a text, from 1, says in which half it is. */
static struct report {
	_Atomic uint64_t last;
	struct report_half half[2];
} *reports[REPORTS];

bool report_open(void)
{
	static const char *const names[REPORTS] = { "resolver-report", "mapper-report" };

	for (int i = 0; i < REPORTS; i++) {
		reports[i] = shared_map(names[i], sizeof(*reports[i]));
		if (reports[i] == NULL)
			return false;
	}
	return true;
}

bool report_write(enum report_of of, struct slice text)
{
	struct report *report = reports[of];
	uint64_t number;
	struct report_half *to;

	if (report == NULL || text.len > REPORT_MAX)
		return false;
	number = atomic_load_explicit(&report->last, memory_order_relaxed) + 1;
	to = &report->half[number & 1];
	atomic_store_explicit(&to->number, 0, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	memcpy(to->bytes, text.data, text.len);
	atomic_store_explicit(&to->len, text.len, memory_order_relaxed);
	atomic_store_explicit(&to->number, number, memory_order_release);
	atomic_store_explicit(&report->last, number, memory_order_release);
	return true;
}

/* false: it was written meanwhile. */
static bool copy(const struct report *report, uint64_t number, struct arena *arena,
		 struct slice *text)
{
	const struct report_half *from = &report->half[number & 1];
	uint64_t len;

	if (atomic_load_explicit(&from->number, memory_order_acquire) != number)
		return false;
	len = atomic_load_explicit(&from->len, memory_order_relaxed);
	if (len > REPORT_MAX)
		return false;
	*text = (struct slice){ arena_copy(arena, (struct slice){ from->bytes, len }), len };
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(&from->number, memory_order_relaxed) == number;
}

struct slice report_read(enum report_of of, struct arena *arena)
{
	const struct report *report = reports[of];
	struct slice text;

	for (unsigned i = 0; i < TRIES && report != NULL; i++) {
		uint64_t number = atomic_load_explicit(&report->last, memory_order_acquire);

		if (number == 0)
			break;
		if (copy(report, number, arena, &text))
			return text;
	}
	return slice_of("");
}
