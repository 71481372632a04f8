/* SPDX-License-Identifier: MIT
 *
 * mod_vcard4: what somebody says of himself as a vCard4 is in his older card, and the reverse.
 *
 * Source   XEP-0292 0.12.0 sections 4.1 and 7 (XEP-0054 1.3)
 * Reacts   a <vcard/> published to the account's node "urn:xmpp:vcard4"; another business card
 * Keeps    nothing: each form where it belongs
 *
 * Whichever was changed is written into the other. The older card is for everybody: what is
 * published to a node that is not open does not get there.
 */
#include <stdlib.h>

#include "base/siphash.h"
#include "modules/list.h"
#include "modules/mod_vcard.h"
#include "modules/pubsub/pep.h"
#include "xml/parser.h"
#include "xmpp/ns.h"
#include "xmpp/vcard4.h"

/* Of an account. */
struct copying {
	bool to_card;     /* the card that changes is made of a <vcard/> */
	uint32_t changes; /* of either form, since the account is loaded */
	uint64_t told; /* siphash of the <vcard/> that was made of a card, and published last */
};

static struct copying *
copying_of(struct account *a)
{
	return module_account_state(&mod_vcard4, a);
}

/* One that waits to be written in the other form. */
struct copy {
	struct account *account; /* held */
	uint32_t change;
	struct frozen *from;
	struct arena arena;
};

static struct copy *
copy_new(struct account *a, struct frozen *from)
{
	struct copy *copy = mem_zalloc(sizeof(*copy));

	copy->account = a;
	copy->change = ++copying_of(a)->changes;
	copy->from = from;
	arena_init(&copy->arena, 4096);
	account_hold(a);
	return copy;
}

static void
copy_free(struct copy **copy)
{
	struct copy *gone = TAKE(*copy);

	account_release(gone->account);
	frozen_free(&gone->from);
	arena_fini(&gone->arena);
	free(gone);
}

/* --- to the card -------------------------------------------------------------------------- */

static void
write_card(struct copy *copy, struct elem before)
{
	struct copying *copying = copying_of(copy->account);
	struct call c = {
		.host = host_find(jid_domain(copy->account->jid)),
		.account = copy->account,
		.arena = &copy->arena,
	};
	AUTO(frozen) card = NULL;
	struct store_batch *b;

	if (xml_parse(vcard4_to_card(&copy->arena, frozen_root(copy->from), before),
		&xml_bounds_stored, &card) != OK ||
	    !vcard_fits(c.host, frozen_root(card), &copy->arena))
		return;
	call_hold(&c);
	b = store_batch_new(account_store());
	copying->to_card = true;
	vcard_put(&c, b, frozen_root(card));
	copying->to_card = false;
	call_commit(&c, &b);
}

static void
on_card_before(void *waiter, const struct store_rows *rows)
{
	struct copy *copy = waiter;
	AUTO(frozen) before = NULL;

	if (rows->status == OK && copy->account->loaded &&
	    (rows->n == 0 ||
		xml_parse_in(rows->row[0].value, NS_CLIENT, &xml_bounds_stored, &before) == OK))
		write_card(copy, before ? frozen_root(before) : ELEM_NONE);
	account_resume(copy->account);
	copy_free(&copy);
}

/* Cards that were set before are on disk. */
static void
on_written(void *waiter, enum status s)
{
	struct copy *copy = waiter;
	struct store_query q = {
		.what = STORE_ITEM,
		.owner = jid_full(copy->account->jid),
		.kinds = { KIND_VCARD },
		.n_kinds = 1,
	};

	(void)s;
	store_read(account_store(), &q, on_card_before, copy);
}

static bool
is_open(struct account *a)
{
	struct place *p = pep_place(a);
	const struct node *n = p ? node_find(&p->nodes, NS_VCARD4_NODE) : NULL;

	return n && n->conf.access == ACCESS_OPEN;
}

static enum verdict
on_published(struct call *c)
{
	const struct published *p = c->published;
	struct frozen *vcard = NULL;
	struct store_batch *nothing;

	if (!str_eq(p->node, NS_VCARD4_NODE) ||
	    siphash_str(p->payload) == copying_of(c->account)->told || !is_open(c->account) ||
	    xml_parse(p->payload, &xml_bounds_stored, &vcard) != OK)
		return PASS;
	if (!elem_is(frozen_root(vcard), NS_VCARD4, S("vcard"))) {
		frozen_free(&vcard);
		return PASS;
	}
	copying_of(c->account)->told = 0;
	account_suspend(c->account);
	nothing = store_batch_new(account_store());
	store_commit(&nothing, on_written, copy_new(c->account, vcard));
	return PASS;
}

/* --- from the card ------------------------------------------------------------------------ */

static void
publish(struct copy *copy, struct account *a, struct elem before)
{
	struct node_config conf = node_config_of_account();
	struct call c = {
		.host = host_find(jid_domain(a->jid)), .account = a, .arena = &copy->arena
	};
	struct str vcard = vcard4_of_card(&copy->arena, frozen_root(copy->from), before);

	if (!c.host)
		return;
	conf.access = ACCESS_OPEN; /* as the card is */
	copying_of(a)->told = siphash_str(vcard);
	pep_publish(&c, &(struct publication){
			    .node = NS_VCARD4_NODE,
			    .conf = conf,
			    .id = S("current"),
			    .payload = vcard,
			    .publisher = jid_full(a->jid),
			});
}

static void
on_vcard_before(void *waiter, struct account *a, enum status s, const struct node_entry *item)
{
	struct copy *copy = waiter;
	AUTO(frozen) before = NULL;

	/* Else something else was said meanwhile. */
	if (a->loaded && copy->change == copying_of(a)->changes) {
		if (s == OK && xml_parse(item->payload, &xml_bounds_stored, &before) == OK)
			publish(copy, a, frozen_root(before));
		else if (s == E_NOT_FOUND &&
			 vcard4_can_say(&copy->arena, frozen_root(copy->from)))
			publish(copy, a, ELEM_NONE);
	}
	copy_free(&copy);
}

static enum verdict
on_card(struct call *c)
{
	if (!copying_of(c->account)->to_card)
		pep_read(c->account, NS_VCARD4_NODE, S(""), on_vcard_before,
		    copy_new(c->account, elem_freeze(c->payload)));
	return PASS;
}

/* --- the table ---------------------------------------------------------------------------- */

static const struct feature features[] = { { NS_VCARD4, ACCOUNT } };

static const struct hook hooks[] = {
	{ .on = ON_PUBLISHED, .in = HANDLE, .run = on_published },
	{ .on = ON_CARD_CHANGED, .in = HANDLE, .run = on_card },
};

const struct module mod_vcard4 = {
	.name = "vcard4",
	.doc =
	    "What somebody says of himself as a vCard4 is in his older card, and the reverse.",
	.specs = LIST(struct spec, { XEP, 292, "0.12.0",
				       "complete; of pictures see 0398, places, keys, sounds "
				       "and categories are not converted" }),
	.features = TABLE(features),
	.needs = LIST(const char *const, "pep", "vcard"),
	.account_bytes = sizeof(struct copying),
	.hooks = TABLE(hooks),
};
