/* SPDX-License-Identifier: BSD-2-Clause */
/* One move of a half inside the kernel: source to pipe to target. Linux; elsewhere halves copy. */
#ifndef PROXY_RELAY_SPLICE_H
#define PROXY_RELAY_SPLICE_H

struct conn;
struct half;

#ifdef HAVE_SPLICE
#define RELAY_CAN_SPLICE true
#else
#define RELAY_CAN_SPLICE false
#endif

enum spliced {
	SPLICE_MOVED,
	SPLICE_STUCK,	/* the source is drained or has ended, or the target is full */
	SPLICE_SOURCE_FAILED,
	SPLICE_TARGET_FAILED,
	SPLICE_UNABLE,	/* no pipe, or not between these two: copy */
};

enum spliced relay_splice(struct half *h, struct conn *from, struct conn *to);

#endif
