/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes by shuttle's API: a body is merged into what is there when the turn of the call has
 * come, becomes trees in the shape of the file, and goes through changes.h like every other.
 */
#ifndef ADMIN_SHUTTLE_CHANGE_H
#define ADMIN_SHUTTLE_CHANGE_H

struct http_request;

/* Method and path say what to do. `names` in the path: 0 is the whole, 1 a service, 2 a backend. */
void shuttle_change_submit(struct http_request *r, unsigned names);

#endif
