/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cache functions of scripts: the remote cache protocol of uWSGI over a stream to the process
 * that has the caches. In processes of scripts, which may wait for it: some seconds at most.
 * Source of the protocol: plugins/cache/cache.c of uWSGI 2.0.21 (modifiers 111 and 17).
 */
#ifndef MAPPER_CACHE_CLIENT_H
#define MAPPER_CACHE_CLIENT_H

#include "language/language.h"

/* `door`: what door_connect_by() takes. `cache`: meant where a call names none; NULL: the first. */
void cache_client_open(int door, const char *cache);
/* In a process that the script has forked: it has no way to caches. */
void cache_client_forget(void);

/* struct language_host. */
enum language_cache_result cache_client_call(const struct language_cache *request,
					     struct slice *value, struct language_error *error);

#endif
