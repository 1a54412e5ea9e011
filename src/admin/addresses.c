/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/addresses.h"

#include "admin/admin_listen.h"
#include "admin/listening.h"

void addresses_open(void)
{
	listening_open();
}

void addresses_close(void)
{
	listening_close();
}

bool addresses_prepare(const struct change_op *op)
{
	return admin_listen_prepare(op) || listening_prepare(op);
}

void addresses_commit(const struct settings *settings)
{
	listening_commit();
	admin_listen_commit(settings);
}

void addresses_abort(void)
{
	listening_abort();
	admin_listen_abort();
}

void addresses_close_one(uint32_t id)
{
	listening_close_address(id);
	admin_listen_close_address(id);
}
