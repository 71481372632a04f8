/* SPDX-License-Identifier: MIT */
#include "stream/conf.h"

#include "base/limits.h"

const struct section stream_section = {
	.name = "c2s",
	.doc = "Streams of clients.",
	.conf_size = sizeof(struct stream_conf),
	.options = LIST(struct option,
	    { "require_tls", BOOL, FIELD(stream_conf, require_tls), "yes", NULL, NULL,
		"Nobody logs in before TLS is on." },
	    { "allow_plain", BOOL, FIELD(stream_conf, allow_plain), "yes", NULL, NULL,
		"Offer SASL PLAIN, over TLS only." },
	    { "allow_anonymous", BOOL, FIELD(stream_conf, allow_anonymous), "no", NULL, NULL,
		"Offer SASL ANONYMOUS: a new account for each session, which ends with it." },
	    { "announce_offer", BOOL, FIELD(stream_conf, announce_offer), "yes", NULL, NULL,
		"Let SCRAM show a hash of the mechanisms offered, so that clients notice when "
		"someone took the better ones away (XEP-0474)." },
	    { "negotiation_timeout", TIME, FIELD(stream_conf, negotiation_ms), "60s", "1s",
		"10m", "Time from connecting to having logged in." },
	    { "silence", TIME, FIELD(stream_conf, silence_ms), "5m", "5s", "1d",
		"A session that has been silent for so long is asked whether it is there." },
	    { "linger", TIME, FIELD(stream_conf, linger_ms), "5s", "100ms", "1m",
		"How long a closed stream waits for its last bytes to leave." },
	    { "max_stanza", SIZE, FIELD(stream_conf, stanza_bytes), "256KiB", "10000", "16MiB",
		"Bytes of one stanza, once logged in." },
	    { "rate", SIZE, FIELD(stream_conf, bytes_per_s), "64KiB", "1KiB", "1GiB",
		"Bytes a second that one client may send on average; it is read from slower "
		"when it sends more." },
	    { "burst", SIZE, FIELD(stream_conf, burst_bytes), "1MiB", "16KiB", "1GiB",
		"Bytes that one client may send at once." },
	    { "auth_attempts", U32, FIELD(stream_conf, auth_attempts), "3", "1", "100",
		"Failed attempts to log in, after which a stream is closed." },
	    { "resource_conflict", CHOICE, FIELD(stream_conf, conflict), "replace", NULL, NULL,
		"What happens when a resource is bound that is in use: the older session "
		"ends, the newer one gets another name, or is refused.",
		"replace rename refuse" },
	    { "token_lifetime", TIME, FIELD(stream_conf, token_ms), "14d", "1m", "365d",
		"How long a login token (XEP-0484) is valid." },
	    { "resume_time", TIME, FIELD(stream_conf, resume_ms), "5m", "1s", "1d",
		"How long a session waits for its client after the connection was lost "
		"(XEP-0198).",
		"never" },
	    { "unacknowledged_stanzas", U32, FIELD(stream_conf, unacked_stanzas), "1000", "50",
		"100000",
		"Stanzas that are kept for a client until it acknowledges them; with more, its "
		"session ends, and messages go to other devices or wait." },
	    { "unacknowledged_bytes", SIZE, FIELD(stream_conf, unacked_bytes), "2MiB", "256KiB",
		"1GiB", "Bytes of these." },
	    { "resume_location", STRING, FIELD(stream_conf, resume_location), "", NULL, "255",
		"Where clients are to connect when they come back: host:port. Empty: as they "
		"did before." }),
};

const struct section websocket_section = {
	.name = "websocket",
	.doc = "Clients in web pages: XMPP over WebSocket at /xmpp-websocket, where HTTP is "
	       "served.",
	.conf_size = sizeof(struct websocket_conf),
	.options = LIST(struct option,
	    { "origins", STRINGS, FIELD(websocket_conf, origins), "*", "1", "64",
		"Sites whose pages may connect, such as https://www.example.org; * for all: a "
		"page has nothing to log in with but what it was given." },
	    { "see_other_uri", STRING, FIELD(websocket_conf, see_other_uri), "", NULL, "512",
		"Clients are told to connect to this address (wss://...) instead." }),
};

const struct section bosh_section = {
	.name = "bosh",
	.doc = "Clients that know nothing better: XMPP in requests to /http-bind (XEP-0124), "
	       "where HTTP is served.",
	.conf_size = sizeof(struct bosh_conf),
	.options = LIST(struct option,
	    { "wait", TIME, FIELD(bosh_conf, wait_ms), "60s", "1s", "10m",
		"How long a request waits for something to be said, at most. Proxies in front "
		"of the server must allow as much." },
	    { "inactivity", TIME, FIELD(bosh_conf, inactivity_ms), "30s", "1s", "10m",
		"A session without a request for so long has ended." },
	    { "polling", TIME, FIELD(bosh_conf, polling_ms), "2s", "1s", "1m",
		"Who asks for news more often than that is disconnected." },
	    { "polling_inactivity", TIME, FIELD(bosh_conf, polling_inactivity_ms), "90s", "2s",
		"10m", "`inactivity` of clients that only poll; longer than `polling`." },
	    { "max_pause", TIME, FIELD(bosh_conf, pause_ms), "2m", "1s", "10m",
		"How long a client may announce to be silent, as while a page is loaded." },
	    { "see_other_uri", STRING, FIELD(bosh_conf, see_other_uri), "", NULL, "512",
		"Clients are told to send their requests to this address instead." }),
};

struct xml_bounds
stream_bounds_stranger(void)
{
	return (struct xml_bounds){
		.bytes = STRANGER_STANZA_BYTES,
		.depth = STRANGER_STANZA_DEPTH,
		.attributes = STANZA_ATTRIBUTES,
		.elements = STRANGER_STANZA_ELEMENTS,
	};
}

struct xml_bounds
stream_bounds_client(const struct stream_conf *conf)
{
	return (struct xml_bounds){
		.bytes = (uint32_t)conf->stanza_bytes,
		.depth = STANZA_DEPTH,
		.attributes = STANZA_ATTRIBUTES,
		.elements = STANZA_ELEMENTS,
	};
}
