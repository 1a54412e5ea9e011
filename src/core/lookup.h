/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What came of looking a name up, as a word of the shared memory: the cell of a group of backends
 * has it (layout.h). The resolver process writes it, the others read it.
 */
#ifndef CORE_LOOKUP_H
#define CORE_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

enum lookup {		/* of the last try */
	LOOKUP_PENDING,	/* there was none yet */
	LOOKUP_OK,
	LOOKUP_NXDOMAIN,
	LOOKUP_EMPTY,
	LOOKUP_SERVFAIL,
	LOOKUP_TIMEOUT,
	LOOKUP_REFUSED,
	LOOKUP_INVALID,
	LOOKUP_COUNT
};

#define LOOKUP_ANSWERED 0x100u	/* or-ed: OK, NXDOMAIN or EMPTY has been the result of a try */

#define LOOKUP_NONE 0x200u	/* or-ed: the last of those was NXDOMAIN or EMPTY */

/* Whether the last answer says that there is no address; tries that fail after it do not count. */
bool lookup_is_none(uint32_t word);
bool lookup_is_answered(uint32_t word);
bool lookup_is_pending(uint32_t word);	/* no try has ended yet */
bool lookup_is_ok(uint32_t word);	/* the last try has found addresses */
/* Why there are no addresses, in words; the word may be anything. */
const char *lookup_text(uint32_t word);

#endif
