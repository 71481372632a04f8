/* SPDX-License-Identifier: MIT
 *
 * What the server was told to do: its configuration, without secrets, and the certificates it
 * shows.
 */
#include "daemon/certificates.h"
#include "daemon/operation_path.h"
#include "daemon/operations.h"
#include "daemon/sections.h"
#include "daemon/setup.h"
#include "loop/helper.h"
#include "transport/certificate.h"
#include "xmpp/date.h"

/* --- configuration ------------------------------------------------------------------------ */

/* Secrets by whether there is one. */
static json_t *
value_json(const struct option *o, const void *conf, struct arena *a)
{
	const void *at = (const char *)conf + o->offset;
	const struct str_list *list = at;
	json_t *items;

	switch (o->type) {
	case BOOL:
		return json_boolean(*(const bool *)at);
	case SECRET:
		return ((const struct str *)at)->len ? json_string("(secret)") : json_null();
	case STRINGS:
		items = json_array();
		for (size_t i = 0; i < list->count; i++)
			json_array_append_new(items, operation_text(list->at[i]));
		return items;
	default:
		return operation_argument(o, option_print(o, conf, a), a);
	}
}

static json_t *
options_json(struct option_list options, const void *conf, struct arena *a)
{
	json_t *map = json_object();

	for (size_t i = 0; i < options.count; i++)
		json_object_set_new(
		    map, options.at[i].name, value_json(&options.at[i], conf, a));
	return map;
}

static json_t *
host_json(const struct config *config, const struct config_host *host, struct arena *a)
{
	const struct config_schema *schema = sections_schema();
	json_t *map = options_json(config_host_section.options, host, a);
	json_t *modules = json_object();

	for (size_t i = 0; i < schema->n_modules; i++) {
		const struct section *s = &schema->modules[i].section;
		const void *conf = config_module(config, host->name, str_from_c(s->name));

		if (conf)
			json_object_set_new(
			    modules, s->name, options_json(s->options, conf, a));
	}
	json_object_set_new(map, "modules", modules);
	return map;
}

static void
config_show(struct operation_call *c)
{
	const struct config *config = setup_config();
	const struct config_schema *schema = sections_schema();
	json_t *body = json_object(), *hosts = json_object(), *listeners = json_array();
	json_t *components = json_object();
	size_t n;
	const struct config_host *host = config_hosts(config, &n);
	const struct component_conf *component;
	const struct config_listener *listener;

	for (size_t i = 0; i < schema->n_sections; i++) {
		const struct section *s = schema->sections[i];
		json_t *map =
		    options_json(s->options, config_section(config, s->name), &c->arena);

		if (s->name[0]) {
			json_object_set_new(body, s->name, map);
		} else {
			json_object_update(body, map);
			json_decref(map);
		}
	}
	for (size_t i = 0; i < n; i++)
		json_object_setn_new(hosts, host[i].name.at, host[i].name.len,
		    host_json(config, &host[i], &c->arena));
	json_object_set_new(body, "hosts", hosts);
	component = config_components(config, &n);
	for (size_t i = 0; i < n; i++)
		json_object_setn_new(components, component[i].name.at, component[i].name.len,
		    options_json(component_section.options, &component[i], &c->arena));
	json_object_set_new(body, "components", components);
	listener = config_listeners(config, &n);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(listeners,
		    options_json(config_listen_section.options, &listener[i], &c->arena));
	json_object_set_new(body, "listen", listeners);
	operation_answer(c, json_pack("{s:o}", "configuration", body));
}

/* --- certificates ------------------------------------------------------------------------- */

/* Files are read by a helper. */
struct reading {
	struct operation_call *call;
	struct config *config;
	struct str data;
	struct certificate *certificate; /* of each host; without key: cannot be read */
};

static void
read_all(void *job)
{
	struct reading *r = job;
	size_t n;
	const struct config_host *host = config_hosts(r->config, &n);
	struct arena *a = &r->call->arena;
	struct str path;

	r->certificate = arena_zalloc(a, n * sizeof(*r->certificate));
	for (size_t i = 0; i < n; i++)
		if (certificates_path(&host[i], r->data, a, &path) != OK ||
		    certificate_read(path, a, &r->certificate[i]) != OK)
			r->certificate[i] = (struct certificate){ 0 };
}

static json_t *
certificate_json(
    const struct config_host *host, const struct certificate *certificate, struct arena *a)
{
	json_t *names, *row = json_pack("{s:o, s:b}", "host", operation_text(host->name),
			   "readable", certificate->key.len > 0);

	if (certificate->key.len == 0)
		return row;
	names = json_array();
	for (size_t i = 0; i < certificate->n_hosts; i++)
		json_array_append_new(names, operation_text(certificate->hosts[i]));
	json_object_set_new(row, "names", names);
	json_object_set_new(row, "subject", operation_text(certificate->subject));
	json_object_set_new(row, "issuer", operation_text(certificate->issuer));
	json_object_set_new(row, "self_signed", json_boolean(certificate->is_self_signed));
	json_object_set_new(
	    row, "from", operation_text(date_format(a, certificate->valid_from)));
	json_object_set_new(
	    row, "until", operation_text(date_format(a, certificate->valid_until)));
	json_object_set_new(row, "key", operation_text(certificate->key));
	json_object_set_new(row, "fingerprint", operation_text(certificate->fingerprint));
	return row;
}

static void
on_read(void *job)
{
	struct reading *r = job;
	struct operation_call *c = r->call;
	size_t n;
	const struct config_host *host = config_hosts(r->config, &n);
	json_t *rows = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
		    rows, certificate_json(&host[i], &r->certificate[i], &c->arena));
	config_unref(&r->config);
	operation_answer(c, json_pack("{s:o}", "certificates", rows));
}

static void
certificate_list(struct operation_call *c)
{
	struct reading *r = arena_zalloc(&c->arena, sizeof(*r));

	*r = (struct reading){
		.call = c,
		.config = config_ref(setup_config()),
		.data = str_copy(&c->arena, setup_data()),
	};
	if (helper_run(r, read_all, on_read) != OK) {
		config_unref(&r->config);
		operation_refuse_store(c, E_LIMIT);
	}
}

/* --- the table ---------------------------------------------------------------------------- */

static const struct answer_field certificate_fields[] = {
	{ "host", A_TEXT, "Whose it is." },
	{ "readable", A_TRUTH, "Whether the file could be read; else nothing follows." },
	{ "names", A_TEXTS, "Names of DNS in it.", true },
	{ "subject", A_TEXT, "For whom it is.", true },
	{ "issuer", A_TEXT, "Who signed it.", true },
	{ "self_signed", A_TRUTH, "Whether nobody else did.", true },
	{ "from", A_TEXT, "Since when it is valid (XEP-0082).", true },
	{ "until", A_TEXT, "Until when (XEP-0082).", true },
	{ "key", A_TEXT, "Kind and size: \"EC 256\".", true },
	{ "fingerprint", A_TEXT, "SHA-256, hexadecimal.", true },
};

const struct operation operation_config_show = {
	.name = "config.show",
	.doc = "Shows the configuration in force, with defaults, without secrets.",
	.method = "GET",
	.path = "/configuration",
	.scope = SCOPE_CONFIG_READ,
	.answer = LIST(struct answer_field,
	    { "configuration", A_OBJECT,
		"Sections, hosts with their modules, components, listeners." }),
	.run = config_show,
};

const struct operation operation_certificate_list = {
	.name = "certificate.list",
	.doc = "Lists the certificates of the hosts.",
	.method = "GET",
	.path = "/certificates",
	.scope = SCOPE_CONFIG_READ,
	.answer = LIST(struct answer_field, { "certificates", A_ROWS, "One for each host.",
						.rows = TABLE(certificate_fields) }),
	.run = certificate_list,
};
