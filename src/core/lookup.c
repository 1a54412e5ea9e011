/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/lookup.h"

static enum lookup last_of(uint32_t word)
{
	word &= ~(LOOKUP_ANSWERED | LOOKUP_NONE);
	return word < LOOKUP_COUNT ? (enum lookup)word : LOOKUP_INVALID;
}

bool lookup_is_none(uint32_t word)
{
	return (word & LOOKUP_NONE) != 0 || last_of(word) == LOOKUP_NXDOMAIN ||
	       last_of(word) == LOOKUP_EMPTY;
}

bool lookup_is_answered(uint32_t word)
{
	return (word & LOOKUP_ANSWERED) != 0;
}

bool lookup_is_pending(uint32_t word)
{
	return word == LOOKUP_PENDING;
}

bool lookup_is_ok(uint32_t word)
{
	return last_of(word) == LOOKUP_OK;
}

const char *lookup_text(uint32_t word)
{
	static const char *const texts[] = {
		[LOOKUP_PENDING] = "the name has not been answered yet",
		[LOOKUP_OK] = "the name has no address that can be used",
		[LOOKUP_NXDOMAIN] = "there is no such name (NXDOMAIN)",
		[LOOKUP_EMPTY] = "the name has no addresses",
		[LOOKUP_SERVFAIL] = "the name server has failed (SERVFAIL)",
		[LOOKUP_TIMEOUT] = "the name server does not answer",
		[LOOKUP_REFUSED] = "the name server refuses to answer",
		[LOOKUP_INVALID] = "the name server's answer is not valid",
	};

	return texts[last_of(word)];
}
