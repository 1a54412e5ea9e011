/* SPDX-License-Identifier: BSD-2-Clause */
/* A body that was collected before its session had a backend: the relay sends it first. */
#ifndef PROXY_RELAY_BODY_H
#define PROXY_RELAY_BODY_H

#include "core/base.h"
#include "proxy/relay_splice.h"

struct body;
struct conn;
struct half;

/* The half owns the body from now on; it stands behind what is kept. */
void relay_body_begin(struct half *h, struct body *body);
/* NULL: there is none, or all of it has been sent. */
struct body *relay_body(const struct half *h);
/* Once the kept bytes have been sent. Behind the last byte the half has no body any more. */
enum spliced relay_body_move(struct half *h, struct conn *to) MUST_CHECK;
/* Frees it. */
void relay_body_end(struct half *h);

#endif
