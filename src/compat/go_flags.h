/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Command lines as Go's flag package reads them: -x v, -x=v, --x; a boolean
 * takes its value only after "="; "--" and the first word that is no flag end
 * them. Messages and usage go to standard error in that package's shape.
 */
#ifndef COMPAT_GO_FLAGS_H
#define COMPAT_GO_FLAGS_H

#include <stdbool.h>
#include <stdint.h>

enum go_flag_type {
	GO_BOOL,	/* bool */
	GO_INT,		/* int64_t */
	GO_STRING,	/* const char *, into argv */
	GO_DURATION,	/* int64_t, nanoseconds */
};

struct go_flag {
	const char       *name;		/* NULL ends the table */
	enum go_flag_type type;
	void             *value;	/* holds the default */
	const char       *initial;	/* the default in the help; NULL: not shown */
	const char       *help;
};

struct go_flags {
	const char           *usage;	/* printed above the flags */
	const struct go_flag *rows;
};

/*
 * Index of the first argument behind the flags, or -1: an error or the help was printed,
 * and *status is the exit status.
 */
int go_flags_parse(const struct go_flags *flags, int argc, char **argv, int *status);

void go_flags_usage(const struct go_flags *flags);

#endif
