/* SPDX-License-Identifier: MIT
 *
 * mod_outage: tells clients of outages that are planned or happening.
 *
 * Source   XEP-0455 0.4.0
 * Reacts   GET /outage.json; disco#info of the server
 * Keeps    a row as mod_outage.h tells, written by the administration
 *
 * Clients remember the addresses, and look there when they cannot connect: a copy of the file
 * elsewhere is worth more than ours.
 */
#include "modules/mod_outage.h"

#include "http/http.h"
#include "modules/page.h"
#include "modules/site_url.h"
#include "xmpp/form.h"
#include "xmpp/ns.h"

struct outage_conf {
	struct str_list addresses;
};

/* --- the file (section 2.2) --------------------------------------------------------------- */

static void
on_row(void *waiter, const struct store_rows *rows)
{
	struct http_exchange *x = waiter;

	if (rows->status != OK) {
		http_refuse(x, 503, (struct str){ 0 });
		return;
	}
	http_add_header(x, S("Cache-Control"), S("max-age=60"));
	http_answer(x, 200, S("application/json"), rows->n ? rows->row[0].value : S("{}"));
}

static void
show(struct http_exchange *x)
{
	const struct host *host = page_host(x);
	struct store_query q = { .what = STORE_ITEM, .kinds = { KIND_OUTAGE }, .n_kinds = 1 };

	if (!host || !module_conf(&mod_outage, host)) {
		http_refuse(x, 404, (struct str){ 0 });
		return;
	}
	q.owner = host->name;
	store_read(account_store(), &q, on_row, x);
}

/* --- where it is (section 2.1) ------------------------------------------------------------ */

static enum verdict
write_form(struct call *c)
{
	const struct outage_conf *conf = c->conf;
	struct str own = site_url_of(c->arena, c->host->name);
	struct form_field field = {
		.var = S("external-status-addresses"),
		.type = FIELD_LIST_MULTI,
		.values = conf->addresses.at,
		.count = conf->addresses.count,
	};

	if (!field.count && own.len) {
		own = str_format(c->arena, "%.*s" OUTAGE_PATH, STR_ARG(own));
		field.values = &own;
		field.count = 1;
	}
	if (field.count)
		form_write(c->out, &(struct form){ .kind = FORM_RESULT,
				       .form_type = NS_OUTAGE,
				       .fields = &field,
				       .count = 1 });
	return PASS;
}

/* --- the table ---------------------------------------------------------------------------- */

static const struct hook hooks[] = {
	{ .on = ON_DISCO_INFO, .in = HANDLE, .run = write_form },
};

static const struct http_route routes[] = {
	{ .path = S(OUTAGE_PATH), .methods = HTTP_GET, .flags = HTTP_CORS, .run = show },
};

const struct module mod_outage = {
	.name = "outage",
	.doc = "Tells clients of outages that are planned or happening.",
	.specs = LIST(struct spec, { XEP, 455, "0.4.0", "complete" }),
	.conf_size = sizeof(struct outage_conf),
	.options = LIST(struct option,
	    { "addresses", STRINGS, FIELD(outage_conf, addresses), NULL, NULL, "8",
		"Where clients find out, also when this server is away: https addresses of "
		"copies of /outage.json. None: that file itself." }),
	.routes = TABLE(routes),
	.hooks = TABLE(hooks),
};
