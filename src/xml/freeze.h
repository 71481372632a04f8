/* SPDX-License-Identifier: MIT
 *
 * From a tape to a block. Internal to the folder.
 */
#ifndef XML_FREEZE_H
#define XML_FREEZE_H

#include "xml/scan.h"

/*
 * The block of a scan that ended with SCAN_DONE; bytes as in the last scan_run. A content
 * that is not self-contained is written again so that it is; NULL when it would then have
 * more than `max` bytes.
 */
struct frozen *freeze_scanned(const struct scan *s, const char *bytes, size_t max);

/*
 * Scans and freezes an element of our own making. It is well-formed (asserted) and may have
 * as much of everything as the copies in it need.
 */
struct frozen *freeze_own(struct str markup, struct str ns);

#endif
