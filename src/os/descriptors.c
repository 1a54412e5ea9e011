/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/descriptors.h"

#include <unistd.h>

#include "core/base.h"

#define MOST 65536	/* that are tried one by one */

void descriptors_close_from(int first)
{
	long most = sysconf(_SC_OPEN_MAX);

#ifdef HAVE_CLOSE_RANGE
	if (close_range((unsigned)first, ~0u, 0) == 0)
		return;
#endif
	for (int fd = first; fd < (most > 0 && most < MOST ? most : MOST); fd++)
		close(fd);
}
