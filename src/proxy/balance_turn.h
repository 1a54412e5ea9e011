/* SPDX-License-Identifier: BSD-2-Clause */
/* For balancers that go round: where in the set the backend stands whose turn was last. */
#ifndef PROXY_BALANCE_TURN_H
#define PROXY_BALANCE_TURN_H

#include <stdint.h>

struct service;

/*
 * The place of the backend with that index in service->set; the set's count when it is not in
 * it, or the index is HANDLE_NONE.
 */
uint32_t balance_turn_position(const struct service *service, uint32_t index);

#endif
