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
		"How long a login token (XEP-0484) is valid." }),
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
