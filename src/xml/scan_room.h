/* SPDX-License-Identifier: MIT
 *
 * The arrays of a scan: at first those of the thread, on the heap once they are too small or
 * the scan is kept. Internal to scan.c and namespace.c.
 */
#ifndef XML_SCAN_ROOM_H
#define XML_SCAN_ROOM_H

#include "xml/scan.h"

/* Room for n more cells, one more open element, one more binding. */
void scan_more_cells(struct scan *s, uint32_t n);
void scan_more_open(struct scan *s);
void scan_more_bindings(struct scan *s);

/* Adds to the tail and returns where, with NS_IN_TAIL. */
uint32_t scan_add_tail(struct scan *s, struct str text);

static inline void
scan_need_cells(struct scan *s, uint32_t n)
{
	if (s->cells_room - s->cells < n)
		scan_more_cells(s, n);
}

#endif
