/* SPDX-License-Identifier: MIT
 *
 * mod_invites: invitations, with which somebody gets an account here, or a contact.
 *
 * Source   XEP-0379 0.3.3 (the server's side), XEP-0401 0.6.0
 * Reacts   a subscription request with {urn:xmpp:pars:0}preauth
 *          ad-hoc commands, registration (mod_register), the administration; GET and POST
 *          /invite/TOKEN
 * Keeps    the invitations and their uses: book.c
 *
 * A request for a subscription that shows an invitation of the account's is granted and
 * returned at once; with a token that is not ours it goes on to the user's clients, who may
 * have made it themselves.
 */
#include "modules/invites/mod_invites.h"

#include "modules/invites/invite_commands.h"
#include "modules/invites/invite_page.h"
#include "modules/list.h"
#include "modules/roster/groups.h"
#include "modules/roster/items.h"
#include "modules/roster/subscription.h"
#include "modules/site_url.h"
#include "xmpp/ns.h"

const struct invites_conf *
invites_conf_of(const struct host *host)
{
	return module_conf(&mod_invites, host);
}

bool
invites_make_accounts(const struct host *host)
{
	return module_conf(&mod_invites, host) && module_conf(&mod_register, host);
}

struct str
invite_uri(struct arena *a, const struct invitation *i, struct str token)
{
	struct invitation_link link = { .token = token };

	if (i->befriends && i->name.len == 0) {
		link.what = INVITATION_ROSTER;
		link.ibr = i->registers;
		link.to = i->inviter;
	} else {
		link.what = INVITATION_REGISTER;
		link.to = jid_join(a, i->name, i->host, (struct str){ 0 });
	}
	return invitation_uri(a, &link);
}

struct str
invite_page_url(struct arena *a, struct str host, struct str token)
{
	struct str site = site_url_of(a, host);

	return site.at ? str_format(a, "%.*s/invite/%.*s", STR_ARG(site), STR_ARG(token))
		       : site;
}

/* --- contacts (XEP-0379 section 3.5) ----------------------------------------------------- */

/* A request whose token is being looked at; the account waits for it. */
struct requesting {
	struct account *account;
	struct stanza *request;
	struct invitation *invitation; /* claimed */
	struct arena arena;
};

static struct jid
asking_contact(const struct requesting *r)
{
	return jid_to_bare(r->request->from);
}

static void
requesting_end(struct requesting *r)
{
	account_resume(r->account);
	account_release(r->account);
	stanza_free(&r->request);
	arena_fini(&r->arena);
	free(r);
}

static void
on_agreed(void *waiter, enum status s)
{
	struct requesting *r = waiter;

	invitation_settle(r->invitation, asking_contact(r), s == OK);
	requesting_end(r);
}

static void
agree(struct requesting *r, struct call *c)
{
	struct store_batch *b = store_batch_new(account_store());

	c->done = on_agreed;
	c->waiter = r;
	invitation_put_use(b, r->invitation, asking_contact(r));
	subscription_agree(c, b);
}

static void
on_claimed(void *waiter, enum status s, const struct invitation *i)
{
	struct requesting *r = waiter;
	struct call c = {
		.arena = &r->arena,
		.host = host_find(jid_domain(r->account->jid)),
		.account = r->account,
		.stanza = r->request,
	};

	if (i)
		r->invitation = invitation_copy(&r->arena, i);
	if (s == OK && c.host && roster_has_room(&c)) {
		agree(r, &c);
		return;
	}
	if (i)
		invitation_settle(i, asking_contact(r), false);
	/* Section 4.1: as if it had shown nothing. */
	if (c.host)
		subscription_receive(&c);
	requesting_end(r);
}

static enum verdict
on_request(struct call *c)
{
	struct elem preauth = elem_child(stanza_root(c->stanza), NS_PARS, S("preauth"));
	struct jid contact = jid_to_bare(c->stanza->from);
	struct requesting *r;
	struct str token;

	if (c->stanza->type != PRESENCE_SUBSCRIBE || !elem_exists(preauth) ||
	    jid_is_empty(contact) || jid_eq(contact, c->account->jid) ||
	    groups_share(c->account->jid, contact))
		return PASS;
	token = elem_attr_or_none(preauth, S("token"), c->arena);
	if (!invitation_token_is_one(token))
		return PASS;
	r = mem_zalloc(sizeof(*r));
	arena_init(&r->arena, 1024);
	r->account = c->account;
	r->request = stanza_ref(c->stanza);
	account_hold(c->account);
	account_suspend(c->account);
	invitation_claim_contact(c->account->jid, contact, token, on_claimed, r);
	return DONE;
}

static enum verdict
on_deleted(struct call *c)
{
	invitations_forget(c->account->jid);
	return PASS;
}

/* --- the table --------------------------------------------------------------------------- */

static const struct hook hooks[] = {
	{ .on = ON_PRESENCE, .at = ACCOUNT | CLIENT, .in = HANDLE, .run = on_request },
	{ .on = ON_ACCOUNT_DELETED, .in = HANDLE, .run = on_deleted },
};

static enum status
start(void)
{
	invite_commands_register();
	return invitations_start();
}

static const struct http_route routes[] = {
	{ S("/invite/"), HTTP_GET | HTTP_POST, .body_max = INVITE_FORM_BYTES,
	    .run = invite_page },
};

const struct module mod_invites = {
	.name = "invites",
	.doc = "Invitations, with which somebody gets an account, or a contact.",
	.specs = LIST(struct spec, { XEP, 379, "0.3.3", "the server's side" },
	    { XEP, 401, "0.6.0", "complete" }),
	.needs = LIST(const char *const, "accounts", "commands", "roster", "subscription"),
	.conf_size = sizeof(struct invites_conf),
	.options = LIST(struct option,
	    { "lifetime", TIME, FIELD(invites_conf, lifetime_ms), "7d", "1m", "365d",
		"How long an invitation is valid when nothing else is said." },
	    { "users", CHOICE, FIELD(invites_conf, users), "contacts", NULL, NULL,
		"Whom users may invite with their clients: contacts, who have an account "
		"elsewhere; "
		"accounts, who may also get one here; administrators may in any case.",
		.words = "nobody contacts accounts" },
	    { "per_user", U32, FIELD(invites_conf, per_user), "10", "1", "1000",
		"Invitations of one user that are not used yet." }),
	.metrics = LIST(struct metric,
	    [INVITES_MADE] = { "invites_made", COUNTER, "invitations", "Invitations made." },
	    [INVITES_USED] = { "invites_used", COUNTER, "uses",
		"Accounts and contacts that invitations made." }),
	.hooks = TABLE(hooks),
	.routes = TABLE(routes),
	.enter_worker = invitations_enter_worker,
	.leave_worker = invitations_leave_worker,
	.start = start,
};
