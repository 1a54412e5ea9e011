/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Regular expressions: PCRE2 behind one file. An expression is matched against bytes, not
 * characters. The bytes may come from an enemy: a match has a budget of processor time and a
 * limit of memory, and gives up beyond. The owner embeds struct regex and closes it.
 */
#ifndef CORE_REGEX_H
#define CORE_REGEX_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

#define REGEX_PATTERN 4096	/* bytes of the longest expression */
#define REGEX_WHY 256		/* bytes of the sentence of an error */

struct regex {
	void *code;		/* PCRE2's; NULL: not compiled */
};

enum regex_result {
	REGEX_MATCHED,
	REGEX_NONE,
	REGEX_GAVE_UP,		/* the budget or the memory was not enough */
};

/*
 * false: `why` (REGEX_WHY bytes) says what is wrong and at which byte, in the words of PCRE2:
 * "missing closing parenthesis at byte 4". There is nothing to close then.
 */
bool regex_compile(struct regex *regex, struct slice pattern, char *why) MUST_CHECK;
/*
 * The same; captures[0] is what was found, captures[n] its n-th group, empty where that took no
 * part. At most `count`.
 */
enum regex_result regex_capture(const struct regex *regex, struct slice bytes, uint64_t budget_us,
				struct slice *captures, unsigned count);
unsigned regex_groups(const struct regex *regex);	/* how many groups it has */
/* Searches the bytes for the expression, for at most about `budget_us` of processor time. */
enum regex_result regex_match(const struct regex *regex, struct slice bytes, uint64_t budget_us);
void regex_close(struct regex *regex);	/* also of one that is all zeroes */

#endif
