/* SPDX-License-Identifier: MIT
 *
 * Tombstones: a message that its sender has taken back (XEP-0424 0.4.2) loses its content in
 * the archive that has got the retraction; its id and addresses stay.
 */
#include "modules/archive/archive.h"
#include "xmpp/date.h"
#include "xmpp/ns.h"

/* A retraction whose message is being looked for. */
struct retracting {
	struct account *account; /* held */
	uint64_t id;             /* of the retraction, in the archive */
	size_t name_len;
	char name[]; /* the retraction stanza's own id */
};

/* Section 4: the head, and what became of the rest. */
static struct str
tombstone(struct arena *a, const struct stanza *old, const struct retracting *r)
{
	AUTO(stanza) st = NULL;
	struct stanza_head head = { STANZA_MESSAGE, (enum stanza_type)old->type, old->to,
		old->from, old->id, old->lang };
	struct xml_writer w;

	stanza_begin(&w, a, STANZA_MESSAGE);
	xml_open(&w, NS_RETRACTION, S("retracted"));
	xml_attr(&w, S("id"), str_of(r->name, r->name_len));
	xml_attr(&w, S("stamp"), date_format(a, archive_id_moment(r->id)));
	xml_close(&w);
	st = stanza_finish(&w, &head);
	return stanza_text(st, a);
}

static void
replace(const struct retracting *r, const struct store_row *row)
{
	AUTO(stanza) old = NULL;
	struct store_batch *b;
	struct arena a;

	arena_init(&a, 4096);
	if (stanza_from_text(row->value, &a, &old) == OK) {
		b = store_batch_new(account_store());
		store_archive_replace(
		    b, jid_full(r->account->jid), row->id, tombstone(&a, old, r));
		/* If that fails the retraction, which is kept, still says it. */
		store_commit(&b, NULL, NULL);
		module_count(&mod_archive, ARCHIVE_RETRACTED, 1);
	}
	arena_fini(&a);
}

static void
on_found(void *waiter, const struct store_rows *rows)
{
	struct retracting *r = waiter;
	struct archive *archive = archive_of(r->account);

	if (rows->status == OK && rows->n > 0)
		replace(r, &rows->row[0]);
	/* Fewer when the account was read again meanwhile. */
	if (archive->retracting > 0 && --archive->retracting == 0)
		archive_ask_again(r->account);
	account_release(r->account);
	free(r);
}

/* Section 5: by whom the message was sent, judged by his bare address. What he has sent is in
 * the same conversation and goes in the same direction. */
void
archive_retract(struct call *c, struct jid contact, bool outgoing)
{
	struct elem e = elem_child(stanza_root(c->stanza), NS_RETRACTION, S("retract"));
	struct store_query q = {
		.what = STORE_NAMED,
		.owner = jid_full(c->account->jid),
		.contact = jid_full(contact),
		.text = elem_attr_or_none(e, S("id"), c->arena),
		.before = c->passage.archived,
		.outgoing = outgoing,
	};
	struct str name = c->stanza->id;
	struct retracting *r;

	if (!elem_exists(e) || q.text.len == 0)
		return;
	r = mem_alloc(sizeof(*r) + name.len);
	r->account = c->account;
	r->id = c->passage.archived;
	r->name_len = name.len;
	if (name.len)
		memcpy(r->name, name.at, name.len);
	account_hold(c->account);
	archive_of(c->account)->retracting++;
	store_read(account_store(), &q, on_found, r);
}
