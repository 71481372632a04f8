/* SPDX-License-Identifier: MIT
 *
 * Whose messages an account wants to have archived (XEP-0441 0.2.0). In memory as long as the
 * account is; an account that never said anything has none.
 */
#ifndef MODULES_ARCHIVE_PREFS_H
#define MODULES_ARCHIVE_PREFS_H

#include "router/module.h"

#define KIND_PREFS S("archive-prefs")

enum archive_default { ARCHIVE_ALWAYS, ARCHIVE_NEVER, ARCHIVE_ROSTER };

struct prefs;

/* Whether a message to or from that address is kept; unset: the default of those who never
 * said anything. */
bool prefs_want(
    const struct prefs *p, enum archive_default unset, struct account *a, struct jid contact);

/* <prefs/> as a client sees it. */
void prefs_write(struct xml_writer *w, const struct prefs *p, enum archive_default unset);

/*
 * The preferences of a request; *text is what load reads.
 *
 * ERR_BAD_REQUEST, ERR_JID_MALFORMED, ERR_RESOURCE_CONSTRAINT
 */
enum stanza_error prefs_read(
    struct elem e, struct arena *a, struct prefs **out, struct str *text);

struct prefs *prefs_load(struct str text);
void prefs_free(struct prefs **p);

#endif
