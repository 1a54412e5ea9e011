/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mapper process: it runs the scripts of routes, each in processes of its own, and passes calls
 * of workers on to them. It is there while the configuration has scripts.
 */
#ifndef MAPPER_MAPPER_H
#define MAPPER_MAPPER_H

extern const struct process_kind mapper_kind;

#endif
