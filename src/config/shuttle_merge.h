/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a body changes: shuttle's rules of merging, of both dialects. In v0.1 a number that is 0
 * keeps what is there; in readme it is a value. https-redirect and maintenance_mode are never
 * merged: absent is false.
 */
#ifndef CONFIG_SHUTTLE_MERGE_H
#define CONFIG_SHUTTLE_MERGE_H

#include "config/shuttle.h"

void shuttle_merge_service(struct shuttle_service *now, const struct shuttle_service *body,
			   enum shuttle_dialect dialect);
/* https-redirect of the globals is never set by a body. */
void shuttle_merge_globals(struct shuttle_settings *now, const struct shuttle_settings *body);
/* A new service: what it does not say, from the globals, then shuttle's own. */
void shuttle_merge_initial(struct shuttle_service *service,
			   const struct shuttle_settings *globals,
			   enum shuttle_dialect dialect);
/* What a backend does not say. */
void shuttle_merge_backend(struct shuttle_backend *backend);

#endif
