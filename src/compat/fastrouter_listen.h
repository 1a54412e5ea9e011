/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses that `heddle fastrouter` listens on, as heddle.yaml has them in the lists of a service
 * and of a subscription server. An address that cannot be is reported, and becomes the exit status
 * of the options. Names are looked up; nothing is opened.
 */
#ifndef COMPAT_FASTROUTER_LISTEN_H
#define COMPAT_FASTROUTER_LISTEN_H

struct fastrouter_options;
struct text;

/* Appends the list item of an address for requests. `folder` is where relative paths begin. */
void fastrouter_listen_put(struct fastrouter_options *options, const char *given,
			   const char *folder, struct text *yaml);

/* The same for announcements: uWSGI leaves the mode of that socket to umask. */
void fastrouter_listen_put_server(struct fastrouter_options *options, const char *given,
				  const char *folder, struct text *yaml);

/* The value of fastrouter_stats: one mapping, for --fastrouter-stats. */
void fastrouter_listen_put_stats(struct fastrouter_options *options, const char *folder,
				 struct text *yaml);

#endif
