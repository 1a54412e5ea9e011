/* SPDX-License-Identifier: BSD-2-Clause */
/* The API as a part of the control process: its server, and the control socket. */
#ifndef ADMIN_CONTROL_HTTP_H
#define ADMIN_CONTROL_HTTP_H

/* After loop_open_with(). Addresses of the configuration may be served from then on. */
void control_http_open(void);
/* The control socket, once everything is there that requests are about. */
void control_http_listen(void);
void control_http_close(void);	/* ends all connections */
void control_http_free(void);

#endif
