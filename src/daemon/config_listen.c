/* SPDX-License-Identifier: MIT
 *
 * "listen": where clients connect.
 */
#include "base/limits.h"
#include "daemon/config_reading.h"

#include <arpa/inet.h>

const struct section config_listen_section = {
	.name = "listen",
	.doc = "Where clients connect. A list; without it the server listens as shown.",
	.conf_size = sizeof(struct config_listener),
	.options = LIST(struct option,
	    { "name", STRING, FIELD(config_listener, name), NULL, NULL, "64",
		"What logs and the command line (`--set listen.NAME.port=5222`) call it; "
		"the port when nothing is said." },
	    { "port", U32, FIELD(config_listener, port), NULL, "0", "65535",
		"TCP port, or UDP port; 0 takes a free one. Needed." },
	    { "address", STRING, FIELD(config_listener, address), "*", "1", "64",
		"IPv4 or IPv6 address to listen at; * for all of the machine." },
	    { "tls", CHOICE, FIELD(config_listener, tls), "starttls", NULL, NULL,
		"starttls: the client asks for TLS first; direct: TLS from the first byte; "
		"none: unencrypted, for tests and behind a proxy. With several protocols "
		"starttls takes both, and direct answers unencrypted HTTP with the way to "
		"HTTPS.",
		.words = "starttls direct none" },
	    { "serve", FLAGS, FIELD(config_listener, serve), "c2s", "1", NULL,
		"The protocols spoken here. Of several the client's first bytes tell which it "
		"is; under TLS the name it gives (ALPN: xmpp-client, http/1.1, stun.turn) "
		"does.",
		.words = "c2s http component socks5 turn" },
	    { "udp", BOOL, FIELD(config_listener, udp), "no", NULL, NULL,
		"Over UDP instead of TCP, which only turn is; with `tls: none`." },
	    { "proxy", BOOL, FIELD(config_listener, proxy), "no", NULL, NULL,
		"Each connection must begin with a header of the PROXY protocol, version 1 or "
		"2, that says whom it is for, and come from one of `connections.proxies`." },
	    { "enabled", BOOL, FIELD(config_listener, enabled), "yes", NULL, NULL,
		"Whether it is used." }),
};

/* The listeners when the file names none; `rest` is what they have besides. 5269 (s2s) is kept
 * free for what will be served there. */
static const struct {
	const char *name;
	uint32_t port;
	const char *tls, *serve, *rest;
} usual_listeners[] = {
	{ "c2s", 5222, "starttls", "c2s", "" },
	{ "c2s_tls", 5223, "direct", "c2s", "" },
	{ "web", 5281, "direct", "c2s, http, turn", "" },
	{ "turn", 3478, "none", "turn", ", udp: yes" },
	{ "turn_tcp", 3478, "none", "turn", "" },
	{ "turn_tls", 5349, "direct", "turn", "" },
	{ "component", 5347, "none", "component", ", address: 127.0.0.1, enabled: no" },
	{ "socks5", 7777, "none", "socks5", ", enabled: no" },
};

static bool
is_address(struct arena *a, struct str text)
{
	unsigned char bytes[sizeof(struct in6_addr)];
	const char *c = str_to_c(a, text);

	return str_eq(text, S("*")) || inet_pton(AF_INET, c, bytes) == 1 ||
	       inet_pton(AF_INET6, c, bytes) == 1;
}

/* Another listener that would get the same port; port 0 is never the same. */
static const struct config_listener *
rival(const struct config *c, const struct config_listener *l)
{
	for (size_t i = 0; i < c->n_listeners; i++) {
		const struct config_listener *other = &c->listeners[i];

		if (other->port == l->port && l->port != 0 && other->udp == l->udp &&
		    (str_eq(other->address, l->address) || str_eq(other->address, S("*")) ||
			str_eq(l->address, S("*"))))
			return other;
	}
	return NULL;
}

static const struct config_node *
node_or(const struct config_node *map, const char *key)
{
	const struct config_node *n = config_node_find(map, str_from_c(key));

	return n ? n : map;
}

static void
read_listener(struct config_reading *r, const struct config_node *n)
{
	struct config_listener *l = &r->config->listeners[r->config->n_listeners];
	const struct config_listener *other;
	size_t before = r->problems->count;

	if (n->kind != CONFIG_MAP) {
		config_problem(r->problems, n->place,
		    "a listener is a map, such as { port: 5222, tls: starttls, serve: [c2s] }");
		return;
	}
	option_preset(config_listen_section.options, l, r->arena);
	config_read_options(
	    r, n, &(struct config_table){ config_listen_section.options, l }, 1, NULL);
	if (!config_node_find(n, S("port")))
		config_problem(r->problems, n->place, "a listener needs a \"port\"");
	if (!is_address(r->arena, l->address))
		config_problem(r->problems, node_or(n, "address")->place,
		    "\"address\": \"%.*s\" is not an IP address", STR_ARG(l->address));
	if (l->tls == LISTEN_STARTTLS && !(l->serve & LISTEN_C2S))
		config_problem(r->problems, node_or(n, "tls")->place,
		    "\"tls\": only c2s has STARTTLS; the others are served with direct or "
		    "none");
	if (l->udp && (l->serve != LISTEN_TURN || l->tls != LISTEN_NO_TLS || l->proxy))
		config_problem(r->problems, node_or(n, "udp")->place,
		    "\"udp\": only turn is over UDP: a listener with serve: [turn], tls: none");
	if (r->problems->count > before || !l->enabled)
		return;
	if (!l->name.at)
		l->name = str_format(r->arena, "%u", l->port);
	if ((other = rival(r->config, l))) {
		config_problem(r->problems, node_or(n, "port")->place,
		    "port %u is taken by the listener \"%.*s\"", l->port, STR_ARG(other->name));
		return;
	}
	r->config->n_listeners++;
}

void
config_read_listeners(struct config_reading *r, const struct config_node *list)
{
	if (list->kind != CONFIG_LIST) {
		config_problem(r->problems, list->place, "\"listen\" must be a list");
		return;
	}
	if (list->count > CONFIG_LISTENERS_MAX) {
		config_problem(r->problems, list->place, "at most %d listeners are possible",
		    CONFIG_LISTENERS_MAX);
		return;
	}
	/* One more: what is refused is read into the place of the next. */
	r->config->listeners =
	    arena_zalloc(r->arena, (list->count + 1) * sizeof(*r->config->listeners));
	for (const struct config_node *n = list->first; n; n = n->next) {
		r->config->listeners[r->config->n_listeners] = (struct config_listener){ 0 };
		read_listener(r, n);
	}
}

/* --- the usual ones --------------------------------------------------------------------- */

struct str
config_usual_listener(size_t place, uint32_t port_offset, struct arena *a)
{
	if (place >= sizeof(usual_listeners) / sizeof(usual_listeners[0]))
		return (struct str){ 0 };
	return str_format(a, "{ name: %s, port: %u, tls: %s, serve: [%s]%s }",
	    usual_listeners[place].name, usual_listeners[place].port + port_offset,
	    usual_listeners[place].tls, usual_listeners[place].serve,
	    usual_listeners[place].rest);
}

enum status
config_add_usual_listeners(
    struct arena *a, struct config_node *root, uint32_t port_offset, struct config_problems *p)
{
	struct config_place place = { .source = S("the usual listeners") };
	struct config_node *listen = config_node_find(root, S("listen"));
	struct str text = S("["), listener;
	struct config_node *list;
	enum status s;

	if (listen && !config_node_is_blank(listen))
		return OK;
	for (size_t i = 0; (listener = config_usual_listener(i, port_offset, a)).at; i++)
		text = str_format(a, "%.*s%.*s, ", STR_ARG(text), STR_ARG(listener));
	text = str_format(a, "%.*s]", STR_ARG(text));
	if ((s = config_yaml_read(a, text, place, p, &list)) != OK)
		return s;
	list->key = S("listen");
	list->key_place = place;
	if (!listen) {
		config_node_append(root, list);
		return OK;
	}
	list->next = listen->next;
	*listen = *list;
	return OK;
}
