/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses as uWSGI writes them, turned into those of heddle.yaml. Pure: no name is resolved and
 * nothing is opened. `folder` is what relative paths belong to, without a slash at its end.
 */
#ifndef COMPAT_UWSGI_ADDRESS_H
#define COMPAT_UWSGI_ADDRESS_H

#include <stdbool.h>

#include "core/base.h"

struct text;

enum uwsgi_address {
	UWSGI_ADDRESS_BAD,	/* *why is a sentence */
	UWSGI_ADDRESS_TCP,	/* host:port; the host may be a name */
	UWSGI_ADDRESS_UNIX,	/* an absolute path */
	UWSGI_ADDRESS_ABSTRACT,	/* @name */
	UWSGI_ADDRESS_FD,	/* fd:N */
	UWSGI_ADDRESS_SHARED,	/* the number of a shared socket */
};

/*
 * Appends an address to listen on. TCP: an empty host is every IPv4 address, and the port is what
 * follows the last colon.
 */
enum uwsgi_address uwsgi_address_listen(const char *text, const char *folder, struct text *out,
					const char **why) MUST_CHECK;

/*
 * Appends the address of a node: TCP, a unix path or an abstract name. TCP: an empty host is this
 * machine, and the port ends before the first character that is no digit; *cut: something followed.
 */
enum uwsgi_address uwsgi_address_node(const char *text, const char *folder, struct text *out,
				      bool *cut, const char **why) MUST_CHECK;

/*
 * Appends what stands before the key. Only what can be the beginning of a relative path gets the
 * folder. true: it is a folder, with a slash at its end; false: a pattern, with `%s` at its end.
 */
bool uwsgi_address_base(const char *text, const char *folder, struct text *out) MUST_CHECK;

/*
 * Appends a pattern with `%s` for the key and `%%` for a percent sign. Any other character behind a
 * percent sign was dropped together with it; *dropped: there was one.
 */
void uwsgi_address_pattern(const char *text, const char *folder, struct text *out, bool *dropped);

#endif
