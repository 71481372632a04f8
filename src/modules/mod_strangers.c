/* SPDX-License-Identifier: MIT
 *
 * mod_strangers: who is in nobody's roster cannot write to many people, nor much to one.
 *
 * Source   none: spam is much from people whom nobody knows
 * Reacts   messages to an account, and those and requests for subscription that its sessions
 *          send
 * Keeps    in memory, with each account that deals with strangers: how many messages came from
 *          whom in the current minute, to how many it wrote in the current hour, and to and
 *          from whom lately
 *
 * A stranger is in the roster of whoever gets his message neither by himself nor by a group,
 * and was not written to lately. Rooms and other services are none, nor are the administration
 * and other messages without a local part.
 */
#include "base/limits.h"
#include "base/siphash.h"
#include "modules/list.h"
#include "modules/roster/roster.h"
#include "router/service.h"

enum { STRANGERS_RECEIVED_REFUSED, STRANGERS_SENT_REFUSED };
enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS };

struct strangers_conf {
	uint32_t per_sender, per_account, new_contacts;
};

/* The last addresses of some kind, as hashes: one that is taken for another does no harm. */
struct lately {
	uint64_t who[STRANGERS_REMEMBERED];
	uint32_t n; /* that were ever added */
};

struct sender {
	uint64_t who;
	uint32_t n;
};

struct memory {
	struct lately written_to, heard_from;

	msec_t minute_ms; /* when the current one began */
	uint32_t received;
	struct sender sender[STRANGERS_A_MINUTE]; /* others are counted together only */
	uint32_t n_senders;

	msec_t hour_ms;
	uint32_t contacts; /* new ones that the account wrote to */
};

/* --- who ---------------------------------------------------------------------------------- */

static uint64_t
hash_of(struct jid j)
{
	return siphash_str(jid_bare(j));
}

static bool
lately_has(const struct lately *l, uint64_t who)
{
	uint32_t n = l->n < STRANGERS_REMEMBERED ? l->n : STRANGERS_REMEMBERED;

	for (uint32_t i = 0; i < n; i++)
		if (l->who[i] == who)
			return true;
	return false;
}

static void
lately_add(struct lately *l, uint64_t who)
{
	if (!lately_has(l, who))
		l->who[l->n++ % STRANGERS_REMEMBERED] = who;
}

static struct memory **
place_of(struct account *a)
{
	return module_account_state(&mod_strangers, a);
}

/* Made when it is first needed. */
static struct memory *
memory_of(struct account *a)
{
	struct memory **m = place_of(a);

	if (!*m)
		*m = mem_zalloc(sizeof(**m));
	return *m;
}

static void
account_fini(void *state, struct account *a)
{
	struct memory **m = state;

	(void)a;
	free(TAKE(*m));
}

/* Somebody other than the account himself, who is a person as far as can be seen. */
static bool
is_person(const struct account *a, struct jid j)
{
	return j.local && !jid_eq_bare(j, a->jid) && !service_find(jid_domain(j));
}

static bool
is_said(const struct stanza *st)
{
	return st->kind == STANZA_MESSAGE &&
	       (st->type == MESSAGE_NORMAL || st->type == MESSAGE_CHAT);
}

static enum verdict
refuse_so(struct call *c, unsigned counter, struct str text)
{
	module_count(&mod_strangers, counter, 1);
	return refuse_with(c, ERR_RESOURCE_CONSTRAINT, text, (struct str){ 0 });
}

/* --- what comes -----------------------------------------------------------------------------
 */

/* How many that one has sent, this one included; NULL: too many have for each to be counted. */
static struct sender *
sender_of(struct memory *m, uint64_t who)
{
	for (uint32_t i = 0; i < m->n_senders; i++)
		if (m->sender[i].who == who)
			return &m->sender[i];
	if (m->n_senders == STRANGERS_A_MINUTE)
		return NULL;
	m->sender[m->n_senders] = (struct sender){ .who = who };
	return &m->sender[m->n_senders++];
}

static enum verdict
judge(struct call *c, struct memory *m, uint64_t who)
{
	const struct strangers_conf *conf = c->conf;
	struct sender *sender;

	if (m->received == 0 || loop_now_ms() - m->minute_ms >= MINUTE_MS) {
		m->minute_ms = loop_now_ms();
		m->received = m->n_senders = 0;
	}
	sender = sender_of(m, who);
	if (sender && sender->n >= conf->per_sender)
		return refuse_so(c, STRANGERS_RECEIVED_REFUSED,
		    S("You have written too much to somebody who does not know you; try again "
		      "in a minute."));
	if (m->received >= conf->per_account)
		return refuse_so(c, STRANGERS_RECEIVED_REFUSED,
		    S("Too many people write to this account who are not in its roster; try "
		      "again in a minute."));
	m->received++;
	if (sender)
		sender->n++;
	lately_add(&m->heard_from, who);
	return PASS;
}

static enum verdict
on_received(struct call *c)
{
	struct jid from = c->stanza->from;
	uint64_t who = hash_of(from);

	if (!is_said(c->stanza) || !is_person(c->account, from) ||
	    roster_lists(c->account, jid_to_bare(from)) ||
	    (*place_of(c->account) && lately_has(&(*place_of(c->account))->written_to, who)))
		return PASS;
	return judge(c, memory_of(c->account), who);
}

/* --- what goes ------------------------------------------------------------------------------
 */

static enum verdict
on_sent(struct call *c)
{
	const struct strangers_conf *conf = c->conf;
	struct jid to = c->stanza->to;
	uint64_t who = hash_of(to);
	struct memory *m;

	if ((!is_said(c->stanza) && c->stanza->type != PRESENCE_SUBSCRIBE) ||
	    !is_person(c->account, to) || roster_lists(c->account, jid_to_bare(to)))
		return PASS;
	m = memory_of(c->account);
	if (!lately_has(&m->written_to, who) && !lately_has(&m->heard_from, who)) {
		if (m->contacts == 0 || loop_now_ms() - m->hour_ms >= HOUR_MS) {
			m->hour_ms = loop_now_ms();
			m->contacts = 0;
		}
		if (m->contacts >= conf->new_contacts)
			return refuse_so(c, STRANGERS_SENT_REFUSED,
			    S("You have written to too many people who are not in your roster; "
			      "try again in an hour."));
		m->contacts++;
	}
	lately_add(&m->written_to, who);
	return PASS;
}

/* --- the table ------------------------------------------------------------------------------
 */

static const struct hook hooks[] = {
	{ .on = ON_MESSAGE, .at = ACCOUNT | CLIENT, .in = POLICY, .run = on_received },
	{ .on = ON_MESSAGE, .at = SENT, .in = POLICY, .run = on_sent },
	{ .on = ON_PRESENCE, .at = SENT, .in = POLICY, .run = on_sent },
};

const struct module mod_strangers = {
	.name = "strangers",
	.doc = "Keeps people from writing to many who do not know them, and much to one. For "
	       "hosts where anybody can make an account.",
	.off_by_default = true,
	.needs = LIST(const char *const, "roster"),
	.conf_size = sizeof(struct strangers_conf),
	.options = LIST(struct option,
	    { "per_sender", U32, FIELD(strangers_conf, per_sender), "10", "1", "100000",
		"Messages in a minute from one who is not in the roster, until he is "
		"answered." },
	    { "per_account", U32, FIELD(strangers_conf, per_account), "30", "1", "100000",
		"Messages in a minute from all who are not in the roster together." },
	    { "new_contacts", U32, FIELD(strangers_conf, new_contacts), "20", "1", "100000",
		"People outside his roster to whom one may write in an hour, or ask them for "
		"their presence, without having heard from them." }),
	.metrics = LIST(struct metric,
	    [STRANGERS_RECEIVED_REFUSED] = { "strangers_received_refused", COUNTER, "messages",
		"Messages refused because their senders are strangers." },
	    [STRANGERS_SENT_REFUSED] = { "strangers_sent_refused", COUNTER, "stanzas",
		"Stanzas refused because they were for too many strangers." }),
	.account_bytes = sizeof(struct memory *),
	.account_fini = account_fini,
	.hooks = TABLE(hooks),
};
