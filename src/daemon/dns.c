/* SPDX-License-Identifier: MIT */
#include "daemon/dns.h"

#include <jansson.h>

#include "daemon/certificates.h"
#include "daemon/config_file.h"
#include "transport/address.h"
#include "transport/certificate.h"
#include "xmpp/domain.h"

enum {
	TTL_S = 3600,
	PRIORITY = 5, /* of both kinds of TLS; the ports that all of them share come second */
	PRIORITY_SHARED = 10,
	WEIGHT = 1,
};

struct record {
	struct record *next;
	struct str name; /* without the dot at the end */
	const char *type;
	struct str content;
};

/* The records of one host, in their order. */
struct zone {
	struct arena *arena;
	const struct config_host *host;
	struct str name, target; /* as DNS has them */
	struct record *first, **last;
	struct str remark; /* what is missing; may be none */
};

static void
add(struct zone *z, struct str name, const char *type, struct str content)
{
	struct record *r = arena_alloc(z->arena, sizeof(*r));

	*r = (struct record){ NULL, name, type, content };
	*z->last = r;
	z->last = &r->next;
}

/* --- where clients connect -----------------------------------------------------------------
 */

/* Behind a proxy, the port that clients see is not ours; port 0 is another each time. */
static bool
is_seen(const struct config_listener *l)
{
	return l->serve & LISTEN_C2S && l->tls != LISTEN_NO_TLS && l->port != 0 && !l->proxy;
}

static void
add_services(struct zone *z, const struct config *c, enum listen_tls tls, const char *service)
{
	size_t n;
	const struct config_listener *l = config_listeners(c, &n);
	struct str name = str_format(z->arena, "%s._tcp.%.*s", service, STR_ARG(z->name));
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (l[i].tls != tls || !is_seen(&l[i]))
			continue;
		any = true;
		add(z, name, "SRV",
		    str_format(z->arena, "%d %d %u %.*s.",
			l[i].serve == LISTEN_C2S ? PRIORITY : PRIORITY_SHARED, WEIGHT,
			l[i].port, STR_ARG(z->target)));
	}
	/* "." says that there is no such service (RFC 2782). */
	if (!any)
		add(z, name, "SRV", S("0 0 0 ."));
}

/* --- which key they find there ---------------------------------------------------------------
 */

static void
add_keys(struct zone *z, const struct config *c, struct str data)
{
	struct certificate certificate;
	struct str path;
	size_t n;
	const struct config_listener *l = config_listeners(c, &n);

	if (certificates_path(z->host, data, z->arena, &path) != OK ||
	    certificate_read(path, z->arena, &certificate) != OK) {
		z->remark = S("TLSA records need the certificate, which is not there yet");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		bool is_web = l[i].serve & LISTEN_HTTP && l[i].tls != LISTEN_NO_TLS &&
			      l[i].port != 0 && !l[i].proxy;

		if (is_web || is_seen(&l[i]))
			add(z,
			    str_format(
				z->arena, "_%u._tcp.%.*s", l[i].port, STR_ARG(z->target)),
			    "TLSA",
			    str_format(
				z->arena, "3 1 1 %.*s", STR_ARG(certificate.key_digest)));
	}
}

/* False: DNS has no such names. */
static bool
describe(struct zone *z, const struct config *c, const struct dns_conf *conf, struct str data)
{
	struct address address;

	z->last = &z->first;
	if (domain_to_ascii(z->arena, z->host->name, &z->name) != OK ||
	    address_parse(z->name, &address) == OK || str_find(z->name, '.') == z->name.len)
		return false;
	z->target = conf->target.at ? conf->target : z->name;
	if (str_ends(z->target, S(".")))
		z->target.len--;
	add_services(z, c, LISTEN_STARTTLS, "_xmpp-client");
	add_services(z, c, LISTEN_DIRECT_TLS, "_xmpps-client");
	add_keys(z, c, data);
	return true;
}

/* --- printing
 * --------------------------------------------------------------------------------- */

static void
print_zone(const struct zone *z)
{
	printf("; %.*s\n", STR_ARG(z->host->name));
	for (const struct record *r = z->first; r; r = r->next)
		printf("%.*s. %d IN %s %.*s\n", STR_ARG(r->name), TTL_S, r->type,
		    STR_ARG(r->content));
	if (z->remark.len)
		printf("; %.*s\n", STR_ARG(z->remark));
}

static json_t *
zone_to_json(const struct zone *z)
{
	json_t *records = json_array();

	for (const struct record *r = z->first; r; r = r->next)
		json_array_append_new(records,
		    json_pack("{s:s%, s:i, s:s, s:s%}", "name", r->name.at, r->name.len, "ttl",
			TTL_S, "type", r->type, "content", r->content.at, r->content.len));
	return json_pack(
	    "{s:s%, s:o}", "host", z->host->name.at, z->host->name.len, "records", records);
}

/* All hosts; those that DNS cannot have are named. */
static void
print_all(const struct invocation *i, const struct config *c)
{
	size_t n;
	const struct config_host *hosts = config_hosts(c, &n);
	json_t *all = json_array();

	for (size_t k = 0; k < n; k++) {
		struct zone z = { .arena = i->arena, .host = &hosts[k] };

		if (!describe(&z, c, i->own->conf, i->general->data))
			fprintf(
			    stderr, "jaseur: %.*s cannot be in DNS\n", STR_ARG(hosts[k].name));
		else if (i->general->json)
			json_array_append_new(all, zone_to_json(&z));
		else
			print_zone(&z);
	}
	if (i->general->json) {
		json_dumpf(all, stdout, JSON_COMPACT);
		putchar('\n');
	}
	json_decref(all);
}

int
dns(const struct invocation *i)
{
	struct config_problems p = { .arena = i->arena };
	struct config *c = NULL;

	if (config_file_read(i->general, &p, &c) != OK) {
		config_problems_print(&p);
		return EXIT_FAILURE;
	}
	print_all(i, c);
	config_unref(&c);
	return EXIT_SUCCESS;
}
