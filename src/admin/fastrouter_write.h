/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON as uWSGI's stats server lays it out: a value on a line, or (minified) no white space. */
#ifndef ADMIN_FASTROUTER_WRITE_H
#define ADMIN_FASTROUTER_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/slice.h"

struct text;

struct fastrouter_write {
	struct text *out;
	bool         minified;
	bool         comma;	/* something stands before in the same list or object */
	unsigned     depth;
};

/* `name` NULL: an item of a list. */
void fastrouter_write_open(struct fastrouter_write *w, const char *name, char bracket);
void fastrouter_write_close(struct fastrouter_write *w, char bracket);
void fastrouter_write_number(struct fastrouter_write *w, const char *name, uint64_t value);
void fastrouter_write_text(struct fastrouter_write *w, const char *name, struct slice value);
/* An address as heddle prints it, in the way of uWSGI: a path has no "unix:", and no "/udp". */
void fastrouter_write_address(struct fastrouter_write *w, const char *name, struct slice address);

#endif
