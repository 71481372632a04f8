/* SPDX-License-Identifier: MIT */
#include "router/service.h"

#include "router/module.h"

/* --- of a configuration ------------------------------------------------------------------- */

static enum status
name_of(const struct service *s, struct arena *a, struct str *name)
{
	struct str own = s->type->domain ? s->type->domain(s->conf) : (struct str){ 0 };

	if (!own.len)
		own = str_format(a, "%s.%.*s", s->type->label, STR_ARG(s->host->name));
	return jid_prep_domain(a, own, name);
}

static bool
is_taken(const struct hosts_spec *spec, struct str name)
{
	for (size_t i = 0; i < spec->n; i++)
		if (str_eq(spec->host[i].name, name))
			return true;
	for (size_t i = 0; i < spec->n_services; i++)
		if (str_eq(spec->service[i].name, name))
			return true;
	for (size_t i = 0; i < spec->n_components; i++)
		if (str_eq(spec->component[i].name, name))
			return true;
	return false;
}

enum status
services_of_hosts(
    struct hosts_spec *spec, struct module_list modules, struct arena *a, struct str *reason)
{
	struct service *all = arena_zalloc(a, spec->n * modules.count * sizeof(*all));

	spec->service = all;
	spec->n_services = 0;
	for (size_t i = 0; i < spec->n * modules.count; i++) {
		const struct host *host = &spec->host[i / modules.count];
		size_t place = i % modules.count;
		struct service s = {
			.host = host,
			.module = modules.at[place],
			.type = modules.at[place]->service,
			.conf = host->module_conf[place],
		};

		if (!s.type || !s.conf)
			continue;
		if (name_of(&s, a, &s.name) != OK || is_taken(spec, s.name)) {
			*reason = str_format(a,
			    "the domain that module \"%s\" would serve for %.*s is none, or is "
			    "served already",
			    s.module->name, STR_ARG(host->name));
			return E_INVALID;
		}
		all[spec->n_services++] = s;
	}
	return OK;
}

/* --- on a worker -------------------------------------------------------------------------- */

const struct service *
service_find(struct str domain)
{
	size_t n;
	const struct service *s = hosts_services(&n);

	for (size_t i = 0; i < n; i++)
		if (str_eq(s[i].name, domain))
			return &s[i];
	return NULL;
}

const struct service *
service_of_module(const struct module *m, const struct host *host)
{
	size_t n;
	const struct service *s = hosts_services(&n);

	for (size_t i = 0; i < n; i++)
		if (s[i].module == m && s[i].host == host)
			return &s[i];
	return NULL;
}
