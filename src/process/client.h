/* SPDX-License-Identifier: BSD-2-Clause */
/* heddle -s: talks to the heddle that runs with a pid file. Returns what to exit with. */
#ifndef PROCESS_CLIENT_H
#define PROCESS_CLIENT_H

enum { CLIENT_DONE = 0, CLIENT_REFUSED = 1, CLIENT_NOT_RUNNING = 7 };

int client_signal(const char *pid_file, int signo);
/* Over the control socket; waits for the answer and prints it. */
int client_reload(const char *pid_file);

#endif
