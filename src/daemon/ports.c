/* SPDX-License-Identifier: MIT */
#include "daemon/ports.h"

#include "base/log.h"
#include "ctl/client.h"
#include "daemon/control.h"
#include "http/http.h"
#include "media/relay.h"
#include "media/settings.h"
#include "media/stream.h"
#include "modules/bytestreams/tunnel.h"
#include "modules/external.h"
#include "stream/c2s.h"
#include "stream/component.h"
#include "transport/conf.h"
#include "transport/listener.h"
#include "transport/tls.h"

/* Who speaks what can be served, the one to be preferred first. */
static const struct {
	enum listen_serve serve;
	struct speaker speaker;
} protocols[PROTOCOLS_MAX] = {
	{ LISTEN_C2S, { .says = SPOKEN_XMPP, .alpn = S("xmpp-client"), .accept = c2s_accept } },
	/* Whoever calls it by its name (RFC 7443) may say that he could speak HTTP, too. */
	{ LISTEN_TURN, { .says = SPOKEN_STUN,
			   .alpn = S("stun.turn"),
			   .in_clear = true,
			   .accept = turn_accept } },
	{ LISTEN_HTTP, { .says = SPOKEN_HTTP,
			   .alpn = S("http/1.1"),
			   .in_clear = true,
			   .accept = http_accept } },
	{ LISTEN_COMPONENT, { .says = SPOKEN_COMPONENT, .accept = component_accept } },
	{ LISTEN_SOCKS5, { .says = SPOKEN_SOCKS, .in_clear = true, .accept = tunnel_accept } },
};

/* --- doors ---------------------------------------------------------------------------------
 */

static void
make_receptions(struct door *d, struct transport *t)
{
	for (int tls = LISTEN_STARTTLS; tls <= LISTEN_NO_TLS; tls++)
		for (int proxy = 0; proxy <= 1; proxy++)
			d->receptions[tls][proxy] = (struct reception){
				.transport = t,
				.speakers = d->speakers,
				.n = d->n,
				.tls = tls == LISTEN_NO_TLS ? NULL : d->tls,
				.tls_only = tls == LISTEN_DIRECT_TLS,
				.from_proxies = proxy,
			};
}

static void
make_doors(struct ports *n)
{
	for (unsigned mask = 1; mask <= LISTEN_SERVE_ALL; mask++) {
		struct door *d = &n->doors[mask];

		for (size_t i = 0; i < PROTOCOLS_MAX; i++)
			if (mask & protocols[i].serve)
				d->speakers[d->n++] = protocols[i].speaker;
		d->tls = tls_slot_new();
		make_receptions(d, n->transport);
	}
}

/* The same certificates at all doors, each with the names of what is spoken there. */
static void
show_certificates(struct ports *n, struct tls_context *tls)
{
	for (unsigned mask = 1; mask <= LISTEN_SERVE_ALL; mask++) {
		struct door *d = &n->doors[mask];
		struct str alpn[PROTOCOLS_MAX];
		struct tls_context *offering;
		size_t named = 0;

		for (size_t i = 0; i < d->n; i++)
			if (d->speakers[i].alpn.len)
				alpn[named++] = d->speakers[i].alpn;
		offering = tls_context_offering(tls, (struct str_list){ alpn, named });
		tls_slot_set(d->tls, offering);
		tls_context_unref(&offering);
	}
}

/* --- opening -------------------------------------------------------------------------------
 */

static void
accept_at_reception(void *reception, struct conn *c)
{
	reception_accept(reception, c);
}

static void
accept_at_once(void *reception, struct conn *c)
{
	((const struct reception *)reception)->speakers[0].accept(c);
}

/*
 * A port of the relay that somebody has, such as another relay on this machine, is done
 * without: chats are not to wait for calls. It is tried again with each change.
 */
static enum status
or_without(const struct config_listener *l, enum status s, const struct str *reason)
{
	if (s != E_EXISTS || l->serve != LISTEN_TURN)
		return s;
	log_warn("turn.port_taken", LOG_STR("listener", l->name), LOG_STR("reason", *reason));
	return OK;
}

/* It may be none: see above. */
static enum status
open_one(struct ports *n, const struct config_listener *l, struct arena *a, struct str *reason,
    struct open_listener *out)
{
	struct reception *r;
	struct listener_conf conf;
	bool waits;

	out->conf = *l;
	if (l->udp)
		return or_without(l,
		    turn_door_open(l->address, (uint16_t)l->port, a, reason, &out->turn),
		    reason);
	r = &n->doors[l->serve].receptions[l->tls][l->proxy];
	waits = reception_is_needed(r);
	conf = (struct listener_conf){
		.address = l->address,
		.port = (uint16_t)l->port,
		.tls = r->tls_only && !waits ? r->tls : NULL,
		.from_proxies = l->proxy,
		.on_accept = waits ? accept_at_reception : accept_at_once,
		.user = r,
	};
	return or_without(
	    l, listener_open(n->transport, &conf, a, reason, &out->listener), reason);
}

static bool
is_open(const struct open_listener *l)
{
	return l->listener || l->turn;
}

uint16_t
open_listener_port(const struct open_listener *l)
{
	return l->turn ? turn_door_port(l->turn) : listener_port(l->listener);
}

static void
start_one(const struct open_listener *l)
{
	if (l->turn)
		turn_door_start(l->turn);
	else
		listener_start(l->listener);
}

/* The port of the first that serves it, for what clients are told who ask; or 0. */
static uint16_t
port_of(const struct ports *n, enum listen_serve serve)
{
	for (size_t i = 0; i < n->n_listeners; i++)
		if (n->listeners[i].conf.serve & serve)
			return open_listener_port(&n->listeners[i]);
	return 0;
}

static enum relay_transport
relay_transport_of(const struct config_listener *l)
{
	return l->udp ? RELAY_UDP : l->tls == LISTEN_NO_TLS ? RELAY_TCP : RELAY_TLS;
}

/* Those first that serve calls best. */
static void
tell_relay_ports(const struct ports *n)
{
	struct relay_port relays[RELAY_PORTS_MAX];
	size_t count = 0;

	for (enum relay_transport t = RELAY_UDP; t <= RELAY_TLS; t++)
		for (size_t i = 0; i < n->n_listeners && count < RELAY_PORTS_MAX; i++) {
			const struct config_listener *l = &n->listeners[i].conf;

			if (l->serve & LISTEN_TURN && !l->proxy && relay_transport_of(l) == t)
				relays[count++] =
				    (struct relay_port){ open_listener_port(&n->listeners[i]),
					    t };
		}
	external_relay_at(relays, count);
}

static void
tell_ports(const struct ports *n)
{
	tell_relay_ports(n);
	tunnels_listen_at(port_of(n, LISTEN_SOCKS5));
}

static void
close_all(struct open_listener *listeners, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		listener_close(&listeners[i].listener);
		turn_door_close(&listeners[i].turn);
	}
}

static void
use_turn_settings(const struct config *config)
{
	const struct transport_conf *t = config_section(config, transport_section.name);

	turn_settings_use(config_section(config, turn_section.name), t->trusted_networks);
}

enum status
ports_open(struct ports *n, const struct config *config, struct str data,
    struct tls_context *tls, struct arena *a, struct str *reason)
{
	size_t count;
	const struct config_listener *l = config_listeners(config, &count);
	enum status s;

	*n = (struct ports){ .transport = transport_new() };
	use_turn_settings(config);
	make_doors(n);
	show_certificates(n, tls);
	if ((s = transport_configure(n->transport,
		 config_section(config, transport_section.name), a, reason)) != OK)
		return s;
	for (size_t i = 0; i < count; i++) {
		struct open_listener *next = &n->listeners[n->n_listeners];

		if ((s = open_one(n, &l[i], a, reason, next)) != OK)
			return s;
		n->n_listeners += is_open(next);
	}
	tell_ports(n);
	return control_open(n->transport, client_socket_path(data, a), a, reason, &n->control);
}

void
ports_start(struct ports *n)
{
	for (size_t i = 0; i < n->n_listeners; i++)
		start_one(&n->listeners[i]);
	listener_start(n->control);
}

/* --- changing ------------------------------------------------------------------------------
 */

static bool
is_same(const struct config_listener *a, const struct config_listener *b)
{
	return a->port == b->port && str_eq(a->address, b->address) && a->tls == b->tls &&
	       a->serve == b->serve && a->proxy == b->proxy && a->udp == b->udp &&
	       (a->port != 0 || str_eq(a->name, b->name));
}

/* Into same[] the open listener that is as wanted, for each; NULL when there is none. */
static void
find_open(
    struct ports *n, const struct config_listener *l, size_t count, struct open_listener **same)
{
	bool taken[CONFIG_LISTENERS_MAX] = { 0 };

	for (size_t i = 0; i < count; i++) {
		same[i] = NULL;
		for (size_t k = 0; k < n->n_listeners && !same[i]; k++)
			if (!taken[k] && is_same(&n->listeners[k].conf, &l[i])) {
				taken[k] = true;
				same[i] = &n->listeners[k];
			}
	}
}

/* Into next[] those that are not open yet. On failure all of these are closed again. */
static enum status
open_new(struct ports *n, const struct config_listener *l, size_t count,
    struct open_listener *const *same, struct open_listener *next, struct arena *a,
    struct str *reason)
{
	enum status s = OK;

	for (size_t i = 0; s == OK && i < count; i++)
		if (!same[i])
			s = open_one(n, &l[i], a, reason, &next[i]);
	if (s != OK)
		close_all(next, count);
	return s;
}

enum status
ports_change(struct ports *n, const struct config *config, struct tls_context *tls,
    struct arena *a, struct str *reason)
{
	struct open_listener next[CONFIG_LISTENERS_MAX] = { 0 }, *same[CONFIG_LISTENERS_MAX];
	size_t count;
	const struct config_listener *l = config_listeners(config, &count);
	enum status s;

	find_open(n, l, count, same);
	if ((s = open_new(n, l, count, same, next, a, reason)) != OK)
		return s;
	if ((s = transport_configure(n->transport,
		 config_section(config, transport_section.name), a, reason)) != OK) {
		close_all(next, count);
		return s;
	}
	use_turn_settings(config);
	show_certificates(n, tls);
	for (size_t i = 0; i < count; i++) {
		if (same[i]) {
			next[i].listener = TAKE(same[i]->listener);
			next[i].turn = TAKE(same[i]->turn);
		} else if (is_open(&next[i])) {
			start_one(&next[i]);
		}
		next[i].conf = l[i];
	}
	close_all(n->listeners, n->n_listeners);
	n->n_listeners = 0;
	for (size_t i = 0; i < count; i++)
		if (is_open(&next[i]))
			n->listeners[n->n_listeners++] = next[i];
	tell_ports(n);
	return OK;
}

/* --- the end -------------------------------------------------------------------------------
 */

void
ports_stop_listening(struct ports *n)
{
	close_all(n->listeners, n->n_listeners);
	n->n_listeners = 0;
	listener_close(&n->control);
	receptions_end();
}

size_t
ports_connections(const struct ports *n)
{
	struct admission_counters counters;

	transport_count(n->transport, &counters);
	return counters.connections;
}

void
ports_close(struct ports *n)
{
	for (unsigned mask = 1; mask <= LISTEN_SERVE_ALL; mask++)
		tls_slot_free(&n->doors[mask].tls);
	transport_free(&n->transport);
	turn_relay_end();
}
