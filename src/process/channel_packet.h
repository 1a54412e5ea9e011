/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What goes over a channel, for its two sides: channel.c sends, channel_receive.c receives. A
 * packet is one part or several: a head, then `len` bytes. A small message is one part, and shares
 * its packet with others. A large one, or one with descriptors, is one part or several, each in a
 * packet of its own: at most 32k bytes and the descriptors that the system takes at once (253 on
 * Linux). The last part completes it.
 */
#ifndef PROCESS_CHANNEL_PACKET_H
#define PROCESS_CHANNEL_PACKET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct channel;

#define PACKET_BYTES 32768
#define PACKET_FDS 253
#define COLLECTED_MESSAGE 4096	/* bytes of the largest message that shares its packet */
#define SHORTAGE_MS 50		/* until the next try when the system is short of something */

struct packet_head {
	uint32_t kind;
	uint32_t len;		/* bytes of this part */
	uint32_t bytes_left;	/* after this part */
	uint32_t fds_left;	/* after this packet */
};

union packet_control {
	struct cmsghdr align;
	char           room[CMSG_SPACE(PACKET_FDS * sizeof(int))];
};

/* What errno says of the last call on a channel. */
bool channel_would_block(void);
bool channel_is_shortage(void);
/* Nothing more is sent, what is queued is dropped; errno says why. */
void channel_break_off(struct channel *ch);
void channel_write_queue(struct channel *ch);
/* Sets up the event and the timer of the channel. */
void channel_receive_open(struct channel *ch, int fd);

#endif
