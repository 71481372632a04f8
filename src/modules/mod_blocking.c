/* SPDX-License-Identifier: MIT
 *
 * mod_blocking: nobody who is blocked reaches the account or learns of it.
 *
 * Source   XEP-0191 1.3
 * Reacts   iq-get {urn:xmpp:blocking}blocklist, iq-set block and unblock, to one's own
 *          account; every stanza to the account (POLICY) and from its sessions
 * Keeps    "blocked": a row per address, empty
 */
#include "modules/mod_blocking.h"

#include "base/limits.h"
#include "base/table.h"
#include "modules/reports/reports.h"
#include "modules/roster/roster.h"
#include "xmpp/ns.h"

#define KIND_BLOCKED S("blocked")

enum { BLOCKED_STANZAS };

struct blocking {
	struct table blocked; /* struct blocked by address */
};

struct blocked {
	struct str jid; /* behind the struct */
};

static struct blocking *
blocking_of(struct account *a)
{
	return module_account_state(&mod_blocking, a);
}

/* Whether the session has asked for the list, and so hears of changes. */
static bool *
wants_list(struct session *s)
{
	return module_session_state(&mod_blocking, s);
}

/* --- the list ------------------------------------------------------------------------- */

static struct str
blocked_key(const void *value)
{
	return ((const struct blocked *)value)->jid;
}

static void
list_add(struct blocking *bl, struct str jid)
{
	struct blocked *one = mem_alloc(sizeof(*one) + jid.len);

	memcpy(one + 1, jid.at, jid.len);
	one->jid = str_of((char *)(one + 1), jid.len);
	if (!bl->blocked.key_of)
		table_init(&bl->blocked, blocked_key);
	free(table_put(&bl->blocked, one));
}

static void
list_drop(struct blocking *bl, struct str jid)
{
	free(table_remove(&bl->blocked, jid));
}

static bool
list_has(const struct blocking *bl, struct str jid)
{
	return jid.len && table_get(&bl->blocked, jid);
}

/* XEP-0191 section 3.1: an address, with less of it, blocks all that are below. */
bool
blocking_blocks(struct account *a, struct jid other)
{
	const struct blocking *bl = blocking_of(a);

	if (table_count(&bl->blocked) == 0)
		return false;
	/* Of user@domain/resource, user@domain, domain/resource, domain: the third is the first
	 * or does not concern somebody with a local part. */
	return list_has(bl, jid_full(other)) || list_has(bl, jid_bare(other)) ||
	       list_has(bl, jid_domain(other));
}

static void
load(void *state, struct account *a, struct str item, struct str value)
{
	(void)a;
	(void)value;
	list_add(state, item);
}

static void
fini(void *state, struct account *a)
{
	struct blocking *bl = state;
	struct table_walk walk = { 0 };
	void *one;

	(void)a;
	if (!bl->blocked.key_of)
		return;
	while ((one = table_next(&bl->blocked, &walk)))
		free(one);
	table_fini(&bl->blocked);
}

/* --- requests ------------------------------------------------------------------------- */

static enum verdict
on_get(struct call *c)
{
	struct blocking *bl = blocking_of(c->account);
	struct table_walk walk = { 0 };
	const struct blocked *one;
	struct xml_writer w;

	if (!jid_eq_bare(c->stanza->from, c->account->jid))
		return refuse(c, ERR_FORBIDDEN);
	if (c->session)
		*wants_list(c->session) = true;
	iq_result_begin(c, &w);
	xml_open(&w, NS_BLOCKING, S("blocklist"));
	while (bl->blocked.key_of && (one = table_next(&bl->blocked, &walk))) {
		xml_open(&w, S(""), S("item"));
		xml_attr(&w, S("jid"), one->jid);
		xml_close(&w);
	}
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* The addresses of the request's items, in the arena. */
static enum stanza_error
read_items(struct call *c, struct jid **out, size_t *n)
{
	if (!jid_eq_bare(c->stanza->from, c->account->jid))
		return ERR_FORBIDDEN;
	if (elem_count(c->payload) > BLOCKED_MAX)
		return ERR_RESOURCE_CONSTRAINT;
	*out = arena_alloc(c->arena, elem_count(c->payload) * sizeof(**out));
	*n = 0;
	for (struct elem e = elem_child(c->payload, NS_BLOCKING, S("item")); elem_exists(e);
	     e = elem_next_like(e))
		if (jid_parse(c->arena, elem_attr_or_none(e, S("jid"), c->arena),
			&(*out)[(*n)++]) != OK)
			return ERR_JID_MALFORMED;
	return ERR_NONE;
}

/* Section 3.3: every session that has asked for the list learns of the change. */
static void
push(struct call *c)
{
	list_each (link, &c->account->sessions) {
		struct session *s = list_entry(link, struct session, in_account);
		struct stanza_head head = {
			.kind = STANZA_IQ,
			.type = IQ_SET,
			.to = s->jid,
			.from = c->account->jid,
			.id = S("blocking"),
		};
		struct xml_writer w;

		if (!*wants_list(s))
			continue;
		stanza_begin(&w, c->arena, STANZA_IQ);
		xml_copy(&w, c->payload);
		call_send_session(c, s, stanza_finish(&w, &head));
	}
}

/* The contacts that may see the account's presence but for being blocked; in the arena. */
static struct jid *
hidden_from(struct call *c, size_t *n)
{
	struct roster_walk walk = { 0 };
	const struct roster_item *item;
	struct jid *hidden;

	*n = 0;
	while ((item = roster_next(c->account, &walk)))
		*n += item->state & SUB_FROM && blocking_blocks(c->account, item->jid);
	hidden = arena_alloc(c->arena, *n * sizeof(*hidden));
	*n = 0;
	walk = (struct roster_walk){ 0 };
	while ((item = roster_next(c->account, &walk)))
		if (item->state & SUB_FROM && blocking_blocks(c->account, item->jid))
			hidden[(*n)++] = item->jid;
	return hidden;
}

/* Adds those that are not blocked yet, and leaves only them in `items`. False, and nothing is
 * changed, when the list would become too long. */
static bool
add_new(struct blocking *bl, struct jid *items, size_t *n)
{
	size_t added = 0;

	for (size_t i = 0; i < *n; i++) {
		if (list_has(bl, jid_full(items[i])))
			continue;
		if (table_count(&bl->blocked) >= BLOCKED_MAX) {
			while (added)
				list_drop(bl, jid_full(items[--added]));
			return false;
		}
		list_add(bl, jid_full(items[i]));
		items[added++] = items[i];
	}
	*n = added;
	return true;
}

static enum verdict
on_block(struct call *c)
{
	struct blocking *bl = blocking_of(c->account);
	struct jid *items, *before, *after;
	struct store_batch *b;
	size_t n, n_before, n_after;
	enum stanza_error error = read_items(c, &items, &n);

	if (error != ERR_NONE)
		return refuse(c, error);
	if (n == 0)
		return refuse(c, ERR_BAD_REQUEST);
	before = hidden_from(c, &n_before);
	if (!add_new(bl, items, &n))
		return refuse(c, ERR_RESOURCE_CONSTRAINT);
	call_hold_in_order(c);
	b = store_batch_new(account_store());
	for (size_t i = 0; i < n; i++)
		store_put(
		    b, jid_full(c->account->jid), KIND_BLOCKED, jid_full(items[i]), S(""));
	reports_keep(c, b);
	iq_result(c, (struct str){ 0 });
	push(c);
	after = hidden_from(c, &n_after);
	/* Both are in the roster's order, and all of the first are in the second. */
	for (size_t i = 0, k = 0; i < n_after; i++) {
		if (k < n_before && jid_eq(after[i], before[k]))
			k++;
		else
			call_contact(c, ON_CONTACT_HIDDEN, after[i]);
	}
	call_commit(c, &b);
	return DONE;
}

static enum verdict
on_unblock(struct call *c)
{
	struct blocking *bl = blocking_of(c->account);
	struct jid *items, *before;
	struct store_batch *b;
	size_t n, n_before;
	enum stanza_error error = read_items(c, &items, &n);

	if (error != ERR_NONE)
		return refuse(c, error);
	call_hold_in_order(c);
	b = store_batch_new(account_store());
	before = hidden_from(c, &n_before);
	if (n == 0) { /* section 3.4: all of them */
		fini(bl, c->account);
		*bl = (struct blocking){ 0 };
		store_remove_kind(b, jid_full(c->account->jid), KIND_BLOCKED);
	}
	for (size_t i = 0; i < n; i++) {
		list_drop(bl, jid_full(items[i]));
		store_remove(b, jid_full(c->account->jid), KIND_BLOCKED, jid_full(items[i]));
	}
	iq_result(c, (struct str){ 0 });
	push(c);
	for (size_t i = 0; i < n_before; i++)
		if (!blocking_blocks(c->account, before[i]))
			call_contact(c, ON_CONTACT_SHOWN, before[i]);
	call_commit(c, &b);
	return DONE;
}

/* --- the effect (section 3.2) --------------------------------------------------------- */

/* Nothing blocked comes in: requests and messages are answered as if nobody were there. */
static enum verdict
on_received(struct call *c)
{
	if (jid_eq_bare(c->stanza->from, c->account->jid) ||
	    !blocking_blocks(c->account, c->stanza->from))
		return PASS;
	module_count(&mod_blocking, BLOCKED_STANZAS, 1);
	/* Probes, presence, results and errors vanish. */
	if (c->stanza->kind == STANZA_PRESENCE || !stanza_may_be_answered(c->stanza) ||
	    c->stanza->type == MESSAGE_GROUPCHAT)
		return DONE;
	return refuse(c, ERR_SERVICE_UNAVAILABLE);
}

/* The account must unblock somebody before it may write to him. */
static enum verdict
on_sent(struct call *c)
{
	if (jid_is_empty(c->stanza->to) || jid_eq_bare(c->stanza->to, c->account->jid) ||
	    !blocking_blocks(c->account, c->stanza->to))
		return PASS;
	if (c->stanza->type == PRESENCE_UNAVAILABLE || !stanza_may_be_answered(c->stanza))
		return DONE;
	return refuse_with(c, ERR_NOT_ACCEPTABLE, (struct str){ 0 },
	    S("<blocked xmlns='urn:xmpp:blocking:errors'/>"));
}

static const struct feature features[] = {
	{ NS_BLOCKING, SERVER | ACCOUNT },
};

static const struct kept kept[] = {
	{ KIND_BLOCKED, load },
};

static const struct hook hooks[] = {
	{ ON_IQ_GET, ACCOUNT, NS_BLOCKING, S("blocklist"), HANDLE, on_get },
	{ ON_IQ_SET, ACCOUNT, NS_BLOCKING, S("block"), HANDLE, on_block },
	{ ON_IQ_SET, ACCOUNT, NS_BLOCKING, S("unblock"), HANDLE, on_unblock },
	{ .on = ON_MESSAGE, .at = ACCOUNT | CLIENT, .in = POLICY, .run = on_received },
	{ .on = ON_PRESENCE, .at = ACCOUNT | CLIENT, .in = POLICY, .run = on_received },
	{ .on = ON_IQ_GET, .at = ACCOUNT | CLIENT, .in = POLICY, .run = on_received },
	{ .on = ON_IQ_SET, .at = ACCOUNT | CLIENT, .in = POLICY, .run = on_received },
	{ .on = ON_IQ_ANSWER, .at = ACCOUNT | CLIENT, .in = POLICY, .run = on_received },
	{ .on = ON_MESSAGE, .at = SENT, .in = POLICY, .run = on_sent },
	{ .on = ON_PRESENCE, .at = SENT, .in = POLICY, .run = on_sent },
	{ .on = ON_IQ_GET, .at = SENT, .in = POLICY, .run = on_sent },
	{ .on = ON_IQ_SET, .at = SENT, .in = POLICY, .run = on_sent },
};

const struct module mod_blocking = {
	.name = "blocking",
	.doc = "Lets people block others.",
	.specs = LIST(struct spec, { XEP, 191, "1.3", "complete" }),
	.features = TABLE(features),
	.needs = LIST(const char *const, "roster"),
	.metrics =
	    LIST(struct metric, [BLOCKED_STANZAS] = { "blocked_stanzas", COUNTER, "stanzas",
				    "Stanzas kept from accounts that blocked their senders." }),
	.session_bytes = sizeof(bool),
	.account_bytes = sizeof(struct blocking),
	.kept = TABLE(kept),
	.account_fini = fini,
	.hooks = TABLE(hooks),
};
