/* SPDX-License-Identifier: MIT
 *
 * mod_external: services outside XMPP that clients of the host may use, such as those that help
 * calls through firewalls.
 *
 * Source   XEP-0215 1.0.0
 * Reacts   iq-get {urn:xmpp:extdisco:2}services and credentials to the server; its disco#info
 * Keeps    nothing
 */
#include "modules/external.h"

#include <stdatomic.h>

#include "media/credentials.h"
#include "modules/list.h"
#include "xmpp/date.h"
#include "xmpp/disco.h"
#include "xmpp/ns.h"

struct external_conf {
	struct str_list services;
	struct str username, password;
	bool relay;
	struct str relay_host; /* "no string": the host */
};

/* One line of the configuration; texts that are not said are "no string". */
struct external {
	struct str type, host, port, transport;
};

/* What is usual for a type (RFC 7064 section 3.2, RFC 7065 section 3.2), and whether it wants
 * a login. */
static const struct {
	struct str type, port, transport;
	bool is_restricted;
} usual[] = {
	{ S("stun"), S("3478"), S("udp"), false },
	{ S("stuns"), S("5349"), S("tcp"), false },
	{ S("turn"), S("3478"), S("udp"), true },
	{ S("turns"), S("5349"), S("tcp"), true },
};

/* --- reading the lines -------------------------------------------------------------------- */

static bool
is_word(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!(s.at[i] >= 'a' && s.at[i] <= 'z') &&
		    !(s.at[i] >= '0' && s.at[i] <= '9') && s.at[i] != '-')
			return false;
	return s.len > 0;
}

/* "host", "host:port", "[2001:db8::1]:port" */
static bool
split_port(struct str place, struct external *out)
{
	size_t end = str_starts(place, S("[")) ? str_find(place, ']') : 0;
	size_t colon = end + str_find(str_slice(place, end, place.len), ':');
	uint64_t n;

	out->host = str_slice(place, 0, colon);
	if (end > 0) {
		if (colon > end + 1 || end == place.len)
			return false;
		out->host = str_slice(place, 1, end - 1);
	}
	if (colon < place.len) {
		out->port = str_slice(place, colon + 1, place.len);
		return out->host.len && str_to_u64(out->port, UINT16_MAX, &n) == OK && n > 0;
	}
	return out->host.len > 0;
}

/* "turn:relay.example.org:3478?transport=tcp" */
static bool
external_read(struct str line, struct external *out)
{
	struct str query = line, place;

	*out = (struct external){ 0 };
	if (!str_split(&query, '?', &place) || !str_split(&place, ':', &out->type) ||
	    !is_word(out->type) || !split_port(place, out))
		return false;
	if (query.at) {
		if (!str_starts(query, S("transport=")))
			return false;
		out->transport = str_slice(query, S("transport=").len, query.len);
		if (!is_word(out->transport))
			return false;
	}
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (!str_eq(usual[i].type, out->type))
			continue;
		if (!out->port.at)
			out->port = usual[i].port;
		if (!out->transport.at)
			out->transport = usual[i].transport;
	}
	return true;
}

static enum status
external_check(const void *conf, struct arena *a, struct str *reason)
{
	const struct external_conf *c = conf;
	struct external e;

	for (size_t i = 0; i < c->services.count; i++)
		if (!external_read(c->services.at[i], &e)) {
			*reason = str_format(a,
			    "\"%.*s\" is not a service: TYPE:HOST[:PORT][?transport=udp]",
			    STR_ARG(c->services.at[i]));
			return E_INVALID;
		}
	return OK;
}

/* --- saying them -------------------------------------------------------------------------- */

static bool
is_restricted(const struct external *e)
{
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (str_eq(usual[i].type, e->type))
			return usual[i].is_restricted;
	return false;
}

static void
write_attr(struct xml_writer *w, struct str name, struct str value)
{
	if (value.len)
		xml_attr(w, name, value);
}

static void
write_service(struct xml_writer *w, const struct external_conf *conf, const struct external *e)
{
	xml_open(w, S(""), S("service"));
	xml_attr(w, S("type"), e->type);
	xml_attr(w, S("host"), e->host);
	write_attr(w, S("port"), e->port);
	write_attr(w, S("transport"), e->transport);
	if (is_restricted(e) && conf->username.len) {
		xml_attr(w, S("restricted"), S("true"));
		xml_attr(w, S("username"), conf->username);
		write_attr(w, S("password"), conf->password);
	}
	xml_close(w);
}

/* --- the server's own relay --------------------------------------------------------------- */

/* Each the transport and, in the lower 16 bits, the port; 0: none, nor any behind it. */
static atomic_uint relay_ports[RELAY_PORTS_MAX];

void
external_relay_at(const struct relay_port *ports, size_t n)
{
	for (size_t i = 0; i < RELAY_PORTS_MAX; i++)
		atomic_store_explicit(&relay_ports[i],
		    i < n ? (unsigned)ports[i].transport << 16 | ports[i].port : 0,
		    memory_order_relaxed);
}

/* What the n-th way to it is called by clients of the host: one is of the type stun, and one
 * of turn or turns. False: there is none, or they are not told. */
static bool
find_relay(const struct call *c, size_t n, struct external *out)
{
	const struct external_conf *conf = c->conf;
	unsigned at = n / 2 < RELAY_PORTS_MAX
			  ? atomic_load_explicit(&relay_ports[n / 2], memory_order_relaxed)
			  : 0;
	enum relay_transport transport = at >> 16;

	if (!conf->relay || !at)
		return false;
	out->type = transport == RELAY_TLS ? n % 2 ? S("turns") : S("stuns")
		    : n % 2 ? S("turn")
					   : S("stun");
	out->host = conf->relay_host.len ? conf->relay_host : c->host->name;
	out->port = str_format(c->arena, "%u", at & 0xffff);
	out->transport = transport == RELAY_UDP ? S("udp") : S("tcp");
	return true;
}

/* As STUN to anybody, as TURN with credentials of the one who asks. */
static void
write_relay(struct xml_writer *w, struct call *c, const struct external *e)
{
	struct turn_credentials login;

	xml_open(w, S(""), S("service"));
	xml_attr(w, S("type"), e->type);
	xml_attr(w, S("host"), e->host);
	xml_attr(w, S("port"), e->port);
	xml_attr(w, S("transport"), e->transport);
	if (str_starts(e->type, S("turn"))) {
		turn_credentials_make(
		    jid_bare(c->stanza->from), loop_wall_us(), c->arena, &login);
		xml_attr(w, S("restricted"), S("true"));
		xml_attr(w, S("username"), login.username);
		xml_attr(w, S("password"), login.password);
		xml_attr(w, S("expires"), date_format(c->arena, login.expires));
	}
	xml_close(w);
}

/* Those who have an account here. */
static bool
may_ask(const struct call *c)
{
	return c->session && str_eq(jid_domain(c->stanza->from), c->host->name);
}

/* Sections 3.1 and 3.2. */
static enum verdict
on_services(struct call *c)
{
	const struct external_conf *conf = c->conf;
	struct str type = elem_attr_or_none(c->payload, S("type"), c->arena);
	struct xml_writer w;
	struct external e;

	if (!may_ask(c))
		return refuse(c, ERR_FORBIDDEN);
	iq_result_begin(c, &w);
	xml_open(&w, NS_EXTERNAL_SERVICES, S("services"));
	write_attr(&w, S("type"), type);
	for (size_t i = 0; i < conf->services.count; i++)
		if (external_read(conf->services.at[i], &e) &&
		    (!type.len || str_eq(type, e.type)))
			write_service(&w, conf, &e);
	for (size_t i = 0; find_relay(c, i, &e); i++)
		if (!type.len || str_eq(type, e.type))
			write_relay(&w, c, &e);
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* Section 3.3: all that are meant and have credentials. */
static enum verdict
on_credentials(struct call *c)
{
	const struct external_conf *conf = c->conf;
	struct elem asked = elem_first(c->payload);
	struct str type, host, port;
	struct xml_writer w;
	struct external e;
	size_t n = 0;

	if (!may_ask(c))
		return refuse(c, ERR_FORBIDDEN);
	if (!elem_exists(asked) || !elem_is(asked, NS_EXTERNAL_SERVICES, S("service")))
		return refuse(c, ERR_BAD_REQUEST);
	type = elem_attr_or_none(asked, S("type"), c->arena);
	host = elem_attr_or_none(asked, S("host"), c->arena);
	port = elem_attr_or_none(asked, S("port"), c->arena);
	if (!type.len || !host.len)
		return refuse(c, ERR_BAD_REQUEST);
	iq_result_begin(c, &w);
	xml_open(&w, NS_EXTERNAL_SERVICES, S("credentials"));
	for (size_t i = 0; i < conf->services.count; i++) {
		if (!external_read(conf->services.at[i], &e) || !str_eq(type, e.type) ||
		    !str_eq_nocase(host, e.host) || (port.len && !str_eq(port, e.port)) ||
		    !is_restricted(&e) || !conf->username.len)
			continue;
		write_service(&w, conf, &e);
		n++;
	}
	for (size_t i = 0; find_relay(c, i, &e); i++) {
		if (!str_starts(e.type, S("turn")) || !str_eq(type, e.type) ||
		    !str_eq_nocase(host, e.host) || (port.len && !str_eq(port, e.port)))
			continue;
		write_relay(&w, c, &e);
		n++;
	}
	xml_close(&w);
	return n ? iq_result_finish(c, &w) : refuse(c, ERR_ITEM_NOT_FOUND);
}

/* Clients that find the feature stop looking elsewhere: it is there when there are services. */
static enum verdict
on_disco_info(struct call *c)
{
	const struct external_conf *conf = c->conf;
	struct external e;

	if (conf->services.count == 0 && !find_relay(c, 0, &e))
		return PASS;
	disco_write_feature(c->out, NS_EXTERNAL_SERVICES);
	return PASS;
}

static const struct hook hooks[] = {
	{ ON_IQ_GET, SERVER, NS_EXTERNAL_SERVICES, S("services"), HANDLE, on_services },
	{ ON_IQ_GET, SERVER, NS_EXTERNAL_SERVICES, S("credentials"), HANDLE, on_credentials },
	{ .on = ON_DISCO_INFO, .in = HANDLE, .run = on_disco_info },
};

const struct module mod_external = {
	.name = "external",
	.doc =
	    "Tells clients of services outside XMPP that they may use, such as STUN and TURN.",
	.specs = LIST(struct spec,
	    { XEP, 215, "1.0.0", "as configured, and the own relay; nothing is pushed" }),
	.conf_size = sizeof(struct external_conf),
	.options = LIST(struct option,
	    { "services", STRINGS, FIELD(external_conf, services), "", NULL, "64",
		"Each as TYPE:HOST[:PORT][?transport=PROTOCOL]: stun:stun.example.org, "
		"turn:turn.example.org:3478?transport=tcp." },
	    { "username", STRING, FIELD(external_conf, username), "", NULL, "256",
		"Told with services of the types turn and turns." },
	    { "password", SECRET, FIELD(external_conf, password), "", NULL, "256",
		"Told together with `username`." },
	    { "relay", BOOL, FIELD(external_conf, relay), "yes", NULL, NULL,
		"Whether the server's own relay is told of, with credentials for the account, "
		"where a listener serves `turn`." },
	    { "relay_host", STRING, FIELD(external_conf, relay_host), "", NULL, "256",
		"Name or address by which it is reached; the host's name when nothing is "
		"said." }),
	.check = external_check,
	.hooks = TABLE(hooks),
};
