/* SPDX-License-Identifier: MIT
 *
 * What the operator may say about the relay for calls, and how its thread sees it.
 */
#ifndef MEDIA_SETTINGS_H
#define MEDIA_SETTINGS_H

#include "base/limits.h"
#include "base/option.h"
#include "transport/address.h"

struct turn_conf {
	struct str secret;
	struct str_list external_addresses, allowed_peers, denied_peers;
	msec_t credentials_ms, idle_ms;
	uint32_t allocations_max, account_allocations_max;
	uint64_t allocation_bytes_per_s; /* 0: no bound */
	bool rfc5766;
};

/* "turn: { ... }" with names, defaults, bounds and a sentence for each. */
extern const struct section turn_section;

enum { TURN_SECRET_BYTES = 32 };

/* A plain value: nothing else is needed of the configuration it was made of. */
struct turn_settings {
	char secret[TURN_SECRET_MAX];
	size_t secret_bytes;
	struct address external_ipv4, external_ipv6; /* none: as the system says */
	struct network allowed[TURN_NETWORKS_MAX], denied[TURN_NETWORKS_MAX];
	struct network trusted[TURN_TRUSTED_MAX];
	size_t n_allowed, n_denied, n_trusted;
	msec_t credentials_ms;
	uint32_t allocations_max, account_allocations_max;
	uint64_t allocation_bytes_per_s;
	bool rfc5766; /* channel numbers as they once were */
};

/*
 * In force from now on. Any thread. Without a secret one is made once for the process.
 *
 * trusted  networks, checked, at most TURN_TRUSTED_MAX
 */
void turn_settings_use(const struct turn_conf *conf, struct str_list trusted);

/* What is in force; the number grows with each change. Any thread. */
void turn_settings_get(struct turn_settings *out);
uint64_t turn_settings_number(void);

/* How long a client by TCP may hold nothing, or say nothing whole. Any thread. */
msec_t turn_idle_ms(void);

/* Whether data may go to a peer there: what is public (transport/public.h) and not denied, and
 * what is allowed. */
bool turn_may_reach(const struct turn_settings *s, const struct address *peer);

/* Whether refusals to that address are not counted. */
bool turn_trusts(const struct turn_settings *s, const struct address *client);

#endif
