/* SPDX-License-Identifier: MIT
 *
 * Kept: of the owner "", a row "api-token" for each, item ID, an object as text.
 */
#include "daemon/access.h"

#include <stdatomic.h>

#include "base/encode.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/siphash.h"
#include "base/table.h"
#include "daemon/operations.h"
#include "loop/worker.h"
#include "router/account.h"
#include "transport/address.h"
#include "xmpp/bearer.h"
#include "xmpp/date.h"

#define KIND_API_TOKEN S("api-token")

enum {
	HOME = 0,
	HASH_BYTES = 32,
	ID_BYTES = 9,
	ID_CHARACTERS = 12,
	SECRET_BYTES = 32,
	REQUEST = 1000,             /* credit that one takes */
	USE_KEPT_US = 60 * 1000000, /* how exact the moment of the last use is on disk */
	FAILURES = 4096,
};

struct token {
	struct arena arena;
	struct str id, name;
	char hash[HASH_BYTES];
	uint32_t scopes;
	struct str_list hosts;
	usec_t created_us, expires_us; /* 0: never */
	usec_t used_us, used_kept_us;
	int64_t credit;
	msec_t credited_ms;
};

/* Of the home alone. */
static struct {
	struct table tokens; /* by id */

	/* Wrong tokens in the current hour; addresses that share a place share the count. */
	struct {
		uint64_t hour;
		uint32_t n;
	} failures[FAILURES];
} home;

static struct {
	_Atomic uint32_t rate, burst, failures_a_hour;
} bounds;

void
access_configure(const struct api_conf *conf)
{
	atomic_store(&bounds.rate, conf->token_rate);
	atomic_store(&bounds.burst, conf->token_burst);
	atomic_store(&bounds.failures_a_hour, conf->failures_a_hour);
}

static struct str
token_key(const void *value)
{
	return ((const struct token *)value)->id;
}

static void
token_free(struct token **t)
{
	struct token *gone = TAKE(*t);

	arena_fini(&gone->arena);
	free(gone);
}

static bool
is_over(const struct token *t)
{
	return t->expires_us && t->expires_us <= loop_wall_us();
}

/* --- as text ------------------------------------------------------------------------------ */

static json_t *
hosts_json(const struct token *t)
{
	json_t *hosts = json_array();

	for (size_t i = 0; i < t->hosts.count; i++)
		json_array_append_new(hosts, operation_text(t->hosts.at[i]));
	return hosts;
}

static void
put_token(struct store_batch *b, struct token *t)
{
	struct arena a;
	json_t *row;
	char *text;

	arena_init(&a, 512);
	row = json_pack("{s:o, s:o, s:I, s:o, s:I, s:I, s:I}", "hash",
	    operation_text(hex_encode(&a, str_of(t->hash, HASH_BYTES))), "name",
	    operation_text(t->name), "scopes", (json_int_t)t->scopes, "hosts", hosts_json(t),
	    "created", (json_int_t)t->created_us, "expires", (json_int_t)t->expires_us, "used",
	    (json_int_t)t->used_us);
	text = json_dumps(row, JSON_COMPACT);
	store_put(b, S(""), KIND_API_TOKEN, t->id, str_from_c(text));
	t->used_kept_us = t->used_us;
	free(text);
	json_decref(row);
	arena_fini(&a);
}

static usec_t
moment_of(const json_t *row, const char *name)
{
	return (usec_t)json_integer_value(json_object_get(row, name));
}

/* NULL: the row is none of ours. */
static struct token *
read_token(struct str id, struct str text)
{
	struct token *t = mem_zalloc(sizeof(*t));
	json_t *row = json_loadb(text.at, text.len, 0, NULL);
	const json_t *hosts = json_object_get(row, "hosts");
	size_t n = json_array_size(hosts);
	struct str hash = { 0 }, *names;

	arena_init(&t->arena, 256);
	t->id = str_copy(&t->arena, id);
	t->name = str_copy(&t->arena, operation_text_of(row, "name"));
	t->scopes = (uint32_t)json_integer_value(json_object_get(row, "scopes"));
	names = arena_alloc(&t->arena, n * sizeof(*names));
	for (size_t i = 0; i < n; i++)
		names[i] = str_copy(
		    &t->arena, str_from_c(json_string_value(json_array_get(hosts, i))));
	t->hosts = (struct str_list){ names, n };
	t->created_us = moment_of(row, "created");
	t->expires_us = moment_of(row, "expires");
	t->used_us = t->used_kept_us = moment_of(row, "used");
	if (hex_decode(&t->arena, operation_text_of(row, "hash"), &hash) == OK &&
	    hash.len == HASH_BYTES)
		memcpy(t->hash, hash.at, HASH_BYTES);
	else
		token_free(&t);
	json_decref(row);
	return t;
}

/* --- start and end ------------------------------------------------------------------------ */

static void
load_here(const void *letter)
{
	struct store_rows *rows = *(struct store_rows *const *)letter;

	table_init(&home.tokens, token_key);
	for (size_t i = 0; i < rows->n; i++) {
		struct token *t = read_token(rows->row[i].item, rows->row[i].value);

		if (t)
			table_put(&home.tokens, t);
	}
	store_rows_free(&rows);
}

enum status
access_start(void)
{
	struct store_query q = {
		.what = STORE_KINDS,
		.owner = S(""),
		.kinds = { KIND_API_TOKEN },
		.n_kinds = 1,
	};
	struct store_rows *rows = store_read_wait(account_store(), &q);
	enum status s = rows->status;

	if (s == OK)
		worker_post(HOME, load_here, &rows, sizeof(rows));
	else
		store_rows_free(&rows);
	return s;
}

void
access_leave_worker(void)
{
	struct table_walk walk = { 0 };
	struct token *t;

	if (worker_self() != HOME)
		return;
	while ((t = table_next(&home.tokens, &walk))) {
		table_remove(&home.tokens, t->id);
		token_free(&t);
	}
}

/* --- judging ------------------------------------------------------------------------------ */

/* Belongs to the worker that has the letter. */
struct judging {
	struct arena arena; /* wiped */
	struct str token, address;
	unsigned asker;
	access_judged_fn *judged;
	void *waiter;
	enum access verdict;
	struct operation_actor actor;
};

struct str
access_bearer(struct str authorization)
{
	struct str scheme = S("Bearer ");

	if (authorization.len <= scheme.len ||
	    !str_eq_nocase(str_slice(authorization, 0, scheme.len), scheme))
		return (struct str){ 0 };
	return str_trim(str_slice(authorization, scheme.len, authorization.len));
}

/* Whose failures the address' are: of IPv6 all of a network's, who may have 2^64 of them. */
static size_t
failure_place(struct str text)
{
	enum { NETWORK_BITS = 64 };
	struct address a;
	struct str key = text;

	if (address_parse(text, &a) == OK) {
		if (!address_is_ipv4(&a))
			a = address_cut(&a, NETWORK_BITS);
		key = str_of((const char *)a.at, sizeof(a.at));
	}
	return siphash_str(key) % FAILURES;
}

static uint64_t
this_hour(void)
{
	return (uint64_t)loop_wall_us() / UINT64_C(3600000000);
}

static bool
is_locked(struct str address)
{
	size_t i = failure_place(address);

	return home.failures[i].hour == this_hour() &&
	       home.failures[i].n >= atomic_load(&bounds.failures_a_hour);
}

static void
count_failure(struct str address)
{
	size_t i = failure_place(address);

	if (home.failures[i].hour != this_hour())
		home.failures[i].n = 0;
	home.failures[i].hour = this_hour();
	home.failures[i].n++;
}

/* A bucket that fills with time. */
static bool
take_credit(struct token *t)
{
	int64_t most = (int64_t)atomic_load(&bounds.burst) * REQUEST;
	int64_t rate = atomic_load(&bounds.rate); /* of requests a second: REQUEST is 1000 */
	msec_t now = loop_now_ms();
	int64_t gained = (now - t->credited_ms) * rate;

	if (t->credited_ms == 0 || gained > most - t->credit)
		t->credit = most;
	else
		t->credit += gained;
	t->credited_ms = now;
	if (t->credit < REQUEST)
		return false;
	t->credit -= REQUEST;
	return true;
}

/* The token that is meant, NULL when it is not the right one. It takes the same time, whatever
 * is wrong with the secret. */
static struct token *
find_token(struct str text)
{
	char hash[HASH_MAX];
	struct str prefix = BEARER_API_PREFIX;
	struct token *t;

	hash_of(HASH_SHA256, text, hash);
	if (!str_starts(text, prefix))
		return NULL;
	t = table_get(&home.tokens, str_slice(text, prefix.len, ID_CHARACTERS));
	return t && str_eq_secret(str_of(hash, HASH_BYTES), str_of(t->hash, HASH_BYTES)) &&
		       !is_over(t)
		   ? t
		   : NULL;
}

static void
note_use(struct token *t)
{
	struct store_batch *b;

	t->used_us = loop_wall_us();
	if (t->used_us - t->used_kept_us < USE_KEPT_US)
		return;
	b = store_batch_new(account_store());
	put_token(b, t);
	store_commit(&b, NULL, NULL);
}

static struct operation_actor
actor_of(const struct token *t, struct str address, struct arena *a)
{
	struct str *hosts = arena_alloc(a, t->hosts.count * sizeof(*hosts));

	for (size_t i = 0; i < t->hosts.count; i++)
		hosts[i] = str_copy(a, t->hosts.at[i]);
	return (struct operation_actor){
		.who = str_format(a, "token %.*s (%.*s)", STR_ARG(t->id), STR_ARG(t->name)),
		.address = address,
		.scopes = t->scopes,
		.hosts = { hosts, t->hosts.count },
	};
}

static void
tell_judged(const void *letter)
{
	struct judging *j = *(struct judging *const *)letter;

	j->judged(j->waiter, j->verdict, j->verdict == ACCESS_GRANTED ? &j->actor : NULL);
	arena_fini(&j->arena);
	free(j);
}

static void
judge_here(const void *letter)
{
	struct judging *j = *(struct judging *const *)letter;
	struct token *t;

	if (is_locked(j->address)) {
		j->verdict = ACCESS_LOCKED;
	} else if (!j->token.at) {
		j->verdict = ACCESS_MISSING;
	} else if (!(t = find_token(j->token))) {
		count_failure(j->address);
		j->verdict = ACCESS_WRONG;
	} else if (!take_credit(t)) {
		j->verdict = ACCESS_TOO_FAST;
	} else {
		j->verdict = ACCESS_GRANTED;
		j->actor = actor_of(t, j->address, &j->arena);
		note_use(t);
	}
	worker_post(j->asker, tell_judged, &j, sizeof(j));
}

void
access_judge(
    struct str authorization, struct str address, access_judged_fn *judged, void *waiter)
{
	struct judging *j = mem_zalloc(sizeof(*j));
	struct str token = access_bearer(authorization);

	arena_init_wiped(&j->arena, 512);
	if (token.at)
		j->token = str_copy(&j->arena, token);
	j->address = str_copy(&j->arena, address);
	j->asker = (unsigned)worker_self();
	j->judged = judged;
	j->waiter = waiter;
	worker_post(HOME, judge_here, &j, sizeof(j));
}

/* --- operations --------------------------------------------------------------------------- */

struct token_args {
	struct str name;
	uint32_t scopes;
	struct str_list hosts;
	msec_t lifetime_ms;
	struct str id;
};

/* A call on its way to the home and back. */
struct token_visit {
	struct operation_call *call;
	unsigned asker;
	struct token *token;
	enum status status;
	json_t *body;
};

static void
go_home(struct operation_call *c, letter_fn *open)
{
	struct token_visit *v = arena_zalloc(&c->arena, sizeof(*v));

	v->call = c;
	v->asker = (unsigned)worker_self();
	worker_post(HOME, open, &v, sizeof(v));
}

static void
tell(const void *letter)
{
	struct token_visit *v = *(struct token_visit *const *)letter;

	if (v->status == OK)
		operation_answer(v->call, v->body);
	else if (v->status == E_NOT_FOUND)
		operation_refuse(v->call, ERR_ITEM_NOT_FOUND, "there is no such token");
	else if (v->status == E_LIMIT)
		operation_refuse(v->call, ERR_NOT_ACCEPTABLE,
		    "there are %d tokens already; revoke some", TOKENS_MAX);
	else
		operation_refuse_store(v->call, v->status);
}

static void
go_back(struct token_visit *v, enum status s)
{
	v->status = s;
	worker_post(v->asker, tell, &v, sizeof(v));
}

/* Scopes by their words. */
static json_t *
scopes_json(uint32_t scopes)
{
	struct str rest = str_from_c(SCOPE_WORDS), word;
	json_t *words = json_array();

	for (unsigned i = 0; str_split(&rest, ' ', &word); i++)
		if (scopes & UINT32_C(1) << i)
			json_array_append_new(words, operation_text(word));
	return words;
}

static json_t *
describe(const struct token *t, struct arena *a)
{
	json_t *row = json_pack("{s:o, s:o, s:o, s:o, s:o}", "id", operation_text(t->id),
	    "name", operation_text(t->name), "scopes", scopes_json(t->scopes), "hosts",
	    hosts_json(t), "created", operation_text(date_format(a, t->created_us)));

	if (t->expires_us)
		json_object_set_new(
		    row, "expires", operation_text(date_format(a, t->expires_us)));
	if (t->used_us)
		json_object_set_new(row, "used", operation_text(date_format(a, t->used_us)));
	return row;
}

/* --- making --- */

static void
on_token_kept(void *waiter, enum status s)
{
	struct token_visit *v = waiter;

	if (s == OK) {
		table_put(&home.tokens, v->token);
	} else {
		json_decref(v->body);
		token_free(&v->token);
	}
	go_back(v, s);
}

static struct token *
new_token(const struct operation_call *c, struct str *text, struct arena *a)
{
	const struct token_args *args = c->args;
	struct token *t = mem_zalloc(sizeof(*t));
	struct str *hosts;
	struct str secret = random_token(a, SECRET_BYTES);
	char hash[HASH_MAX];

	arena_init(&t->arena, 256);
	t->id = random_token(&t->arena, ID_BYTES);
	t->name = str_copy(&t->arena, args->name);
	t->scopes = args->scopes;
	hosts = arena_alloc(&t->arena, args->hosts.count * sizeof(*hosts));
	for (size_t i = 0; i < args->hosts.count; i++)
		hosts[i] = str_copy(&t->arena, args->hosts.at[i]);
	t->hosts = (struct str_list){ hosts, args->hosts.count };
	t->created_us = loop_wall_us();
	t->expires_us = args->lifetime_ms ? t->created_us + args->lifetime_ms * 1000 : 0;
	*text =
	    str_format(a, "%s%.*s.%.*s", BEARER_API_PREFIX.at, STR_ARG(t->id), STR_ARG(secret));
	hash_of(HASH_SHA256, *text, hash);
	memcpy(t->hash, hash, HASH_BYTES);
	return t;
}

static void
add_here(const void *letter)
{
	struct token_visit *v = *(struct token_visit *const *)letter;
	struct arena *a = &v->call->arena;
	struct store_batch *b;
	struct str text;

	if (table_count(&home.tokens) >= TOKENS_MAX) {
		go_back(v, E_LIMIT);
		return;
	}
	v->token = new_token(v->call, &text, a);
	v->body = describe(v->token, a);
	json_object_set_new(v->body, "token", operation_text(text));
	b = store_batch_new(account_store());
	put_token(b, v->token);
	store_commit(&b, on_token_kept, v);
}

static void
token_add(struct operation_call *c)
{
	struct token_args *args = (struct token_args *)(uintptr_t)c->args; /* to normalise */
	struct str *hosts = arena_alloc(&c->arena, args->hosts.count * sizeof(*hosts));

	for (size_t i = 0; i < args->hosts.count; i++)
		if (!operation_host(c, args->hosts.at[i], &hosts[i]))
			return;
	args->hosts.at = hosts;
	go_home(c, add_here);
}

/* --- the others --- */

static void
list_here(const void *letter)
{
	struct token_visit *v = *(struct token_visit *const *)letter;
	struct table_walk walk = { 0 };
	json_t *rows = json_array();
	const struct token *t;

	while ((t = table_next(&home.tokens, &walk)))
		json_array_append_new(rows, describe(t, &v->call->arena));
	v->body = json_pack("{s:o}", "tokens", rows);
	go_back(v, OK);
}

static void
token_list(struct operation_call *c)
{
	go_home(c, list_here);
}

static void
on_revoked(void *waiter, enum status s)
{
	struct token_visit *v = waiter;

	if (s != OK) { /* still valid when the server starts again: it must be now as well */
		table_put(&home.tokens, v->token);
		json_decref(v->body);
	} else {
		token_free(&v->token);
	}
	go_back(v, s);
}

static void
revoke_here(const void *letter)
{
	struct token_visit *v = *(struct token_visit *const *)letter;
	const struct token_args *args = v->call->args;
	struct store_batch *b;

	if (!(v->token = table_remove(&home.tokens, args->id))) {
		go_back(v, E_NOT_FOUND);
		return;
	}
	v->body = json_pack("{s:o}", "id", operation_text(args->id));
	b = store_batch_new(account_store());
	store_remove(b, S(""), KIND_API_TOKEN, args->id);
	store_commit(&b, on_revoked, v);
}

static void
token_revoke(struct operation_call *c)
{
	go_home(c, revoke_here);
}

#define TOKEN_FIELDS                                                                           \
	{ "id", A_TEXT, "What it is called by when it is revoked." },                          \
	    { "name", A_TEXT, "What it is for." },                                             \
	    { "scopes", A_TEXTS, "What it may be used for." },                                 \
	    { "hosts", A_TEXTS, "Hosts it may deal with; none: all." },                        \
	    { "created", A_TEXT, "When (XEP-0082)." },                                         \
	    { "expires", A_TEXT, "When it ends; missing: never.", true },                      \
	{                                                                                      \
		"used", A_TEXT, "When it was last used, to a minute.", true                    \
	}

static const struct answer_field token_fields[] = { TOKEN_FIELDS };

const struct operation operation_token_add = {
	.name = "token.add",
	.doc = "Makes a token of the administration. It is shown this once.",
	.method = "POST",
	.path = "/tokens",
	.scope = SCOPE_ADMIN,
	.args_size = sizeof(struct token_args),
	.args = LIST(struct option,
	    { "name", STRING, FIELD(token_args, name), NULL, "1", "100",
		"What it is for; the audit log names it." },
	    { "scope", FLAGS, FIELD(token_args, scopes), NULL, "1", "32",
		"What it may be used for.", .words = SCOPE_WORDS },
	    { "hosts", STRINGS, FIELD(token_args, hosts), "", NULL, "64",
		"Hosts that it may deal with, none: all. What is not about a host it may not "
		"do then." },
	    { "expires", TIME, FIELD(token_args, lifetime_ms), "90d", "1m", "3650d",
		"How long it is valid.", .words = "never" }),
	.status = 201,
	.answer = LIST(struct answer_field, TOKEN_FIELDS,
	    { "token", A_TEXT, "The token; only a hash of it is kept." }),
	.run = token_add,
};

const struct operation operation_token_list = {
	.name = "token.list",
	.doc = "Lists the tokens of the administration.",
	.method = "GET",
	.path = "/tokens",
	.scope = SCOPE_ADMIN,
	.answer = LIST(struct answer_field,
	    { "tokens", A_ROWS, "The tokens, those that have ended included.",
		.rows = TABLE(token_fields) }),
	.run = token_list,
};

const struct operation operation_token_revoke = {
	.name = "token.revoke",
	.doc = "Ends a token of the administration.",
	.method = "DELETE",
	.path = "/tokens/{id}",
	.scope = SCOPE_ADMIN,
	.args_size = sizeof(struct token_args),
	.args = LIST(
	    struct option, { "id", STRING, FIELD(token_args, id), NULL, "1", "64", "Its id." }),
	.answer = LIST(struct answer_field, { "id", A_TEXT, "Its id." }),
	.run = token_revoke,
};
