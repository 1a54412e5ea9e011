/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the mapping file of a cache in pieces, so that a million lines block nobody: each line is
 * set as an item, and when all are, those of an earlier reading that are not there any more go.
 */
#ifndef UDP_CACHE_READER_H
#define UDP_CACHE_READER_H

#include <stdbool.h>

struct cache;

struct cache_reader;

void cache_reader_setup(struct cache_reader *r, struct cache *cache);
/*
 * The file of the cache is another one, or there is none any more. A small one is in use when this
 * returns; of a large one, the rest follows. `keeps`: live items stay where there is a line for
 * their key.
 */
void cache_reader_begin(struct cache_reader *r, bool keeps);
void cache_reader_stop(struct cache_reader *r);

#endif
