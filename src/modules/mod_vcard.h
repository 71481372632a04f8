/* SPDX-License-Identifier: MIT
 *
 * The rows of business cards, for whoever reads or writes cards in another way.
 *
 *   (account, "vcard", "")  -> the element as markup
 *   (account, "card", "")   -> what people are found by (xmpp/card.h)
 */
#ifndef MODULES_MOD_VCARD_H
#define MODULES_MOD_VCARD_H

#include "router/module.h"

#define KIND_VCARD S("vcard")
#define KIND_CARD S("card")

/* Puts both rows of the call's account into the batch, which is committed in the same turn,
 * and tells modules of the change. */
void vcard_put(struct call *c, struct store_batch *b, struct elem vcard);

/* Whether the card may be kept at that host. */
bool vcard_fits(const struct host *host, struct elem vcard, struct arena *a);

/* Answers the request for a card, a stanza whose reference it takes over, with the row that was
 * read of it: store_read(..., vcard_answer, stanza_ref(request)). */
void vcard_answer(void *request, const struct store_rows *rows);

extern const struct module mod_vcard;

#endif
