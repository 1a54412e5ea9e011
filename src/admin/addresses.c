/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/addresses.h"

#include "admin/admin_listen.h"
#include "admin/fastrouter_listen.h"
#include "admin/listening.h"
#include "admin/own_sockets.h"
#include "config/config.h"
#include "core/log.h"
#include "process/change.h"

void addresses_open(void)
{
	listening_open();
	own_sockets_open();
	fastrouter_listen_open();
}

void addresses_stop(void)
{
	fastrouter_listen_close();
}

void addresses_close(void)
{
	own_sockets_close();
	listening_close();
}

/* Those that this process accepts from are no addresses of a service that the stats show. */
static void not_shown(const struct change_op *op)
{
	struct change_op none = *op;

	none.parent = (struct handle){ .index = HANDLE_NONE };
	none.address.count = 0;
	CHECK(listening_prepare(&none));
}

bool addresses_prepare(const struct change_op *op)
{
	fastrouter_listen_prepare(op);
	if (!own_sockets_prepare(op))
		return listening_prepare(op);
	not_shown(op);
	return true;
}

void addresses_commit(const struct config *config)
{
	listening_commit();
	own_sockets_commit();
	admin_listen_commit(config->settings);
	fastrouter_listen_commit(config);
}

void addresses_abort(void)
{
	listening_abort();
	own_sockets_abort();
}

void addresses_close_one(uint32_t id)
{
	listening_close_address(id);
	admin_listen_close_address(id);
	fastrouter_listen_close_address(id);
	own_sockets_close_address(id);
}

void addresses_configured(const struct config *config, kind_listen *listen, void *arg)
{
	admin_listen_configured(config, listen, arg);
	fastrouter_listen_configured(config, listen, arg);
}
