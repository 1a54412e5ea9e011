/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/capability.h"

#include <stddef.h>

#ifdef HAVE_IP_TRANSPARENT
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RAW CAP_TO_MASK(CAP_NET_RAW)

static bool get(struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };

	memset(data, 0, 2 * sizeof(*data));
	return syscall(SYS_capget, &head, data) == 0;
}

static void set(struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };

	(void)syscall(SYS_capset, &head, data);
}

const char *capability_spoofing_problem(void)
{
	struct __user_cap_data_struct data[2];

	if (get(data) && (data[0].permitted & RAW) != 0)
		return NULL;
	return "needs CAP_NET_RAW, which this process does not have; start heddle as root or give "
	       "it the capability";
}

void capability_spoofing_keep(void)
{
	(void)prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
}

void capability_spoofing_kept(void)
{
	struct __user_cap_data_struct data[2];

	if (!get(data))
		return;
	data[0] = (struct __user_cap_data_struct){ .permitted = data[0].permitted & RAW };
	data[1] = (struct __user_cap_data_struct){ .permitted = 0 };
	set(data);
	(void)prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
}

void capability_spoofing_use(bool on)
{
	struct __user_cap_data_struct data[2];

	if (!get(data))
		return;
	if (on)
		data[0].effective |= data[0].permitted & RAW;
	else
		data[0].effective &= ~RAW;
	set(data);
}
#else
const char *capability_spoofing_problem(void)
{
	return "is not possible on this system";
}

void capability_spoofing_keep(void)
{
}

void capability_spoofing_kept(void)
{
}

void capability_spoofing_use(bool on)
{
	(void)on;
}
#endif
