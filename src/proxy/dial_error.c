/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/dial_error.h"

#include <errno.h>
#include <string.h>

int dial_error_kind(int error)
{
	switch (error) {
	case ECONNREFUSED:
	case ENOENT:		/* a unix socket that is not there */
		return DIAL_REFUSED;
	case ETIMEDOUT:
		return DIAL_TIMEOUT;
	case ECONNRESET:
	case EPIPE:
		return DIAL_RESET;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOBUFS:
	case EADDRNOTAVAIL:
	case EADDRINUSE:
	case EACCES:
	case EPERM:
	case EAGAIN:
	case EINVAL:
	case EAFNOSUPPORT:
		return DIAL_ERROR_LOCAL;
	default:
		return DIAL_UNREACHABLE;
	}
}

enum pause_cause dial_error_shortage(int error)
{
	switch (error) {
	case EMFILE:
	case ENFILE:
		return PAUSE_DESCRIPTORS;
	case ENOMEM:
	case ENOBUFS:
		return PAUSE_MEMORY;
	default:
		return PAUSE_NONE;
	}
}

const char *dial_error_text(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return "connection refused";
	case ENOENT:
		return "no such file or directory";
	case ETIMEDOUT:
		return "connection timed out";
	case ECONNRESET:
		return "connection reset by peer";
	case EHOSTUNREACH:
		return "no route to host";
	case ENETUNREACH:
		return "network is unreachable";
	case EDEADLK:
		return "it leads back to heddle";
	default:
		return strerror(error);
	}
}
