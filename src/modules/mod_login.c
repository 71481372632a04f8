/* SPDX-License-Identifier: MIT
 *
 * mod_login: logging in by a token that somebody else has vouched with: single-use tokens that
 * a portal's back end obtained over the API, and JSON Web Tokens that it signed itself.
 *
 * Source   RFC 7628 and RFC 4616 carry them (xmpp/sasl_oauthbearer.c, sasl_plain.c), RFC 7519
 * Reacts   nothing on the wire: answers router/auth.h and the administration
 * Keeps    single-use tokens at their account's home, in memory only and hashed; a restart
 *          forgets them, so that none can be used twice (docs/decisions/0047)
 *
 * A token says in two digits at which worker it is: "jaseur_login_" "07" and 256 random bits.
 */
#include "modules/mod_login.h"

#include "base/encode.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/table.h"
#include "loop/helper.h"
#include "modules/list.h"
#include "modules/mod_accounts.h"
#include "xmpp/bearer.h"
#include "xmpp/jwt.h"

enum { LOGINS_ISSUED, LOGINS_USED, LOGINS_REFUSED };

enum {
	HASH_BYTES = 32, /* SHA-256 */
	RANDOM_BYTES = 32,
	PLACE_DIGITS = 2,
	SWEEP_MS = 30 * 1000,
};

struct login_token {
	char hash[HASH_BYTES];
	struct list in_holder;
	struct holder *holder;
	usec_t expires_us;
};

/* An account that has tokens. */
struct holder {
	struct list tokens; /* login_token.in_holder, oldest first */
	unsigned n;
	struct jid account; /* text behind the struct */
};

/* Of the accounts at home on this worker. */
static _Thread_local struct {
	struct table tokens;  /* by hash */
	struct table holders; /* by address */
	struct timer sweep;
} home;

static struct str
token_key(const void *value)
{
	return str_of(((const struct login_token *)value)->hash, HASH_BYTES);
}

static struct str
holder_key(const void *value)
{
	return jid_full(((const struct holder *)value)->account);
}

/* --- at home ----------------------------------------------------------------------------- */

static void
token_free(struct login_token **t)
{
	struct login_token *gone = TAKE(*t);
	struct holder *holder = gone->holder;

	table_remove(&home.tokens, token_key(gone));
	list_remove(&gone->in_holder);
	free(gone);
	if (--holder->n == 0) {
		table_remove(&home.holders, holder_key(holder));
		free(holder);
	}
}

static struct holder *
holder_of(struct jid account)
{
	struct str text = jid_full(account);
	struct holder *h = table_get(&home.holders, text);

	if (h)
		return h;
	h = mem_zalloc(sizeof(*h) + text.len);
	memcpy(h + 1, text.at, text.len);
	h->account = account;
	h->account.text = (const char *)(h + 1);
	list_init(&h->tokens);
	table_put(&home.holders, h);
	return h;
}

static enum status
token_add(struct jid account, const char *hash, usec_t expires_us)
{
	struct holder *h;
	struct login_token *t, *oldest;

	if (table_count(&home.tokens) >= LOGIN_TOKENS_MAX)
		return E_LIMIT;
	h = holder_of(account);
	t = mem_zalloc(sizeof(*t));
	memcpy(t->hash, hash, HASH_BYTES);
	t->holder = h;
	t->expires_us = expires_us;
	list_append(&h->tokens, &t->in_holder);
	h->n++;
	table_put(&home.tokens, t);
	if (h->n > LOGIN_TOKENS_OF_ACCOUNT_MAX) {
		oldest = list_entry(h->tokens.next, struct login_token, in_holder);
		token_free(&oldest);
	}
	if (!timer_is_set(&home.sweep))
		timer_set(&home.sweep, SWEEP_MS);
	return OK;
}

static void
on_sweep(struct timer *timer)
{
	struct table_walk walk = { 0 };
	struct login_token *t;

	while ((t = table_next(&home.tokens, &walk)))
		if (t->expires_us <= loop_wall_us())
			token_free(&t);
	if (table_count(&home.tokens))
		timer_set(timer, SWEEP_MS);
}

static void
enter_worker(void)
{
	table_init(&home.tokens, token_key);
	table_init(&home.holders, holder_key);
	timer_init(&home.sweep, on_sweep);
}

static void
leave_worker(void)
{
	struct table_walk walk = { 0 };
	struct login_token *t;

	timer_stop(&home.sweep);
	while ((t = table_next(&home.tokens, &walk)))
		token_free(&t);
	table_fini(&home.tokens);
	table_fini(&home.holders);
}

/* --- making ------------------------------------------------------------------------------ */

/* A token on its way to its home and back. */
struct making {
	struct jid account;
	unsigned asker;
	struct arena arena; /* wiped; the token */
	struct str token;
	char hash[HASH_MAX];
	usec_t expires_us;
	enum status status;
	login_made_fn *made;
	void *waiter;
	char text[JID_MAX];
};

static void
making_end(struct making *m, enum status s)
{
	module_count(&mod_login, LOGINS_ISSUED, s == OK);
	m->made(m->waiter, s, m->token, m->expires_us);
	arena_fini(&m->arena);
	free(m);
}

static void
tell_made(const void *letter)
{
	struct making *m = *(struct making *const *)letter;

	making_end(m, m->status);
}

static void
add_at_home(const void *letter)
{
	struct making *m = *(struct making *const *)letter;

	m->status = token_add(m->account, m->hash, m->expires_us);
	worker_post(m->asker, tell_made, &m, sizeof(m));
}

static void
make_token(struct making *m)
{
	unsigned place = account_home(m->account);
	struct str secret = random_token(&m->arena, RANDOM_BYTES);

	static_assert(WORKERS_MAX <= 100, "two digits name a worker");
	m->token =
	    str_format(&m->arena, "%s%02u%.*s", BEARER_LOGIN_PREFIX.at, place, STR_ARG(secret));
	hash_of(HASH_SHA256, m->token, m->hash);
	worker_post(place, add_at_home, &m, sizeof(m));
}

static void
on_ensured(void *waiter, enum status s)
{
	struct making *m = waiter;

	if (s == OK)
		make_token(m);
	else
		making_end(m, s);
}

static void
on_holder_found(void *waiter, enum status s, const struct credentials *account,
    const struct fast_tokens *tokens)
{
	struct making *m = waiter;
	const struct host *host = host_find(jid_domain(m->account));
	const struct login_conf *conf = host ? module_conf(&mod_login, host) : NULL;

	(void)tokens;
	if (s == E_NOT_FOUND && conf && conf->create)
		accounts_ensure(m->account, on_ensured, m);
	else if (s == OK && account->disabled)
		making_end(m, E_DENIED);
	else
		on_ensured(m, s);
}

void
login_token_make(struct jid account, msec_t lifetime_ms, login_made_fn *made, void *waiter)
{
	const struct login_conf *conf = module_conf(&mod_login, host_find(jid_domain(account)));
	struct str text = jid_full(account);
	struct making *m;

	assert(jid_is_bare(account));
	if (!conf) {
		made(waiter, E_UNSUPPORTED, (struct str){ 0 }, 0);
		return;
	}
	if (lifetime_ms == 0 || lifetime_ms > conf->lifetime_ms)
		lifetime_ms = conf->lifetime_ms;
	m = mem_zalloc(sizeof(*m));
	memcpy(m->text, text.at, text.len);
	m->account = account;
	m->account.text = m->text;
	m->asker = (unsigned)worker_self();
	arena_init_wiped(&m->arena, 256);
	m->expires_us = loop_wall_us() + lifetime_ms * 1000;
	m->made = made;
	m->waiter = waiter;
	auth()->find(m->account, (struct str){ 0 }, on_holder_found, m);
}

/* --- judging ----------------------------------------------------------------------------- */

/* A token of a client, until it is known whose it is. */
struct judging {
	auth_judged_fn *judged;
	void *waiter;
	unsigned asker;
	struct arena arena; /* wiped; all that follows */
	struct str token, host;
	struct jid wanted;  /* empty: that was not said */
	struct jid account; /* that was found */
	const char *why;
	bool create;

	/* JWT */
	const struct jwt_keys *keys; /* one reference */
	struct jwt_rules rules;
	struct str subject;
};

static void
judging_end(struct judging *j, enum status s)
{
	module_count(&mod_login, s == OK ? LOGINS_USED : LOGINS_REFUSED, 1);
	j->judged(j->waiter, s, j->account, j->why);
	jwt_keys_free(&j->keys);
	arena_fini(&j->arena);
	free(j);
}

static void
refuse_token(struct judging *j, const char *why)
{
	j->why = why;
	judging_end(j, E_DENIED);
}

static void
tell_judged(const void *letter)
{
	struct judging *j = *(struct judging *const *)letter;

	judging_end(j, j->why ? E_DENIED : OK);
}

/* The only place where a token is used, and it is gone then: by whom it is for, or too late. */
static void
use_at_home(const void *letter)
{
	struct judging *j = *(struct judging *const *)letter;
	char hash[HASH_MAX];
	struct login_token *t;

	hash_of(HASH_SHA256, j->token, hash);
	t = table_get(&home.tokens, str_of(hash, HASH_BYTES));
	if (!t) {
		j->why = "unknown or used token";
	} else if (t->expires_us <= loop_wall_us()) {
		j->why = "expired token";
		token_free(&t);
	} else if (!str_eq(jid_domain(t->holder->account), j->host)) {
		j->why = "token is for another host";
	} else if (!jid_is_empty(j->wanted) && !jid_eq(j->wanted, t->holder->account)) {
		j->why = "token is for another account";
	} else {
		j->account = jid_copy(&j->arena, t->holder->account);
		token_free(&t);
	}
	worker_post(j->asker, tell_judged, &j, sizeof(j));
}

static void
judge_single(struct judging *j)
{
	struct str place = str_slice(j->token, BEARER_LOGIN_PREFIX.len, PLACE_DIGITS);
	uint64_t worker;

	if (place.len != PLACE_DIGITS || str_to_u64(place, workers_count() - 1, &worker) != OK)
		refuse_token(j, "unknown or used token");
	else
		worker_post((unsigned)worker, use_at_home, &j, sizeof(j));
}

/* --- JWT --- */

static void
check_jwt(void *job)
{
	struct judging *j = job;
	enum jwt_verdict v = jwt_check(j->keys, &j->rules, j->token, &j->arena, &j->subject);

	j->why = v == JWT_GOOD ? NULL : jwt_verdict_name(v);
}

static void
on_account_made(void *waiter, enum status s)
{
	judging_end(waiter, s);
}

static void
on_account_found(void *waiter, enum status s, const struct credentials *account,
    const struct fast_tokens *tokens)
{
	struct judging *j = waiter;

	(void)account, (void)tokens;
	if (s == E_NOT_FOUND && j->create)
		accounts_ensure(j->account, on_account_made, j);
	else if (s == E_NOT_FOUND)
		refuse_token(j, "no such account");
	else
		judging_end(j, s);
}

/* `sub` is an address at this host, or the name before the "@". */
static bool
take_subject(struct judging *j)
{
	bool is_address = str_find(j->subject, '@') < j->subject.len;

	if (is_address)
		return jid_parse(&j->arena, j->subject, &j->account) == OK &&
		       jid_is_bare(j->account) && jid_local(j->account).len &&
		       str_eq(jid_domain(j->account), j->host);
	return jid_make(&j->arena, j->subject, j->host, (struct str){ 0 }, &j->account) == OK;
}

static void
on_jwt_checked(void *job)
{
	struct judging *j = job;

	if (j->why)
		refuse_token(j, j->why);
	else if (!take_subject(j))
		refuse_token(j, "subject is no account of this host");
	else if (!jid_is_empty(j->wanted) && !jid_eq(j->wanted, j->account))
		refuse_token(j, "token is for another account");
	else
		auth()->find(j->account, (struct str){ 0 }, on_account_found, j);
}

static void
judge_jwt(struct judging *j, const struct host *host, const struct login_conf *conf)
{
	if (!host->login_keys || j->token.len > JWT_MAX) {
		refuse_token(j, "unknown token");
		return;
	}
	j->keys = jwt_keys_ref(host->login_keys);
	j->rules = (struct jwt_rules){
		.issuer = str_copy(&j->arena, conf->jwt_issuer),
		.audience = str_copy(&j->arena, conf->jwt_audience),
		.now_us = loop_wall_us(),
		.leeway_us = conf->jwt_leeway_ms * 1000,
	};
	if (helper_run(j, check_jwt, on_jwt_checked) != OK)
		judging_end(j, E_LIMIT);
}

static void
judge(const struct host *host, struct str token, struct jid wanted, auth_judged_fn *judged,
    void *waiter)
{
	const struct login_conf *conf = module_conf(&mod_login, host);
	struct judging *j = mem_zalloc(sizeof(*j));

	arena_init_wiped(&j->arena, 1024);
	j->judged = judged;
	j->waiter = waiter;
	j->asker = (unsigned)worker_self();
	j->token = str_copy(&j->arena, token);
	j->host = str_copy(&j->arena, host->name);
	if (!jid_is_empty(wanted))
		j->wanted = jid_copy(&j->arena, wanted);
	if (!conf) {
		refuse_token(j, "tokens are not taken here");
		return;
	}
	j->create = conf->create;
	if (str_starts(j->token, BEARER_LOGIN_PREFIX))
		judge_single(j);
	else
		judge_jwt(j, host, conf);
}

static bool
are_taken(const struct host *host)
{
	return module_conf(&mod_login, host) != NULL;
}

static const struct auth_tokens tokens = { .are_taken = are_taken, .judge = judge };

static enum status
start(void)
{
	auth_use_tokens(&tokens);
	return OK;
}

const struct module mod_login = {
	.name = "login",
	.doc = "Logging in by tokens of a portal: single-use ones, obtained over the API, and "
	       "JSON "
	       "Web Tokens.",
	.off_by_default = true,
	.specs = LIST(struct spec, { RFC, 7628, "", "OAUTHBEARER" },
	    { RFC, 7519, "", "RS256, ES256, EdDSA, HS256" }),
	.needs = LIST(const char *const, "accounts"),
	.conf_size = sizeof(struct login_conf),
	.options = LIST(struct option,
	    { "lifetime", TIME, FIELD(login_conf, lifetime_ms), "60s", "1s", "10m",
		"How long a single-use token is valid; who asks for one may ask for less." },
	    { "create", BOOL, FIELD(login_conf, create), "no", NULL, NULL,
		"Make an account that does not exist, when a token is asked for it or a JSON "
		"Web "
		"Token names it. It has no password." },
	    { "jwt_keys", STRING, FIELD(login_conf, jwt_keys), "", NULL, "3000",
		"File with the public keys that sign JSON Web Tokens: PEM, or a JWK Set; "
		"relative "
		"to the data directory. RSA, P-256 and Ed25519." },
	    { "jwt_secret", STRING, FIELD(login_conf, jwt_secret), "", NULL, "3000",
		"File with a secret of at least 32 bytes that signs JSON Web Tokens by "
		"HS256." },
	    { "jwt_issuer", STRING, FIELD(login_conf, jwt_issuer), "", NULL, NULL,
		"What `iss` of a JSON Web Token must be." },
	    { "jwt_audience", STRING, FIELD(login_conf, jwt_audience), "", NULL, NULL,
		"What `aud` of a JSON Web Token must be or have." },
	    { "jwt_leeway", TIME, FIELD(login_conf, jwt_leeway_ms), "30s", "0s", "10m",
		"How much the portal's clock may differ from ours." }),
	.metrics = LIST(struct metric,
	    [LOGINS_ISSUED] = { "login_tokens_issued", COUNTER, "tokens",
		"Single-use login tokens made." },
	    [LOGINS_USED] = { "login_tokens_accepted", COUNTER, "tokens",
		"Login tokens and JSON Web Tokens that let somebody in." },
	    [LOGINS_REFUSED] = { "login_tokens_refused", COUNTER, "tokens",
		"Login tokens and JSON Web Tokens that were not valid." }),
	.enter_worker = enter_worker,
	.leave_worker = leave_worker,
	.start = start,
};
