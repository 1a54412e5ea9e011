/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts per bucket in shared memory, and the quantiles that follow from them. */
#ifndef CORE_HISTOGRAM_H
#define CORE_HISTOGRAM_H

#include <stdatomic.h>
#include <stdint.h>

#define HISTOGRAM_BUCKETS 11

struct histogram {
	/* not cumulative; the last: above all bounds */
	_Atomic uint64_t count[HISTOGRAM_BUCKETS];
	_Atomic uint64_t sum_us;
};

struct histogram_scale {
	unsigned buckets;	/* bounds; one count more than these */
	uint64_t bound_us[HISTOGRAM_BUCKETS - 1];
};

extern const struct histogram_scale histogram_connect;	/* .0001 ... 5 s */
extern const struct histogram_scale histogram_duration;	/* .01 ... 86400 s */

void histogram_add(struct histogram *h, const struct histogram_scale *scale, uint64_t us);
uint64_t histogram_total(const struct histogram *h, const struct histogram_scale *scale);
/* Seconds below which `q` (0..1) of the values lie, interpolated; 0 when empty. */
double histogram_quantile(const struct histogram *h, const struct histogram_scale *scale, double q);

#endif
