/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/histogram.h"

const struct histogram_scale histogram_connect = {
	10,
	{ 100, 500, 1000, 5000, 10000, 50000, 100000, 500000, 1000000, 5000000 },
};

const struct histogram_scale histogram_duration = {
	8,
	{ 10000, 100000, 1000000, 10000000, 60000000, 600000000, UINT64_C(3600000000),
	  UINT64_C(86400000000) },
};

static uint64_t get(const _Atomic uint64_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

void histogram_add(struct histogram *h, const struct histogram_scale *scale, uint64_t us)
{
	unsigned i = 0;

	while (i < scale->buckets && us > scale->bound_us[i])
		i++;
	atomic_fetch_add_explicit(&h->count[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&h->sum_us, us, memory_order_relaxed);
}

uint64_t histogram_total(const struct histogram *h, const struct histogram_scale *scale)
{
	uint64_t total = 0;

	/* sessions end meanwhile: a total over all buckets, never a count kept apart from them */
	for (unsigned i = 0; i <= scale->buckets; i++)
		total += get(&h->count[i]);
	return total;
}

double histogram_quantile(const struct histogram *h, const struct histogram_scale *scale, double q)
{
	uint64_t total = histogram_total(h, scale);
	double wanted = q * (double)total, before = 0;

	if (total == 0)
		return 0;
	for (unsigned i = 0; i < scale->buckets; i++) {
		double here = (double)get(&h->count[i]);
		double low = i != 0 ? (double)scale->bound_us[i - 1] : 0;

		if (here > 0 && before + here >= wanted)
			return (low + ((double)scale->bound_us[i] - low) * (wanted - before) / here)
			     / 1e6;
		before += here;
	}
	/* above all bounds: the last bound is what is known */
	return (double)scale->bound_us[scale->buckets - 1] / 1e6;
}
