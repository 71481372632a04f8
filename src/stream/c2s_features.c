/* SPDX-License-Identifier: MIT
 *
 * Stream features (RFC 6120 section 4.3.2): what the client may negotiate in the state that
 * the stream is in. Modules add theirs.
 */
#include "router/dispatch.h"
#include "router/hook.h"
#include "stream/c2s.h"
#include "stream/conf.h"
#include "xmpp/ns.h"

static void
write_module_features(struct c2s *c, struct xml_writer *w, enum event on)
{
	struct call call = {
		.arena = &c->talk->arena,
		.host = c2s_host(c),
		.outlet = &c->outlet,
		.out = w,
	};

	if (call.host)
		dispatch_event(&call, on);
}

/* RFC 6120 section 5.3.1: when it is mandatory, nothing else is offered beside it. */
static void
write_starttls(struct c2s *c, struct xml_writer *w)
{
	if (!stream_can_start_tls(&c->stream) || !hosts_tls())
		return;
	xml_open(w, NS_TLS, S("starttls"));
	if (hosts_stream_conf()->require_tls)
		xml_empty(w, NS_TLS, S("required"));
	xml_close(w);
}

/*
 * XEP-0478 0.2.0: what the other side may send at once, and how long it may be silent before
 * it is asked whether it is there.
 */
static void
write_limits(
    struct c2s *c, struct xml_writer *w, const struct xml_bounds *bounds, msec_t idle_ms)
{
	struct arena *a = &c->talk->arena;

	xml_open(w, NS_LIMITS, S("limits"));
	xml_leaf(w, S(""), S("max-bytes"), str_format(a, "%u", bounds->bytes));
	xml_leaf(w, S(""), S("idle-seconds"), str_format(a, "%lld", (long long)idle_ms / 1000));
	xml_close(w);
}

static void
write_client_features(struct c2s *c, struct xml_writer *w)
{
	const struct stream_conf *conf = hosts_stream_conf();
	struct xml_bounds bounds = stream_bounds_client(conf);

	xml_empty(w, NS_SM, S("sm"));
	write_module_features(c, w, ON_FEATURES_CLIENT);
	write_limits(c, w, &bounds, conf->silence_ms);
}

static void
write_stranger_features(struct c2s *c, struct xml_writer *w)
{
	struct xml_bounds bounds = stream_bounds_stranger();

	c2s_write_auth_features(c, w);
	write_module_features(c, w, ON_FEATURES_STRANGER);
	write_limits(c, w, &bounds, hosts_stream_conf()->negotiation_ms);
}

void
c2s_send_features(struct c2s *c)
{
	struct xml_writer w;

	xml_begin_inner(&w, &c->talk->arena, NS_CLIENT);
	if (c->stream.state == C2S_BINDING) {
		xml_empty(&w, NS_BIND, S("bind"));
		write_client_features(c, &w);
	} else {
		write_starttls(c, &w);
		if (c->stream.over_tls || !hosts_stream_conf()->require_tls)
			write_stranger_features(c, &w);
	}
	stream_write_features(&c->stream, xml_written(&w));
}

void
c2s_send_bound_features(struct c2s *c)
{
	struct xml_writer w;

	xml_begin_inner(&w, &c->talk->arena, NS_CLIENT);
	write_client_features(c, &w);
	stream_write_features(&c->stream, xml_written(&w));
}
