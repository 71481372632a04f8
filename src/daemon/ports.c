/* SPDX-License-Identifier: MIT */
#include "daemon/ports.h"

#include "ctl/client.h"
#include "daemon/control.h"
#include "stream/c2s.h"
#include "transport/conf.h"
#include "transport/listener.h"
#include "transport/tls.h"

static void
on_accept(void *user, struct conn *c)
{
	(void)user;
	c2s_accept(c);
}

static enum status
open_one(const struct ports *n, const struct config_listener *l, struct arena *a,
    struct str *reason, struct open_listener *out)
{
	struct listener_conf conf = {
		.address = l->address,
		.port = (uint16_t)l->port,
		.tls = l->tls == LISTEN_DIRECT_TLS ? n->tls : NULL,
		.on_accept = on_accept,
	};

	out->conf = *l;
	return listener_open(n->transport, &conf, a, reason, &out->listener);
}

static void
close_all(struct open_listener *listeners, size_t n)
{
	for (size_t i = 0; i < n; i++)
		listener_close(&listeners[i].listener);
}

enum status
ports_open(struct ports *n, const struct config *config, struct str data,
    struct tls_context *tls, struct arena *a, struct str *reason)
{
	size_t count;
	const struct config_listener *l = config_listeners(config, &count);
	enum status s;

	*n = (struct ports){ .transport = transport_new(), .tls = tls_slot_new() };
	tls_slot_set(n->tls, tls);
	if ((s = transport_configure(n->transport,
		 config_section(config, transport_section.name), a, reason)) != OK)
		return s;
	for (; n->n_listeners < count; n->n_listeners++)
		if ((s = open_one(n, &l[n->n_listeners], a, reason,
			 &n->listeners[n->n_listeners])) != OK)
			return s;
	return control_open(n->transport, client_socket_path(data, a), a, reason, &n->control);
}

void
ports_start(struct ports *n)
{
	for (size_t i = 0; i < n->n_listeners; i++)
		listener_start(n->listeners[i].listener);
	listener_start(n->control);
}

/* --- changing ------------------------------------------------------------------------------
 */

static bool
is_same(const struct config_listener *a, const struct config_listener *b)
{
	return a->port == b->port && str_eq(a->address, b->address) && a->tls == b->tls &&
	       (a->port != 0 || str_eq(a->name, b->name));
}

/* The open listener that is as wanted, NULL when there is none. */
static struct open_listener *
find_open(struct ports *n, const struct config_listener *wanted)
{
	for (size_t i = 0; i < n->n_listeners; i++)
		if (n->listeners[i].listener && is_same(&n->listeners[i].conf, wanted))
			return &n->listeners[i];
	return NULL;
}

/* Into next[] those that are not open yet. On failure all of these are closed again. */
static enum status
open_new(struct ports *n, const struct config_listener *l, size_t count,
    struct open_listener *next, struct arena *a, struct str *reason)
{
	enum status s = OK;

	for (size_t i = 0; s == OK && i < count; i++)
		if (!find_open(n, &l[i]))
			s = open_one(n, &l[i], a, reason, &next[i]);
	if (s != OK)
		close_all(next, count);
	return s;
}

enum status
ports_change(struct ports *n, const struct config *config, struct tls_context *tls,
    struct arena *a, struct str *reason)
{
	struct open_listener next[CONFIG_LISTENERS_MAX] = { 0 };
	size_t count;
	const struct config_listener *l = config_listeners(config, &count);
	enum status s;

	if ((s = open_new(n, l, count, next, a, reason)) != OK)
		return s;
	if ((s = transport_configure(n->transport,
		 config_section(config, transport_section.name), a, reason)) != OK) {
		close_all(next, count);
		return s;
	}
	tls_slot_set(n->tls, tls);
	for (size_t i = 0; i < count; i++) {
		if (next[i].listener)
			listener_start(next[i].listener);
		else
			next[i].listener = TAKE(find_open(n, &l[i])->listener);
		next[i].conf = l[i];
	}
	close_all(n->listeners, n->n_listeners);
	memcpy(n->listeners, next, sizeof(next));
	n->n_listeners = count;
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
	tls_slot_free(&n->tls);
	transport_free(&n->transport);
}
