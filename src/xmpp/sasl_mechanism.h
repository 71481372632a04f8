/* SPDX-License-Identifier: MIT
 *
 * Between sasl.c and the mechanisms: the exchange, and what a mechanism implements. Nobody
 * else includes this.
 */
#ifndef XMPP_SASL_MECHANISM_H
#define XMPP_SASL_MECHANISM_H

#include "xmpp/sasl.h"

enum sasl_state {
	SASL_IS_NEW,
	SASL_AWAITS_MESSAGE, /* sasl_step */
	SASL_AWAITS_ACCOUNT, /* sasl_supply */
	SASL_AWAITS_CHECK,   /* sasl_check, then sasl_checked */
	SASL_AWAITS_VERDICT, /* sasl_judged */
	SASL_HAS_ENDED,      /* `end` says how */
};

enum sasl_kind { SASL_LOGIN, SASL_FAST };

struct sasl_mechanism {
	struct str name;
	enum sasl_kind kind;
	bool secure_only;
	bool binds; /* to the channel; which binding a SCRAM client says itself */
	enum sasl_binding binding; /* of HT */
	enum hash hash;            /* of SCRAM and HT */

	/* Whether it is offered, in addition to secure_only and to there being a binding. */
	bool (*is_offered)(const struct sasl_mechanism *m, const struct sasl_conf *conf,
	    const struct sasl_channel *channel);

	/* A message arrived, at most SASL_MESSAGE_MAX bytes, which live as long as the call. */
	struct sasl_turn (*on_message)(struct sasl *s, struct str message);

	/* The answer to NEED_ACCOUNT. */
	struct sasl_turn (*on_account)(struct sasl *s, const struct credentials *account,
	    const struct fast_tokens *tokens);

	/* The slow part on a helper, and what follows from it. NULL for most. */
	void (*check)(struct sasl *s);
	struct sasl_turn (*on_checked)(struct sasl *s);

	/* A bearer token was found not to be valid. NULL where none can be presented. */
	struct sasl_turn (*on_bad_token)(struct sasl *s, const char *why);
};

struct sasl {
	enum sasl_state state;
	const struct sasl_mechanism *mechanism;
	struct sasl_turn end;

	struct sasl_conf conf;
	struct sasl_channel channel;
	struct sasl_offer offered;
	struct str host;
	uint64_t count;
	bool early_data;
	usec_t now_us;

	struct jid user;             /* who wants in; empty until it is known */
	struct credentials *account; /* after NEED_ACCOUNT; a made-up one when !is_known */
	bool is_known;               /* the account exists and can use this mechanism */
	struct fast_tokens *tokens;  /* as they must be stored, after success with one */
	void *own;                   /* the mechanism's, in the arena */

	struct arena arena; /* wiped */
};

extern const struct sasl_mechanism sasl_external, sasl_plain, sasl_anonymous;
extern const struct sasl_mechanism sasl_oauthbearer;
extern const struct sasl_mechanism sasl_scram[6];
extern const struct sasl_mechanism sasl_ht[4];

/* --- turns ---------------------------------------------------------------------------- */

struct sasl_turn sasl_challenge(struct str bytes);
struct sasl_turn sasl_refuse(const struct sasl *s, enum sasl_failure f, const char *why);
struct sasl_turn sasl_ask_account(const struct sasl *s);

/* The token is copied. Once it is judged the exchange goes on with on_account, as if the
 * client had said whom the token is for, or with on_bad_token. */
struct sasl_turn sasl_ask_verdict(struct sasl *s, struct str token);

/* Success, if the account that was supplied exists and is not disabled. */
struct sasl_turn sasl_admit(const struct sasl *s, struct str additional_data);

/* SASL_BINDINGS when there is none of that name. */
enum sasl_binding sasl_binding_named(struct str name);

/* --- steps that mechanisms share ------------------------------------------------------ */

/*
 * Sets s->user from the name that the client gave and checks that it wants to act as nobody
 * else (authzid empty or the same bare address). False: *refusal says what to answer.
 */
bool sasl_take_user(
    struct sasl *s, struct str username, struct str authzid, struct sasl_turn *refusal);

/*
 * Keeps the account or, unless it is usable, a made-up one in its place. Both cost the same,
 * so that time does not tell who exists.
 */
void sasl_take_account(struct sasl *s, const struct credentials *account, bool usable);

#endif
