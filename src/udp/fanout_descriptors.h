/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets of targets, of which there may be more than descriptors. The last descriptors are not for
 * them: names are resolved and listeners are added however many targets there are.
 */
#ifndef UDP_FANOUT_DESCRIPTORS_H
#define UDP_FANOUT_DESCRIPTORS_H

/*
 * A datagram socket of that family, non-blocking and closed by exec. -1: errno says why not; after
 * EMFILE the system is not asked again for a moment.
 */
int fanout_descriptors_open(int family);

#endif
