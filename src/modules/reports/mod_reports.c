/* SPDX-License-Identifier: MIT
 *
 * mod_reports: people say why they block somebody, and the administration hears of it.
 *
 * Source   XEP-0377 0.4.1
 * Reacts   <report/> in the items of a request to block, which mod_blocking hands over
 * Keeps    rows as reports.h tells, for a time; how many an account made today, in memory
 *
 * Reports stay here: nobody is sent them but the addresses that the configuration names.
 */
#include "modules/reports/reports.h"

#include "base/log.h"
#include "base/random.h"
#include "xmpp/ns.h"

enum { REPORTS_KEPT, REPORTS_DROPPED };
enum { ID_RANDOM_BITS = 12, MESSAGE_ID_BYTES = 9 };

struct reports_conf {
	struct str_list notify;
	uint32_t per_day;
	msec_t keep_ms;
};

/* Reports of an account in the current day. */
struct reporting {
	msec_t since_ms;
	uint32_t n;
};

static uint64_t
id_of(usec_t moment, uint64_t dice)
{
	return (uint64_t)moment << ID_RANDOM_BITS |
	       (dice & ((UINT64_C(1) << ID_RANDOM_BITS) - 1));
}

usec_t
report_made_us(uint64_t id)
{
	return (usec_t)(id >> ID_RANDOM_BITS);
}

/* --- telling ------------------------------------------------------------------------------ */

static struct str
sentence(struct arena *a, const struct report *r)
{
	return str_format(a, "%.*s has blocked %.*s and reports: %.*s%s%.*s",
	    STR_ARG(r->reporter), STR_ARG(r->reported), STR_ARG(r->reason),
	    r->text.len ? "\n" : "", STR_ARG(r->text));
}

static void
tell(struct call *c, struct jid to, const struct report *r)
{
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = MESSAGE_NORMAL,
		.to = to,
		.from = jid_trusted(c->host->name),
		.id = random_token(c->arena, MESSAGE_ID_BYTES),
	};
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_MESSAGE);
	xml_leaf(&w, NS_CLIENT, S("body"), sentence(c->arena, r));
	call_send(c, stanza_finish(&w, &head));
}

static void
tell_all(struct call *c, const struct reports_conf *conf, const struct report *r)
{
	struct jid to;

	for (size_t i = 0; i < conf->notify.count; i++)
		if (jid_parse(c->arena, conf->notify.at[i], &to) == OK)
			tell(c, to, r);
}

/* --- keeping ------------------------------------------------------------------------------ */

static bool
may_report(struct account *a, const struct reports_conf *conf)
{
	enum { DAY_MS = 24 * 60 * 60 * 1000 };
	struct reporting *own = module_account_state(&mod_reports, a);
	msec_t now = loop_now_ms();

	if (own->n == 0 || now - own->since_ms >= DAY_MS)
		*own = (struct reporting){ .since_ms = now };
	if (own->n >= conf->per_day)
		return false;
	own->n++;
	return true;
}

static void
keep(struct call *c, const struct reports_conf *conf, struct store_batch *b,
    const struct report *r)
{
	usec_t now = loop_wall_us(), kept = (usec_t)conf->keep_ms * 1000;

	store_append(
	    b, c->host->name, LOG_REPORTS, id_of(now, random_u64()), report_pack(c->arena, r));
	if (kept < now)
		store_trim(b, c->host->name, LOG_REPORTS, id_of(now - kept, 0));
	tell_all(c, conf, r);
	log_info("reports.report", LOG_ACCOUNT("by", r->reporter),
	    LOG_ACCOUNT("jid", r->reported), LOG_STR("reason", r->reason));
	module_count(&mod_reports, REPORTS_KEPT, 1);
}

void
reports_keep(struct call *c, struct store_batch *b)
{
	const struct reports_conf *conf = module_conf(&mod_reports, c->host);
	struct jid reported;

	for (struct elem e = elem_child(c->payload, NS_BLOCKING, S("item"));
	     conf && elem_exists(e); e = elem_next_like(e)) {
		struct elem said = elem_child(e, NS_REPORTING, S("report"));
		struct report r = { .reporter = jid_full(c->account->jid) };

		if (!elem_exists(said) || report_read(c->arena, said, &r) != OK ||
		    jid_parse(c->arena, elem_attr_or_none(e, S("jid"), c->arena), &reported) !=
			OK)
			continue;
		r.reported = jid_full(reported);
		if (may_report(c->account, conf))
			keep(c, conf, b, &r);
		else
			module_count(&mod_reports, REPORTS_DROPPED, 1);
	}
}

/* --- the table ---------------------------------------------------------------------------- */

static enum status
check(const void *conf_, struct arena *a, struct str *reason)
{
	const struct reports_conf *conf = conf_;
	struct jid j;

	for (size_t i = 0; i < conf->notify.count; i++)
		if (jid_parse(a, conf->notify.at[i], &j) != OK) {
			*reason = str_format(
			    a, "\"%.*s\" is not an address", STR_ARG(conf->notify.at[i]));
			return E_INVALID;
		}
	return OK;
}

static const struct feature features[] = {
	{ NS_REPORTING, SERVER | ACCOUNT },
};

const struct module mod_reports = {
	.name = "reports",
	.doc = "People report spam and abuse when they block somebody.",
	.specs = LIST(struct spec, { XEP, 377, "0.4.1", "complete; nothing is forwarded" }),
	.features = TABLE(features),
	.needs = LIST(const char *const, "blocking"),
	.conf_size = sizeof(struct reports_conf),
	.check = check,
	.options = LIST(struct option,
	    { "notify", STRINGS, FIELD(reports_conf, notify), NULL, NULL, "16",
		"Addresses that get a message for each report." },
	    { "per_day", U32, FIELD(reports_conf, per_day), "100", "1", "100000",
		"Reports that one account may make in a day; the rest is not kept." },
	    { "keep", TIME, FIELD(reports_conf, keep_ms), "180d", "1h", "36500d",
		"How long reports are kept." }),
	.metrics = LIST(struct metric,
	    [REPORTS_KEPT] = { "reports_kept", COUNTER, "reports", "Reports kept." },
	    [REPORTS_DROPPED] = { "reports_dropped", COUNTER, "reports",
		"Reports of accounts that made too many." }),
	.account_bytes = sizeof(struct reporting),
};
