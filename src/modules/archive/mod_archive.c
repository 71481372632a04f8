/* SPDX-License-Identifier: MIT
 *
 * mod_archive: what people write to each other is kept, and every client of theirs can read
 * it.
 *
 * Source   XEP-0313 1.1.3, XEP-0359 0.7.0, XEP-0441 0.2.0, XEP-0431 0.2.0, XEP-0424 0.4.2
 *          section 4, XEP-0334 1.0.0
 * Reacts   every message (keep.c); iq-set {urn:xmpp:mam:2}query and iq-get query, metadata
 *          (results.c), iq-get and iq-set prefs, to one's own account
 * Keeps    the archive; "archive-prefs": one row, the preferences as markup;
 *          "archive-retention" (retention.h)
 *
 * A message goes on to its recipient at once; the archive's rows go to the store when the
 * pass is over (call_rows), and whoever acknowledges the message waits for them (loop/cause.h).
 */
#include "modules/archive/archive.h"
#include "modules/list.h"
#include "xmpp/ns.h"

struct archive *
archive_of(struct account *a)
{
	return module_account_state(&mod_archive, a);
}

/* --- preferences ---------------------------------------------------------------------- */

static void
load(void *state, struct account *a, struct str item, struct str value)
{
	struct archive *archive = state;

	(void)a;
	(void)item;
	prefs_free(&archive->prefs);
	archive->prefs = prefs_load(value);
}

static void
fini(void *state, struct account *a)
{
	struct archive *archive = state;

	(void)a;
	prefs_free(&archive->prefs);
}

static enum verdict
answer_prefs(struct call *c)
{
	const struct archive_conf *conf = c->conf;
	struct xml_writer w;

	iq_result_begin(c, &w);
	prefs_write(&w, archive_of(c->account)->prefs, conf->unset);
	return iq_result_finish(c, &w);
}

static enum verdict
on_get_prefs(struct call *c)
{
	if (!jid_eq_bare(c->stanza->from, c->account->jid))
		return refuse(c, ERR_FORBIDDEN);
	return answer_prefs(c);
}

static enum verdict
on_set_prefs(struct call *c)
{
	struct archive *archive = archive_of(c->account);
	struct prefs *wanted;
	struct store_batch *b;
	enum stanza_error error;
	struct str text;

	if (!jid_eq_bare(c->stanza->from, c->account->jid))
		return refuse(c, ERR_FORBIDDEN);
	error = prefs_read(c->payload, c->arena, &wanted, &text);
	if (error != ERR_NONE)
		return refuse(c, error);
	call_hold(c);
	b = store_batch_new(account_store());
	store_put(b, jid_full(c->account->jid), KIND_PREFS, S(""), text);
	prefs_free(&archive->prefs);
	archive->prefs = wanted;
	answer_prefs(c);
	call_commit(c, &b);
	return DONE;
}

/* --- the table ------------------------------------------------------------------------ */

static const struct feature features[] = {
	{ NS_MAM, SERVER | ACCOUNT },
	{ NS_MAM_EXTENDED, SERVER | ACCOUNT },
	{ NS_MAM_GROUPCHAT_FIELD, SERVER | ACCOUNT },
	{ NS_STANZA_ID, SERVER | ACCOUNT },
	{ NS_FULLTEXT, SERVER | ACCOUNT },
	{ NS_RETRACTION, SERVER | ACCOUNT },
	{ NS_RETRACTION_TOMBSTONE, SERVER | ACCOUNT },
};

static const struct kept kept[] = {
	{ KIND_PREFS, load },
};

static const struct hook hooks[] = {
	{ .on = ON_MESSAGE, .at = SENT, .in = REWRITE, .run = archive_check_sent },
	{ .on = ON_MESSAGE,
	    .at = ACCOUNT | CLIENT,
	    .in = REWRITE,
	    .run = archive_check_received },
	{ .on = ON_MESSAGE, .at = SENT, .in = RECORD, .run = archive_keep_sent },
	{ .on = ON_MESSAGE,
	    .at = ACCOUNT | CLIENT,
	    .in = RECORD,
	    .run = archive_keep_received },
	{ ON_IQ_SET, ACCOUNT, NS_MAM, S("query"), HANDLE, archive_on_query },
	{ ON_IQ_GET, ACCOUNT, NS_MAM, S("query"), HANDLE, archive_on_form },
	{ ON_IQ_GET, ACCOUNT, NS_MAM, S("metadata"), HANDLE, archive_on_metadata },
	{ ON_IQ_GET, ACCOUNT, NS_MAM, S("prefs"), HANDLE, on_get_prefs },
	{ ON_IQ_SET, ACCOUNT, NS_MAM, S("prefs"), HANDLE, on_set_prefs },
	{ .on = ON_SESSION_SENT, .in = HANDLE, .run = archive_on_sent },
};

const struct module mod_archive = {
	.name = "archive",
	.doc = "Keeps what people write to each other, for all their clients to read.",
	.specs = LIST(struct spec, { XEP, 313, "1.1.3", "complete, for accounts" },
	    { XEP, 359, "0.7.0", "complete, for accounts" },
	    { XEP, 334, "1.0.0", "store, no-store, no-permanent-store" },
	    { XEP, 424, "0.4.2", "archived; tombstones for accounts" },
	    { XEP, 431, "0.2.0", "complete" },
	    { XEP, 441, "0.2.0", "complete but for ad-hoc commands" }),
	.features = TABLE(features),
	.needs = LIST(const char *const, "roster", "offline"),
	.conf_size = sizeof(struct archive_conf),
	.options = LIST(struct option,
	    { "default", CHOICE, FIELD(archive_conf, unset), "always", NULL, NULL,
		"What is kept of accounts that did not say what they want: all messages, none, "
		"or those of contacts in their roster.",
		"always never roster" },
	    { "max_age", TIME, FIELD(archive_conf, retention.max_age_ms), "forever", "1h",
		"36500d",
		"Messages that are older are erased; `jaseur retention` says otherwise for one "
		"account.",
		"forever" },
	    { "max_messages", U32, FIELD(archive_conf, retention.max_messages), "unlimited",
		"1", NULL,
		"Messages of one account; when there are more, the oldest are erased.",
		"unlimited" }),
	.metrics = LIST(struct metric,
	    [ARCHIVE_KEPT] = { "archive_kept", COUNTER, "messages",
		"Messages put into archives, of both sides." },
	    [ARCHIVE_REFUSED] = { "archive_refused", COUNTER, "messages",
		"Messages refused because nothing could be written at the moment." },
	    [ARCHIVE_FORGED] = { "archive_forged", COUNTER, "messages",
		"Messages with ids or results that were not theirs to have." },
	    [ARCHIVE_RETRACTED] = { "archive_retracted", COUNTER, "messages",
		"Messages replaced because their senders took them back." },
	    [ARCHIVE_QUERIES] = { "archive_queries", COUNTER, "queries",
		"Queries of archives." }),
	.session_bytes = sizeof(struct archive_asking),
	.session_fini = archive_asking_fini,
	.account_bytes = sizeof(struct archive),
	.kept = TABLE(kept),
	.account_fini = fini,
	.hooks = TABLE(hooks),
	.start = archive_retention_start,
	.stop = archive_retention_stop,
};
