/* SPDX-License-Identifier: BSD-2-Clause */
/* GET /_v1/config?diff=file: what runs and is not in the file, and the reverse. */
#ifndef ADMIN_V1_DIFFER_H
#define ADMIN_V1_DIFFER_H

struct http_request;

/*
 * {"differences": [{"path": "services.web.balance", "running": "first", "file": null}]}, in which
 * null is what is not there.
 */
void v1_differ_serve(struct http_request *r);

#endif
