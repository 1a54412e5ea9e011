/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/service_nodes.h"

#include "proxy/choice.h"
#include "proxy/service.h"

bool service_nodes_any(const struct service *s)
{
	return choice_any(s);
}

bool service_nodes_wait(const struct service *s)
{
	return s->conf->when_empty == WHEN_EMPTY_WAIT && !service_nodes_any(s);
}
