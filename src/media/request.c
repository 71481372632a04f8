/* SPDX-License-Identifier: MIT
 *
 * What clients ask of the relay, and how they prove who they are.
 *
 * Source  RFC 8489 sections 6.3 and 9.2.4; RFC 8656 sections 7 to 12
 */
#include "base/encode.h"
#include "base/siphash.h"
#include "media/inside.h"
#include "media/metering.h"

enum {
	UDP = 17,
	NONCE_MS = 3600 * 1000, /* for which one is good */
	NONCE = 32,             /* characters: when it was made, and a hash of that and whom */
	TRANSACTION_AT = 8,
};

/* A request while it is answered. */
struct asked {
	struct relay *relay;
	struct turn_door *door;
	const struct endpoint *from;
	const struct stun *message;
	bool is_proved; /* who it is: key and tag are known, answers are signed */
	char key[STUN_KEY], tag[TURN_TAG];
	struct relayed *holds; /* NULL: nothing */
};

static const struct str realm = { "jaseur", 6 };

/* --- answers ---------------------------------------------------------------------------- */

static void
finish(const struct asked *q, struct stun_writer *w)
{
	if (q->is_proved)
		stun_add_integrity(w, str_of(q->key, STUN_KEY));
	door_send(q->door, q->from, str_of((const char *)w->at, w->len));
}

/* Counts it. False: nothing is answered. */
static bool
may_refuse(const struct asked *q)
{
	turn_metered(TURN_REFUSED, 1);
	if (q->is_proved || q->door->is_stream ||
	    turn_trusts(&q->relay->settings, &q->from->address) ||
	    restraint_allows(&q->relay->restraint, &q->from->address, q->relay->now_ms))
		return true;
	turn_metered(TURN_UNANSWERED, 1);
	return false;
}

static void
refuse(const struct asked *q, unsigned code, struct str reason)
{
	struct stun_writer w;

	if (!may_refuse(q))
		return;
	stun_answer(&w, q->message, STUN_ERROR);
	stun_add_error(&w, code, reason);
	finish(q, &w);
}

static void
refuse_unknown(const struct asked *q, unsigned type)
{
	char bytes[2] = { (char)(type >> 8), (char)type };
	struct stun_writer w;

	if (!may_refuse(q))
		return;
	stun_answer(&w, q->message, STUN_ERROR);
	stun_add_error(&w, 420, S("Unknown Attribute"));
	stun_add(&w, STUN_UNKNOWN_ATTRIBUTES, str_of(bytes, 2));
	finish(q, &w);
}

static uint32_t
get32(struct str value)
{
	const uint8_t *at = (const uint8_t *)value.at;

	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* --- who it is --------------------------------------------------------------------------- */

/* For this client, made at that moment. */
static void
make_nonce(
    const struct relay *r, const struct endpoint *from, uint64_t at_ms, char out[NONCE + 1])
{
	struct siphash_key key;
	char bytes[sizeof(at_ms) + 18];
	uint64_t mac;

	memcpy(&key, r->nonce_key, sizeof(key));
	memcpy(bytes, &at_ms, sizeof(at_ms));
	memcpy(bytes + sizeof(at_ms), from->address.at, 16);
	memcpy(bytes + sizeof(at_ms) + 16, &from->port, 2);
	mac = siphash(key, str_of(bytes, sizeof(bytes)));
	snprintf(out, NONCE + 1, "%016llx%016llx", (unsigned long long)at_ms,
	    (unsigned long long)mac);
}

static bool
is_good_nonce(const struct relay *r, const struct endpoint *from, struct str nonce)
{
	char wanted[NONCE + 1];
	uint64_t at_ms = 0;

	if (nonce.len != NONCE)
		return false;
	for (size_t i = 0; i < NONCE / 2; i++) {
		if (hex_value(nonce.at[i]) < 0)
			return false;
		at_ms = at_ms << 4 | (uint64_t)hex_value(nonce.at[i]);
	}
	make_nonce(r, from, at_ms, wanted);
	return str_eq_secret(nonce, str_of(wanted, NONCE)) &&
	       r->now_ms - (msec_t)at_ms < NONCE_MS;
}

/* Asks for credentials (RFC 8489 section 9.2.4), for a nonce of now. */
static void
challenge(const struct asked *q, unsigned code, struct str reason)
{
	char nonce[NONCE + 1];
	struct stun_writer w;

	if (!may_refuse(q))
		return;
	make_nonce(q->relay, q->from, (uint64_t)q->relay->now_ms, nonce);
	stun_answer(&w, q->message, STUN_ERROR);
	stun_add_error(&w, code, reason);
	stun_add(&w, STUN_REALM, realm);
	stun_add(&w, STUN_NONCE, str_of(nonce, NONCE));
	finish(q, &w);
}

/* False: answered. */
static bool
authenticate(struct asked *q)
{
	const struct stun *m = q->message;
	const struct turn_settings *s = &q->relay->settings;
	struct str username = stun_find(m, STUN_USERNAME), nonce = stun_find(m, STUN_NONCE);

	if (!m->signed_to) {
		challenge(q, 401, S("Unauthorized"));
		return false;
	}
	if (!username.at || !nonce.at || !stun_find(m, STUN_REALM).at) {
		refuse(q, 400, S("Bad Request"));
		return false;
	}
	if (!is_good_nonce(q->relay, q->from, nonce)) {
		challenge(q, 438, S("Stale Nonce"));
		return false;
	}
	if (turn_credentials_key(str_of(s->secret, s->secret_bytes), username, realm,
		q->relay->wall_us, q->key, q->tag) != OK ||
	    !stun_is_signed(m, str_of(q->key, STUN_KEY))) {
		challenge(q, 401, S("Unauthorized"));
		return false;
	}
	q->is_proved = true;
	return true;
}

/* --- allocations ------------------------------------------------------------------------- */

/* RFC 8656 section 7.2: not below the usual. False: none of 4 bytes. */
static bool
read_lifetime(const struct stun *m, msec_t *out)
{
	struct str value = stun_find(m, STUN_LIFETIME);

	*out = ALLOCATION_USUAL_MS;
	if (!value.at)
		return true;
	if (value.len != 4)
		return false;
	*out = (msec_t)get32(value) * 1000;
	if (*out > 0 && *out < ALLOCATION_USUAL_MS)
		*out = ALLOCATION_USUAL_MS;
	if (*out > ALLOCATION_LONGEST_MS)
		*out = ALLOCATION_LONGEST_MS;
	return true;
}

static void
tell_allocation(const struct asked *q, const struct allocation *a)
{
	struct stun_writer w;

	stun_answer(&w, q->message, STUN_SUCCESS);
	stun_add_address(&w, STUN_XOR_RELAYED_ADDRESS, &a->relayed);
	stun_add_u32(&w, STUN_LIFETIME, (uint32_t)((a->until_ms - q->relay->now_ms) / 1000));
	stun_add_address(&w, STUN_XOR_MAPPED_ADDRESS, q->from);
	finish(q, &w);
}

/* Section 7.2. */
static void
on_allocate(struct asked *q)
{
	const struct stun *m = q->message;
	const uint8_t *transaction = (const uint8_t *)m->bytes.at + TRANSACTION_AT;
	struct str transport = stun_find(m, STUN_REQUESTED_TRANSPORT);
	struct str family = stun_find(m, STUN_REQUESTED_ADDRESS_FAMILY);
	struct str even = stun_find(m, STUN_EVEN_PORT);
	bool ipv4 = !family.at || (family.len == 4 && family.at[0] == 1);
	msec_t lifetime;
	enum status s;

	if (q->holds) {
		if (memcmp(q->holds->allocation.transaction, transaction, 12) == 0)
			tell_allocation(q, &q->holds->allocation); /* asked twice */
		else
			refuse(q, 437, S("Allocation Mismatch"));
	} else if (transport.len != 4 || !read_lifetime(m, &lifetime)) {
		refuse(q, 400, S("Bad Request"));
	} else if (transport.at[0] != UDP) {
		refuse(q, 442, S("Unsupported Transport Protocol"));
	} else if (!ipv4 && (family.len != 4 || family.at[0] != 2)) {
		refuse(q, 440, S("Address Family not Supported"));
	} else if (even.at && (even.len != 1 || (even.at[0] & 0x80))) {
		refuse(q, 508, S("Insufficient Capacity")); /* wants a second port reserved */
	} else if ((s = relay_allocate(q->relay, q->door, q->from, q->tag, ipv4,
			even.at != NULL, &q->holds)) != OK) {
		if (s == E_LIMIT)
			refuse(q, 486, S("Allocation Quota Reached"));
		else if (s == E_UNSUPPORTED)
			refuse(q, 440, S("Address Family not Supported"));
		else
			refuse(q, 508, S("Insufficient Capacity"));
	} else {
		assert(q->holds);
		memcpy(q->holds->allocation.transaction, transaction, 12);
		if (lifetime > 0)
			q->holds->allocation.until_ms = q->relay->now_ms + lifetime;
		tell_allocation(q, &q->holds->allocation);
	}
}

/* Section 8.2. */
static void
on_refresh(struct asked *q)
{
	struct str family = stun_find(q->message, STUN_REQUESTED_ADDRESS_FAMILY);
	struct allocation *a = &q->holds->allocation;
	struct stun_writer w;
	msec_t lifetime;

	if (!read_lifetime(q->message, &lifetime)) {
		refuse(q, 400, S("Bad Request"));
		return;
	}
	if (family.at && (family.len != 4 || family.at[0] != (a->is_ipv4 ? 1 : 2))) {
		refuse(q, 443, S("Peer Address Family Mismatch"));
		return;
	}
	a->until_ms = q->relay->now_ms + lifetime;
	if (lifetime == 0)
		relay_end(q->relay, q->holds);
	stun_answer(&w, q->message, STUN_SUCCESS);
	stun_add_u32(&w, STUN_LIFETIME, (uint32_t)(lifetime / 1000));
	finish(q, &w);
}

/* --- peers -------------------------------------------------------------------------------- */

/* False: answered. */
static bool
read_peer(const struct asked *q, struct str value, struct endpoint *out)
{
	if (stun_read_address(q->message, value, out) != OK)
		refuse(q, 400, S("Bad Request"));
	else if (address_is_ipv4(&out->address) != q->holds->allocation.is_ipv4)
		refuse(q, 443, S("Peer Address Family Mismatch"));
	else if (!turn_may_reach(&q->relay->settings, &out->address))
		refuse(q, 403, S("Forbidden"));
	else
		return true;
	return false;
}

/* Section 10.2: all of them or none. */
static void
on_create_permission(struct asked *q)
{
	struct endpoint peers[TURN_PERMISSIONS_MAX];
	struct allocation *a = &q->holds->allocation;
	struct stun_writer w;
	struct str value;
	size_t n = 0, at = 0;

	while (stun_next(q->message, STUN_XOR_PEER_ADDRESS, &at, &value)) {
		if (n == TURN_PERMISSIONS_MAX) {
			refuse(q, 508, S("Insufficient Capacity"));
			return;
		}
		if (!read_peer(q, value, &peers[n++]))
			return;
	}
	if (n == 0) {
		refuse(q, 400, S("Bad Request"));
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (allocation_permit(a, &peers[i].address, q->relay->now_ms) != OK) {
			refuse(q, 508, S("Insufficient Capacity"));
			return;
		}
	stun_answer(&w, q->message, STUN_SUCCESS);
	finish(q, &w);
}

/* Section 12.2. */
static void
on_channel_bind(struct asked *q)
{
	struct str number = stun_find(q->message, STUN_CHANNEL_NUMBER);
	struct str peer = stun_find(q->message, STUN_XOR_PEER_ADDRESS);
	struct stun_writer w;
	struct endpoint to;
	uint32_t n = number.len == 4 ? get32(number) >> 16 : 0;
	uint32_t last = q->relay->settings.rfc5766 ? CHANNEL_LAST_ONCE : CHANNEL_LAST;
	enum status s;

	if (n < CHANNEL_FIRST || n > last || !peer.at) {
		refuse(q, 400, S("Bad Request"));
		return;
	}
	if (!read_peer(q, peer, &to))
		return;
	s = allocation_bind(&q->holds->allocation, (uint16_t)n, &to, q->relay->now_ms);
	if (s == E_EXISTS) {
		refuse(q, 400, S("Bad Request"));
	} else if (s != OK) {
		refuse(q, 508, S("Insufficient Capacity"));
	} else {
		stun_answer(&w, q->message, STUN_SUCCESS);
		finish(q, &w);
	}
}

/* Section 11.2: what is wrong with it is not answered. */
static void
on_send(struct relay *r, struct relayed *x, const struct stun *m)
{
	struct str data = stun_find(m, STUN_DATA_VALUE);
	struct endpoint peer;

	if (!data.at || stun_unknown(m) ||
	    stun_read_address(m, stun_find(m, STUN_XOR_PEER_ADDRESS), &peer) != OK)
		return;
	relay_to_peer(r, x, &peer, data);
}

/* --- all --------------------------------------------------------------------------------- */

static void
on_binding(const struct asked *q)
{
	struct stun_writer w;

	turn_metered(TURN_BINDINGS, 1);
	stun_answer(&w, q->message, STUN_SUCCESS);
	stun_add_address(&w, STUN_XOR_MAPPED_ADDRESS, q->from);
	finish(q, &w);
}

static void
on_request(struct asked *q)
{
	static const struct {
		enum stun_method method;
		void (*run)(struct asked *q);
	} runs[] = {
		{ STUN_REFRESH, on_refresh },
		{ STUN_CREATE_PERMISSION, on_create_permission },
		{ STUN_CHANNEL_BIND, on_channel_bind },
	};
	unsigned unknown = stun_unknown(q->message);

	if (q->message->method == STUN_BINDING) {
		if (unknown)
			refuse_unknown(q, unknown);
		else
			on_binding(q);
		return;
	}
	if (!authenticate(q))
		return;
	if (unknown) {
		refuse_unknown(q, unknown);
		return;
	}
	if (q->holds && memcmp(q->holds->allocation.account->tag, q->tag, TURN_TAG) != 0) {
		refuse(q, 441, S("Wrong Credentials"));
		return;
	}
	if (q->message->method == STUN_ALLOCATE) {
		on_allocate(q);
		return;
	}
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		if (runs[i].method != q->message->method)
			continue;
		if (q->holds)
			runs[i].run(q);
		else
			refuse(q, 437, S("Allocation Mismatch"));
		return;
	}
	refuse(q, 400, S("Bad Request"));
}

void
relay_on_stun(
    struct relay *r, struct turn_door *d, const struct endpoint *from, struct str datagram)
{
	struct stun m;
	struct asked q = { .relay = r, .door = d, .from = from, .message = &m };

	if (stun_read(datagram, &m) != OK)
		return;
	q.holds = relay_find(r, d, from);
	if (m.kind == STUN_REQUEST)
		on_request(&q);
	else if (m.kind == STUN_INDICATION && m.method == STUN_SEND && q.holds)
		on_send(r, q.holds, &m);
}
