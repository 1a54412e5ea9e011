/* SPDX-License-Identifier: BSD-2-Clause */
/* What a connection of the API does, and since when: each phase has a deadline of its own. */
#ifndef ADMIN_HTTP_PHASE_H
#define ADMIN_HTTP_PHASE_H

enum http_phase {
	PHASE_HANDSHAKE,	/* of TLS */
	PHASE_IDLE,	/* between two requests */
	PHASE_HEAD,	/* from the first byte of a request to the end of its head */
	PHASE_BODY,
	PHASE_WORKING,	/* the handler has it; the handler has deadlines of its own */
	PHASE_WRITING,	/* the answer has begun; each byte that the client takes extends this */
	PHASE_LINGERING,	/* refused and answered: what the client still sends is dropped */
	PHASES,
};

#endif
