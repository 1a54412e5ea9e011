/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What shuttle's API and its files say about services, as plain structs: bodies, documents and the
 * running configuration all become these. Strings and nodes belong to the arena of who made them.
 * A member that is NULL, or a number whose bit in `given` is 0, was not said.
 */
#ifndef CONFIG_SHUTTLE_H
#define CONFIG_SHUTTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/node.h"

/* What shuttle gives a service that says nothing. */
#define SHUTTLE_BALANCE "RR"
#define SHUTTLE_NETWORK "tcp"
#define SHUTTLE_INTERVAL_INITIAL 5000	/* ms */
#define SHUTTLE_RISE_INITIAL 2
#define SHUTTLE_FALL_INITIAL 2

/* How numbers that are times are written. */
enum shuttle_dialect {
	SHUTTLE_README,		/* seconds, fractions allowed; below 1000 */
	SHUTTLE_README_IN_WORDS,	/* the same, chosen by its name: any number */
	SHUTTLE_V01,		/* milliseconds, whole */
};

enum shuttle_number {
	SHUTTLE_CHECK_INTERVAL,	/* times are in ms here */
	SHUTTLE_FALL,
	SHUTTLE_RISE,
	SHUTTLE_CLIENT_TIMEOUT,
	SHUTTLE_SERVER_TIMEOUT,
	SHUTTLE_CONNECT_TIMEOUT,
	SHUTTLE_NUMBERS,	/* in the order in which they are written */
};

/* What services have, and the top of a document for services that come later. */
struct shuttle_settings {
	const char *balance;	/* RR, LC, or our word for another balancer */
	uint64_t    number[SHUTTLE_NUMBERS];
	unsigned    given;	/* 1 << enum shuttle_number */
	bool        https_redirect;
};

struct shuttle_backend {
	const char *name, *address, *network, *check_address;
	int64_t     weight;	/* 0: not said */
};

struct shuttle_service {
	const char *name, *address, *network;
	struct shuttle_settings settings;
	const struct node *virtual_hosts;	/* a list of strings */
	const struct node *error_pages;		/* a mapping from URL to a list of numbers */
	struct shuttle_backend *backends;
	size_t      backend_count;
	bool        backends_said;	/* `backends` was there, maybe empty */
	bool        maintenance_mode;
};

struct shuttle_document {
	struct shuttle_settings globals;
	struct shuttle_service *services;
	size_t      count;
};

#endif
