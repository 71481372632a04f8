/* SPDX-License-Identifier: MIT
 *
 * What tests of HTTP share: a driven worker, a site with routes of the test's, and a client
 * on the other end of a socket.
 */
#ifndef TESTS_HTTP_RIG_H
#define TESTS_HTTP_RIG_H

#include "../transport/rig.h"

#include "http/conf.h"

static struct transport *transport;
static struct http_conf site_conf;
static int client = -1;
static struct buf got;    /* by the client */
static bool client_ended; /* it heard of the end */

static inline void
rig_publish(struct http_routes routes)
{
	struct http_site *site;
	struct str reason;
	struct arena a;

	arena_init(&a, 1024);
	assert_int_equal(http_site_new(&site_conf, &routes, 1, 5281, &a, &reason, &site), OK);
	http_site_publish(site);
	loop_drive();
	arena_fini(&a);
}

static inline void
rig_connect_client(void)
{
	struct address from = { 0 };
	struct conn *c;
	int ours;

	rig_tcp_pair(&ours, &client, 0);
	assert_int_equal(address_parse(S("127.0.0.1"), &from), OK);
	assert_int_equal(conn_adopt(transport, ours, &from, NULL, &c), OK);
	http_accept(c);
	client_ended = false;
	buf_drop(&got, got.len);
}

/* Where there are workers already. */
static inline void
rig_serve(struct http_routes routes)
{
	struct arena a;

	transport = transport_new();
	http_start();
	arena_init(&a, 1024);
	memset(&site_conf, 0, sizeof(site_conf));
	option_preset(http_section.options, &site_conf, &a);
	site_conf.require_tls = false;
	site_conf.metrics_from = site_conf.trusted_proxies = (struct str_list){ 0 };
	rig_publish(routes);
	arena_fini(&a);
	buf_init(&got, RIG_BYTES_MAX);
	rig_connect_client();
}

static inline void
rig_begin(struct http_routes routes)
{
	assert_int_equal(workers_init(2), OK);
	loop_drive_as(0);
	rig_serve(routes);
}

static inline void
rig_serve_no_more(void)
{
	if (client >= 0)
		close(client);
	client = -1;
	loop_drive();
	http_leave_worker();
	transport_free(&transport);
	buf_fini(&got);
}

static inline void
rig_end(void)
{
	rig_serve_no_more();
	loop_drive_end();
	workers_fini();
	chunks_release_pools();
}

static inline void
rig_reconnect(void)
{
	close(client);
	loop_drive();
	rig_connect_client();
}

/* What the client says, and what has come back when all has been done. */
static inline void
rig_say(struct str bytes)
{
	if (bytes.len)
		rig_send(client, bytes.at, bytes.len);
	loop_drive();
	client_ended = rig_receive(client, &got) || client_ended;
	loop_drive();
}

/* Whether what came back holds the text; forgets it up to there. */
static inline bool
rig_saw(const char *text)
{
	char *at = got.len ? memmem(got.at, got.len, text, strlen(text)) : NULL;

	if (!at)
		return false;
	buf_drop(&got, (size_t)(at - got.at) + strlen(text));
	return true;
}

#endif
