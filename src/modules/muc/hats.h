/* SPDX-License-Identifier: MIT
 *
 * The hats of a room (XEP-0317): titles that the room gives to people beside their roles, such
 * as "Teacher", and who wears which. A hat is known by its URI, a person by the bare address.
 *
 * All of it is one row (room, KIND_HATS, ""): there are few, and they change seldom.
 */
#ifndef MODULES_MUC_HATS_H
#define MODULES_MUC_HATS_H

#include "storage/store.h"
#include "xml/writer.h"
#include "xmpp/jid.h"

#define KIND_HATS S("room-hats")

struct hat {
	struct str uri, title;
	struct str hue; /* an angle (XEP-0392), as text; or "" */
};

struct hats;

struct hats *hats_new(void);
void hats_free(struct hats **h);

/* What a row says, in place of what was there; a row that says nothing sensible is none. */
void hats_load(struct hats *h, struct str value);
struct str hats_pack(const struct hats *h, struct arena *a);

/* A hat, in place of the one with its URI. E_LIMIT: there are HATS_MAX. */
MUST_CHECK enum status hats_put(struct hats *h, const struct hat *hat);

/* The hat, and from all heads. E_NOT_FOUND: there is none of that URI. */
MUST_CHECK enum status hats_remove(struct hats *h, struct str uri);

/* E_NOT_FOUND: there is no such hat. E_LIMIT: HATS_WORN_MAX are worn. */
MUST_CHECK enum status hats_give(struct hats *h, struct jid who, struct str uri);

/* E_NOT_FOUND: he does not wear it. */
MUST_CHECK enum status hats_take(struct hats *h, struct jid who, struct str uri);

/* Whether he wears any, or this one. */
bool hats_are_worn_by(const struct hats *h, struct jid who);
bool hats_is_worn_by(const struct hats *h, struct jid who, struct str uri);

/* Walking: false behind the last. Valid until the next change. */
bool hats_at(const struct hats *h, size_t i, struct hat *out);
bool hats_worn_at(const struct hats *h, size_t i, struct jid *who, struct hat *out);

/* Writes <hats/> with those that he wears, if any. */
void hats_write(struct xml_writer *w, const struct hats *h, struct jid who);

/* Tells this list of hats from others (section 2): 40 characters, or "" when there are none. */
struct str hats_hash(const struct hats *h, struct arena *a);

#endif
