/* SPDX-License-Identifier: MIT */
#include "media/settings.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/random.h"
#include "transport/public.h"

enum { SECRET_MIN = 16 }; /* bytes */

static enum status
check_networks(struct str_list texts, struct arena *a, struct str *reason)
{
	struct network n;

	for (size_t i = 0; i < texts.count; i++)
		if (network_parse(texts.at[i], &n) != OK) {
			*reason = str_format(a,
			    "\"%.*s\" is not a network, such as 192.0.2.0/24 or 2001:db8::/32",
			    STR_ARG(texts.at[i]));
			return E_INVALID;
		}
	return OK;
}

static enum status
turn_check(const void *conf, struct arena *a, struct str *reason)
{
	const struct turn_conf *c = conf;
	struct address at;
	enum status s;

	if (c->secret.len && c->secret.len < SECRET_MIN) {
		*reason = S("the \"secret\" is too short: at least 16 characters");
		return E_INVALID;
	}
	for (size_t i = 0; i < c->external_addresses.count; i++)
		if (address_parse(c->external_addresses.at[i], &at) != OK) {
			*reason = str_format(a, "\"%.*s\" is not an IP address",
			    STR_ARG(c->external_addresses.at[i]));
			return E_INVALID;
		}
	if ((s = check_networks(c->allowed_peers, a, reason)) != OK)
		return s;
	return check_networks(c->denied_peers, a, reason);
}

const struct section turn_section = {
	.name = "turn",
	.doc = "The relay for audio and video calls (STUN and TURN), where a listener serves "
	       "`turn`.",
	.conf_size = sizeof(struct turn_conf),
	.options = LIST(struct option,
	    { "external_addresses", STRINGS, FIELD(turn_conf, external_addresses), "", NULL,
		"2",
		"The addresses by which the machine is reached from outside, when they are "
		"not its own (behind NAT): at most one of each family." },
	    { "secret", SECRET, FIELD(turn_conf, secret), "", NULL, "64",
		"What credentials are made with, at least 16 characters; without, a new one at "
		"each start. Another "
		"relay that shares it takes them as well (\"use-auth-secret\")." },
	    { "credentials", TIME, FIELD(turn_conf, credentials_ms), "1d", "10m", "30d",
		"How long the credentials that clients get are valid." },
	    { "idle", TIME, FIELD(turn_conf, idle_ms), "60s", "1s", "1h",
		"How long a client over TCP or TLS may hold nothing, or not end what it began "
		"to say." },
	    { "max_allocations", U32, FIELD(turn_conf, allocations_max), "2000", "1", "30000",
		"Relayed addresses at a time; each is a port of the machine." },
	    { "max_allocations_per_account", U32, FIELD(turn_conf, account_allocations_max),
		"40", "1", "30000", "The same for one account." },
	    { "rate", SIZE, FIELD(turn_conf, allocation_bytes_per_s), "2MiB", "8KiB", "1GiB",
		"Bytes a second through one relayed address, both directions together; what "
		"is more is lost.",
		.words = "unlimited" },
	    { "allowed_peers", STRINGS, FIELD(turn_conf, allowed_peers), "", NULL, "64",
		"Networks that may be reached through the relay although they are not "
		"public, such as 10.0.0.0/8." },
	    { "denied_peers", STRINGS, FIELD(turn_conf, denied_peers), "", NULL, "64",
		"Networks that may not be reached, though public." },
	    { "rfc5766", BOOL, FIELD(turn_conf, rfc5766), "no", NULL, NULL,
		"Whether clients of 2010 may choose channel numbers above 0x4FFF, which "
		"RFC 8656 has taken away from them; coturn's test client does." }),
	.check = turn_check,
};

static struct {
	pthread_mutex_t lock;
	struct turn_settings now;
	char own_secret[TURN_SECRET_BYTES];
	bool has_secret;
	_Atomic uint64_t number;
	_Atomic msec_t idle_ms;
} shared = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* They were found good. */
static size_t
read_networks(struct str_list texts, size_t max, struct network *out)
{
	size_t n = 0;

	for (size_t i = 0; i < texts.count && n < max; i++)
		if (network_parse(texts.at[i], &out[n]) == OK)
			n++;
	return n;
}

static void
read_external(struct str_list texts, struct turn_settings *s)
{
	struct address at;

	for (size_t i = 0; i < texts.count; i++)
		if (address_parse(texts.at[i], &at) == OK)
			*(address_is_ipv4(&at) ? &s->external_ipv4 : &s->external_ipv6) = at;
}

void
turn_settings_use(const struct turn_conf *conf, struct str_list trusted)
{
	struct turn_settings s = {
		.credentials_ms = conf->credentials_ms,
		.allocations_max = conf->allocations_max,
		.account_allocations_max = conf->account_allocations_max,
		.allocation_bytes_per_s = conf->allocation_bytes_per_s,
		.rfc5766 = conf->rfc5766,
	};
	struct str secret = conf->secret;

	s.n_allowed = read_networks(conf->allowed_peers, TURN_NETWORKS_MAX, s.allowed);
	s.n_denied = read_networks(conf->denied_peers, TURN_NETWORKS_MAX, s.denied);
	s.n_trusted = read_networks(trusted, TURN_TRUSTED_MAX, s.trusted);
	read_external(conf->external_addresses, &s);
	pthread_mutex_lock(&shared.lock);
	if (!shared.has_secret) {
		random_bytes(shared.own_secret, sizeof(shared.own_secret));
		shared.has_secret = true;
	}
	if (!secret.len)
		secret = str_of(shared.own_secret, sizeof(shared.own_secret));
	assert(secret.len <= sizeof(s.secret));
	memcpy(s.secret, secret.at, secret.len);
	s.secret_bytes = secret.len;
	shared.now = s;
	atomic_store(&shared.idle_ms, conf->idle_ms);
	atomic_fetch_add(&shared.number, 1);
	pthread_mutex_unlock(&shared.lock);
	mem_wipe(s.secret, sizeof(s.secret));
}

void
turn_settings_get(struct turn_settings *out)
{
	pthread_mutex_lock(&shared.lock);
	*out = shared.now;
	pthread_mutex_unlock(&shared.lock);
}

uint64_t
turn_settings_number(void)
{
	return atomic_load(&shared.number);
}

msec_t
turn_idle_ms(void)
{
	return atomic_load(&shared.idle_ms);
}

static bool
is_in(const struct network *networks, size_t n, const struct address *a)
{
	for (size_t i = 0; i < n; i++)
		if (network_has(&networks[i], a))
			return true;
	return false;
}

bool
turn_may_reach(const struct turn_settings *s, const struct address *peer)
{
	if (is_in(s->allowed, s->n_allowed, peer))
		return true;
	return address_is_public(peer) && !is_in(s->denied, s->n_denied, peer);
}

bool
turn_trusts(const struct turn_settings *s, const struct address *client)
{
	return is_in(s->trusted, s->n_trusted, client);
}
