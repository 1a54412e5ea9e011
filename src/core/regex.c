/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/regex.h"

#include <pcre2.h>
#include <stdio.h>

#include "core/clock.h"
#include "core/log.h"

#define HEAP_KB 4096	/* of one match */
#define STEPS 10000000	/* of one match, from one place of the bytes */
#define LOOK_EVERY 16	/* callouts: the clock is a system call */

struct budget {
	uint64_t end_us;
	unsigned callouts;
};

/*
 * PCRE2's own limits count steps from one place of the bytes: an expression may stay below them at
 * each of 65,536 places, or run over all the bytes in a single step, and take minutes in all. So
 * PCRE2 calls here before each part of the expression, and the clock decides.
 */
static int on_part(pcre2_callout_block *block, void *arg)
{
	struct budget *budget = arg;

	(void)block;
	if (++budget->callouts % LOOK_EVERY != 0 || clock_cpu_us() < budget->end_us)
		return 0;
	return PCRE2_ERROR_CALLOUT;
}

bool regex_compile(struct regex *regex, struct slice pattern, char *why)
{
	char sentence[REGEX_WHY - 40];
	PCRE2_SIZE offset;
	int error;

	regex->code = NULL;
	if (pattern.len > REGEX_PATTERN) {
		snprintf(why, REGEX_WHY, "it is longer than %d bytes", REGEX_PATTERN);
		return false;
	}
	regex->code = pcre2_compile((PCRE2_SPTR)pattern.data, pattern.len, PCRE2_AUTO_CALLOUT,
				    &error, &offset, NULL);
	if (regex->code != NULL)
		return true;
	(void)pcre2_get_error_message(error, (PCRE2_UCHAR *)sentence, sizeof(sentence));
	snprintf(why, REGEX_WHY, "%s at byte %zu", sentence, (size_t)offset);
	return false;
}

/*
 * PCRE2 leaves the pairs of groups that the expression does not have as they are in memory. `set`:
 * what pcre2_match() has returned, one more than the highest group that took part, or 0 where
 * there is no room for all of them.
 */
static void copy_captures(pcre2_match_data *data, int set, struct slice bytes,
			  struct slice *captures, unsigned count)
{
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(data);
	uint32_t pairs = set != 0 ? (uint32_t)set : pcre2_get_ovector_count(data);

	for (unsigned i = 0; i < count; i++) {
		captures[i] = (struct slice){ "", 0 };
		if (i < pairs && ends[2 * i] != PCRE2_UNSET && ends[2 * i] <= ends[2 * i + 1])
			captures[i] = (struct slice){ bytes.data + ends[2 * i],
						      ends[2 * i + 1] - ends[2 * i] };
	}
}

unsigned regex_groups(const struct regex *regex)
{
	uint32_t count = 0;

	(void)pcre2_pattern_info(regex->code, PCRE2_INFO_CAPTURECOUNT, &count);
	return count;
}

enum regex_result regex_match(const struct regex *regex, struct slice bytes, uint64_t budget_us)
{
	return regex_capture(regex, bytes, budget_us, NULL, 0);
}

enum regex_result regex_capture(const struct regex *regex, struct slice bytes, uint64_t budget_us,
				struct slice *captures, unsigned count)
{
	struct budget budget = { .end_us = clock_cpu_us() + budget_us };
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	/* made for each match: it keeps the memory that its largest match has needed */
	pcre2_match_data *data = pcre2_match_data_create(count != 0 ? count : 1,
							   NULL);
	int result;

	CHECK(context != NULL && data != NULL);
	pcre2_set_match_limit(context, STEPS);
	pcre2_set_heap_limit(context, HEAP_KB);
	pcre2_set_callout(context, on_part, &budget);
	result = pcre2_match(regex->code, (PCRE2_SPTR)(bytes.len != 0 ? bytes.data : ""),
			     bytes.len, 0, 0, data, context);
	if (result >= 0)
		copy_captures(data, result, bytes, captures, count);
	pcre2_match_data_free(data);
	pcre2_match_context_free(context);
	if (result >= 0)
		return REGEX_MATCHED;
	return result == PCRE2_ERROR_NOMATCH ? REGEX_NONE : REGEX_GAVE_UP;
}

void regex_close(struct regex *regex)
{
	pcre2_code_free(regex->code);
	regex->code = NULL;
}
