/* SPDX-License-Identifier: MIT
 *
 * mod_vcard: business cards.
 *
 * Source   XEP-0054 1.3
 * Reacts   iq-get and iq-set {vcard-temp}vCard to an account
 * Keeps    rows as mod_vcard.h tells
 */
#include "modules/mod_vcard.h"

#include "router/dispatch.h"
#include "xmpp/card.h"
#include "xmpp/ns.h"

struct vcard_conf {
	uint64_t max_bytes;
};

void
vcard_answer(void *waiter, const struct store_rows *rows)
{
	struct stanza *request = waiter;

	if (rows->status != OK)
		route_bounce(request, ERR_RESOURCE_CONSTRAINT);
	else if (rows->n)
		route_result(request, rows->row[0].value);
	else
		route_bounce(request, ERR_ITEM_NOT_FOUND); /* section 3.1 */
	stanza_free(&request);
}

static enum verdict
on_get(struct call *c)
{
	struct store_query q = {
		.what = STORE_ITEM,
		.owner = jid_full(c->account->jid),
		.kinds = { KIND_VCARD },
		.n_kinds = 1,
	};

	store_read(account_store(), &q, vcard_answer, stanza_ref(c->stanza));
	return DONE;
}

bool
vcard_fits(const struct host *host, struct elem vcard, struct arena *a)
{
	const struct vcard_conf *conf = host ? module_conf(&mod_vcard, host) : NULL;

	return conf && elem_markup_in(vcard, NS_CLIENT, a).len <= conf->max_bytes;
}

void
vcard_put(struct call *c, struct store_batch *b, struct elem vcard)
{
	struct jid owner = c->account->jid;
	struct card card;

	card_read(c->arena, vcard, &card);
	store_put(
	    b, jid_full(owner), KIND_VCARD, S(""), elem_markup_in(vcard, NS_CLIENT, c->arena));
	store_put(b, jid_full(owner), KIND_CARD, S(""), card_pack(c->arena, &card));
	dispatch_event(
	    &(struct call){
		.arena = c->arena, .host = c->host, .account = c->account, .payload = vcard },
	    ON_CARD_CHANGED);
}

static enum verdict
on_set(struct call *c)
{
	struct store_batch *b;

	if (!jid_eq_bare(c->stanza->from, c->account->jid))
		return refuse(c, ERR_FORBIDDEN); /* section 3.2 */
	if (!vcard_fits(c->host, c->payload, c->arena))
		return refuse(c, ERR_NOT_ACCEPTABLE);
	call_hold(c);
	b = store_batch_new(account_store());
	vcard_put(c, b, c->payload);
	iq_result(c, (struct str){ 0 });
	call_commit(c, &b);
	return DONE;
}

static const struct feature features[] = { { NS_VCARD, SERVER | ACCOUNT } };

static const struct hook hooks[] = {
	{ ON_IQ_GET, ACCOUNT, NS_VCARD, S("vCard"), HANDLE, on_get },
	{ ON_IQ_SET, ACCOUNT, NS_VCARD, S("vCard"), HANDLE, on_set },
};

const struct module mod_vcard = {
	.name = "vcard",
	.doc = "Keeps a business card for each account.",
	.specs = LIST(struct spec, { XEP, 54, "1.3", "complete" }),
	.features = TABLE(features),
	.conf_size = sizeof(struct vcard_conf),
	.options = LIST(
	    struct option, { "max_bytes", SIZE, FIELD(vcard_conf, max_bytes), "128KiB", "1KiB",
			       "16MiB", "Bytes of one card, its picture included." }),
	.hooks = TABLE(hooks),
};
