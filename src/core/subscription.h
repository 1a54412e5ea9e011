/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The announcement of a uwsgi instance: a datagram that says under which key it serves at which
 * address. This is the only parser of them; it reads the datagram in place, keeps nothing, and
 * trusts no length in it. Source of the format: core/subscription.c and
 * plugins/corerouter/corerouter.c of uWSGI 2.0.21 and 2.1-dev.
 */
#ifndef CORE_SUBSCRIPTION_H
#define CORE_SUBSCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

#define SUBSCRIPTION_MODIFIER1 224
#define SUBSCRIPTION_KEY_MAX 255	/* key and address, bytes */
#define SUBSCRIPTION_NOTIFY_MAX 101
#define SUBSCRIPTION_DATAGRAM_MAX 4096	/* uWSGI's servers read no more of one */

/*
 * STRICT: the datagram is a subscription beyond doubt. modifier1 is 224, the pairs fill exactly
 * the declared size, there is a key; only zeros may follow (usss pads every datagram to 1500).
 * LENIENT: what a uWSGI server accepts. modifier1 and the declared size are ignored, and what
 * comes before the first malformed pair counts.
 */
enum subscription_reading { SUBSCRIPTION_STRICT, SUBSCRIPTION_LENIENT };

enum subscription_command { SUBSCRIPTION_ADD, SUBSCRIPTION_REMOVE };

/* Slices point into the datagram; a pair that is absent leaves an empty slice or 0. */
struct subscription {
	enum subscription_command command;
	struct slice key;
	struct slice address;	/* "10.0.0.1:3031", ":3031", a path; empty only with a vassal */
	struct slice vassal;	/* 2.1: the instance that the Emperor starts when it is needed */
	struct slice algo, proto, notify, sni_key, sni_crt, sni_ca;
	struct slice sign;	/* the signature */
	struct slice path;	/* `heddle_path`: ids of those who have forwarded it */
	struct slice covered;	/* the bytes it is over; empty when `sign` is not the last pair */
	uint64_t     cores, load, weight, backup;
	uint64_t     unix_time;	/* of signed ones: seconds */
	uint8_t      modifier1, modifier2;	/* of requests to the instance */
	uint8_t      clear;	/* 2.1: forget the address, keep the vassal */
	bool         has_key;	/* it may be empty: a pool of its own in uWSGI */
	bool         has_sign;
	size_t       len;	/* bytes of the datagram without padding */
};

/* false: not a subscription, or one without address and vassal, or with one that is too long. */
bool subscription_parse(struct subscription *s, struct slice datagram,
			enum subscription_reading reading) MUST_CHECK;

/* The instance goes away: REMOVE, or `clear`. */
bool subscription_withdraws(const struct subscription *s);

/* The address names a port alone, and no signature covers it. */
bool subscription_lacks_host(const struct subscription *s);

/*
 * Writes the datagram with `host` in front of its address, without padding. Returns how many
 * bytes that are; 0: more than `size`, or the address would be too long. The subscription was
 * parsed STRICT from this datagram.
 */
size_t subscription_fill(const struct subscription *s, struct slice datagram, struct slice host,
			 char *out, size_t size) MUST_CHECK;

#endif
