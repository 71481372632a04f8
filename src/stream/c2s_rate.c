/* SPDX-License-Identifier: MIT
 *
 * How much a client may send: a bucket of bytes that fills at the configured rate. Who has
 * emptied it is not read from until it has refilled, so that TCP slows the sender down;
 * nothing is lost and nobody is disconnected.
 */
#include "stream/c2s.h"
#include "stream/conf.h"

static void
refill(struct c2s *c)
{
	const struct stream_conf *conf = hosts_stream_conf();
	msec_t now = loop_now_ms(), passed = now - c->credited_ms;
	int64_t most = (int64_t)conf->burst_bytes;

	c->credited_ms = now;
	if (passed > most * 1000 / (int64_t)conf->bytes_per_s)
		c->credit_bytes = most;
	else
		c->credit_bytes += passed * (int64_t)conf->bytes_per_s / 1000;
	if (c->credit_bytes > most)
		c->credit_bytes = most;
}

void
c2s_spend(struct c2s *c, size_t bytes)
{
	struct stream *s = &c->stream;

	c->credit_bytes -= (int64_t)bytes;
	if (c->credit_bytes >= 0 || stream_is_trusted(s))
		return;
	refill(c);
	if (c->credit_bytes >= 0 || s->held & HELD_RATE)
		return;
	stream_hold(s, HELD_RATE);
	timer_set(
	    &s->timer, -c->credit_bytes * 1000 / (int64_t)hosts_stream_conf()->bytes_per_s + 1);
}

bool
c2s_rate_due(struct c2s *c)
{
	struct stream *s = &c->stream;

	if (!(s->held & HELD_RATE))
		return false;
	refill(c);
	timer_set(&s->timer, s->state == C2S_BOUND ? hosts_stream_conf()->silence_ms
						   : hosts_stream_conf()->negotiation_ms);
	stream_go_on(s, HELD_RATE);
	return true;
}
