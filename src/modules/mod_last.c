/* SPDX-License-Identifier: MIT
 *
 * mod_last: how long the server runs, and when somebody was last there.
 *
 * Source   XEP-0012 2.0
 * Reacts   iq-get {jabber:iq:last}query to the server or an account; a session that becomes
 *          unavailable
 * Keeps    "last": when the last session became unavailable, in microseconds, and the status
 *          text it left, separated by a space
 */
#include "base/limits.h"
#include "modules/list.h"
#include "modules/roster/roster.h"
#include "xmpp/ns.h"

#define KIND_LAST S("last")

struct last {
	usec_t left_us;    /* 0: never */
	struct str status; /* owned */
};

static usec_t started_us;

static enum verdict
answer_seconds(struct call *c, usec_t since_us, struct str status)
{
	usec_t seconds = (loop_wall_us() - since_us) / 1000000;
	struct xml_writer w;

	iq_result_begin(c, &w);
	xml_open(&w, NS_LAST, S("query"));
	xml_attr_u64(&w, S("seconds"), seconds > 0 ? (uint64_t)seconds : 0);
	if (status.len)
		xml_text(&w, status);
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* Section 4: the uptime. */
static enum verdict
at_server(struct call *c)
{
	return answer_seconds(c, started_us, (struct str){ 0 });
}

static bool
is_available(const struct account *a)
{
	list_each (link, &a->sessions)
		if (list_entry(link, struct session, in_account)->presence)
			return true;
	return false;
}

/* Section 3: only for who may see the presence. */
static enum verdict
at_account(struct call *c)
{
	const struct last *l = module_account_state(c->module, c->account);

	if (!roster_allows(c->account, c->stanza->from))
		return refuse(c, ERR_FORBIDDEN);
	if (is_available(c->account))
		return answer_seconds(c, loop_wall_us(), (struct str){ 0 });
	if (!l->left_us)
		return refuse(c, ERR_ITEM_NOT_FOUND);
	return answer_seconds(c, l->left_us, l->status);
}

static void
set(struct last *l, usec_t left_us, struct str status)
{
	free((void *)(uintptr_t)l->status.at); /* its own copy */
	l->left_us = left_us;
	l->status = str_of(
	    memcpy(mem_alloc(status.len), status.len ? status.at : "", status.len), status.len);
}

static enum verdict
on_unavailable(struct call *c)
{
	struct str status =
	    elem_child_text(stanza_root(c->stanza), NS_CLIENT, S("status"), c->arena);
	struct store_batch *b;

	set(module_account_state(c->module, c->account), loop_wall_us(),
	    str_slice(status, 0, LAST_STATUS_MAX));
	b = store_batch_new(account_store());
	store_put(b, jid_full(c->account->jid), KIND_LAST, S(""),
	    str_format(c->arena, "%lld %.*s", (long long)loop_wall_us(),
		STR_ARG(str_slice(status, 0, LAST_STATUS_MAX))));
	store_commit(&b, NULL, NULL); /* nobody was promised anything */
	return PASS;
}

static void
load(void *state, struct account *a, struct str item, struct str value)
{
	struct str when;
	uint64_t us;

	(void)a;
	(void)item;
	if (str_split(&value, ' ', &when) && str_to_u64(when, INT64_MAX, &us) == OK)
		set(state, (usec_t)us, value);
}

static void
fini(void *state, struct account *a)
{
	struct last *l = state;

	(void)a;
	free((void *)(uintptr_t)l->status.at);
}

static enum status
start(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now); /* no loop runs yet */
	started_us = (usec_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
	return OK;
}

static const struct feature features[] = { { NS_LAST, SERVER | ACCOUNT } };

static const struct kept kept[] = { { KIND_LAST, load } };

static const struct hook hooks[] = {
	{ ON_IQ_GET, SERVER, NS_LAST, S("query"), HANDLE, at_server },
	{ ON_IQ_GET, ACCOUNT, NS_LAST, S("query"), HANDLE, at_account },
	{ .on = ON_SESSION_UNAVAILABLE, .in = RECORD, .run = on_unavailable },
};

const struct module mod_last = {
	.name = "last",
	.doc = "How long the server runs, and when somebody was last there.",
	.specs = LIST(struct spec, { XEP, 12, "2.0", "complete" }),
	.features = TABLE(features),
	.needs = LIST(const char *const, "roster"),
	.account_bytes = sizeof(struct last),
	.kept = TABLE(kept),
	.account_fini = fini,
	.hooks = TABLE(hooks),
	.start = start,
};
