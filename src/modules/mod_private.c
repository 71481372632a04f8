/* SPDX-License-Identifier: MIT
 *
 * mod_private: whatever XML a client wants to keep for itself.
 *
 * Source   XEP-0049 1.2
 * Reacts   iq-get and iq-set {jabber:iq:private}query to one's own account
 * Keeps    rows as mod_private.h tells
 */
#include "modules/mod_private.h"

#include "xmpp/ns.h"

struct private_conf {
	uint64_t max_bytes;
};

struct str
private_item(struct arena *a, struct elem e)
{
	return str_format(a, "%.*s %.*s", STR_ARG(elem_name(e)), STR_ARG(elem_ns(e)));
}

bool
private_fits(const struct host *host, struct arena *a, struct elem e)
{
	const struct private_conf *conf = module_conf(&mod_private, host);

	return elem_markup_in(e, S(""), a).len <= conf->max_bytes &&
	       private_item(a, e).len <= STORE_ITEM_MAX;
}

/* Section 2.2: what was never stored comes back empty, as it was asked for. */
static void
on_row(void *waiter, const struct store_rows *rows)
{
	struct stanza *request = waiter;
	struct xml_writer w;
	struct arena a;

	arena_init(&a, 1024);
	if (rows->status != OK) {
		route_bounce(request, ERR_RESOURCE_CONSTRAINT);
	} else {
		xml_begin_inner(&w, &a, NS_CLIENT);
		xml_open(&w, NS_PRIVATE, S("query"));
		if (rows->n)
			xml_raw(&w, rows->row[0].value);
		else
			xml_copy(&w, elem_first(stanza_payload(request)));
		xml_close(&w);
		route_result(request, xml_written(&w));
	}
	arena_fini(&a);
	stanza_free(&request);
}

static enum verdict
on_get(struct call *c)
{
	struct elem e = elem_first(c->payload);
	struct store_query q = {
		.what = STORE_ITEM,
		.owner = jid_full(c->account->jid),
		.kinds = { KIND_PRIVATE },
		.n_kinds = 1,
	};

	if (!jid_eq_bare(c->stanza->from, c->account->jid))
		return refuse(c, ERR_FORBIDDEN);
	if (!elem_exists(e) || elem_exists(elem_next(e)))
		return refuse(c, ERR_BAD_REQUEST);
	q.item = private_item(c->arena, e);
	if (q.item.len > STORE_ITEM_MAX)
		return refuse(c, ERR_NOT_ACCEPTABLE);
	store_read(account_store(), &q, on_row, stanza_ref(c->stanza));
	return DONE;
}

static enum verdict
on_set(struct call *c)
{
	struct store_batch *b;
	struct elem e;

	if (!jid_eq_bare(c->stanza->from, c->account->jid))
		return refuse(c, ERR_FORBIDDEN);
	if (!elem_exists(elem_first(c->payload)))
		return refuse(c, ERR_BAD_REQUEST);
	for (e = elem_first(c->payload); elem_exists(e); e = elem_next(e))
		/* Section 2.3: the namespace is what tells the rows apart. */
		if (str_eq(elem_ns(e), NS_CLIENT) || str_eq(elem_ns(e), NS_PRIVATE) ||
		    !private_fits(c->host, c->arena, e))
			return refuse(c, ERR_NOT_ACCEPTABLE);
	call_hold(c);
	b = store_batch_new(account_store());
	for (e = elem_first(c->payload); elem_exists(e); e = elem_next(e))
		store_put(b, jid_full(c->account->jid), KIND_PRIVATE, private_item(c->arena, e),
		    elem_markup_in(e, S(""), c->arena));
	iq_result(c, (struct str){ 0 });
	call_commit(c, &b);
	return DONE;
}

static const struct feature features[] = { { NS_PRIVATE, SERVER | ACCOUNT } };

static const struct hook hooks[] = {
	{ ON_IQ_GET, ACCOUNT, NS_PRIVATE, S("query"), HANDLE, on_get },
	{ ON_IQ_SET, ACCOUNT, NS_PRIVATE, S("query"), HANDLE, on_set },
};

const struct module mod_private = {
	.name = "private",
	.doc = "Keeps whatever XML a client wants to keep for itself.",
	.specs = LIST(struct spec, { XEP, 49, "1.2", "complete" }),
	.features = TABLE(features),
	.conf_size = sizeof(struct private_conf),
	.options = LIST(struct option, { "max_bytes", SIZE, FIELD(private_conf, max_bytes),
					   "64KiB", "1KiB", "16MiB", "Bytes of one element." }),
	.hooks = TABLE(hooks),
};
