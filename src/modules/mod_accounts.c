/* SPDX-License-Identifier: MIT
 *
 * mod_accounts: the accounts and their credentials, in the store.
 *
 * Reacts   nothing on the wire: answers router/auth.h, the administration and registration;
 *          the end of a temporary account's session
 * Keeps    "account": the credentials (xmpp/credentials.h); makes the account exist
 *          "tokens": a row per client, its FAST tokens (xmpp/fast_token.h)
 *          "temporary": marks an account that ends with its session
 *          of the server itself, owner "": "secret", 32 bytes made at the first start;
 *          "temporary", a row for each of those accounts
 */
#include "modules/mod_accounts.h"

#include "base/random.h"
#include "loop/helper.h"
#include "router/account.h"
#include "router/session.h"

#define KIND_TOKENS S("tokens")
#define KIND_TEMPORARY S("temporary")
#define KIND_SECRET S("secret")

enum { SECRET_BYTES = 32 };

struct accounts_conf {
	uint32_t iterations;
};

static char secret[SECRET_BYTES];

/* --- what exchanges ask --------------------------------------------------------------- */

static struct auth_facts
facts(const struct host *host)
{
	const struct accounts_conf *conf = module_conf(&mod_accounts, host);

	return (struct auth_facts){ str_of(secret, SECRET_BYTES), conf->iterations };
}

struct finding {
	auth_found_fn *found;
	void *waiter;
	struct str client; /* behind the struct */
};

static void
on_found(void *waiter, const struct store_rows *rows)
{
	struct finding *f = waiter;
	struct credentials account;
	struct fast_tokens tokens;
	bool exists = false, has_tokens = false;
	enum status s = rows->status;

	for (size_t i = 0; s == OK && i < rows->n; i++) {
		const struct store_row *row = &rows->row[i];

		if (str_eq(row->kind, KIND_ACCOUNT)) {
			s = credentials_decode(row->value, &account);
			exists = s == OK;
		} else if (str_eq(row->item, f->client)) {
			has_tokens = fast_tokens_decode(row->value, &tokens) == OK;
		}
	}
	if (s != OK)
		f->found(f->waiter, E_IO, NULL, NULL);
	else if (!exists)
		f->found(f->waiter, E_NOT_FOUND, NULL, NULL);
	else
		f->found(f->waiter, OK, &account, has_tokens ? &tokens : NULL);
	mem_wipe(&account, sizeof(account));
	mem_wipe(&tokens, sizeof(tokens));
	free(f);
}

static void
find(struct jid user, struct str client, auth_found_fn *found, void *waiter)
{
	struct finding *f = mem_alloc(sizeof(*f) + client.len);
	struct store_query q = {
		.what = STORE_KINDS,
		.owner = jid_bare(user),
		.kinds = { KIND_ACCOUNT, KIND_TOKENS },
		.n_kinds = client.len ? 2 : 1,
	};

	if (client.len)
		memcpy(f + 1, client.at, client.len);
	*f = (struct finding){ found, waiter, str_of((char *)(f + 1), client.len) };
	store_read(account_store(), &q, on_found, f);
}

static void
keep_tokens(struct jid user, struct str client, const struct fast_tokens *t, auth_done_fn *done,
    void *waiter)
{
	struct store_batch *b = store_batch_new(account_store());
	struct arena a;

	arena_init_wiped(&a, 512);
	if (t)
		store_put(b, jid_bare(user), KIND_TOKENS, client, fast_tokens_encode(&a, t));
	else
		store_remove(b, jid_bare(user), KIND_TOKENS, client);
	arena_fini(&a);
	store_commit(&b, done, waiter);
}

/* --- making and changing -------------------------------------------------------------- */

/* A password on its way through a helper. */
struct hashing {
	struct jid bare;
	char text[JID_MAX];
	struct arena arena; /* wiped; the password */
	struct str password;
	uint32_t iterations;
	struct credentials credentials;
	enum status status;
	void (*store)(struct hashing *h); /* what becomes of the credentials */
	void (*put)(
	    void *waiter, struct store_batch *b); /* what is written with them; or NULL */
	auth_done_fn *done;
	void *waiter;
};

static void
hashing_end(struct hashing *h, enum status s)
{
	auth_done_fn *done = h->done;
	void *waiter = h->waiter;

	arena_fini(&h->arena);
	mem_wipe(h, sizeof(*h));
	free(h);
	done(waiter, s);
}

static void
hashing_stored(void *waiter, enum status s)
{
	hashing_end(waiter, s);
}

static void
hash(void *job)
{
	struct hashing *h = job;

	h->status = credentials_set_password(&h->credentials, h->password, h->iterations);
}

static void
hashed(void *job)
{
	struct hashing *h = job;

	if (h->status == OK)
		h->store(h);
	else
		hashing_end(h, h->status);
}

static void
hash_password(struct jid bare, struct str password, void (*store)(struct hashing *h),
    void (*put)(void *waiter, struct store_batch *b), auth_done_fn *done, void *waiter)
{
	struct hashing *h = mem_zalloc(sizeof(*h));
	struct str text = jid_full(bare);
	const struct host *host = host_find(jid_domain(bare));

	assert(jid_is_bare(bare) && host);
	memcpy(h->text, text.at, text.len);
	h->bare = bare;
	h->bare.text = h->text;
	arena_init_wiped(&h->arena, 256);
	h->password = str_copy(&h->arena, password);
	h->iterations = facts(host).iterations;
	h->credentials.created_us = loop_wall_us();
	h->store = store;
	h->put = put;
	h->done = done;
	h->waiter = waiter;
	if (helper_run(h, hash, hashed) != OK)
		hashing_end(h, E_LIMIT);
}

static void
put_account(struct hashing *h, struct store_batch *b,
    void (*put)(struct store_batch *b, struct str owner, struct str kind, struct str item,
	struct str value))
{
	put(b, jid_full(h->bare), KIND_ACCOUNT, S(""),
	    credentials_encode(&h->arena, &h->credentials));
}

static void
store_created(struct hashing *h)
{
	struct store_batch *b = store_batch_new(account_store());

	put_account(h, b, store_create);
	if (h->put)
		h->put(h->waiter, b);
	store_commit(&b, hashing_stored, h);
}

void
accounts_create(struct jid bare, struct str password, auth_done_fn *done, void *waiter)
{
	hash_password(bare, password, store_created, NULL, done, waiter);
}

void
accounts_create_with(struct jid bare, struct str password,
    void (*put)(void *waiter, struct store_batch *b), auth_done_fn *done, void *waiter)
{
	hash_password(bare, password, store_created, put, done, waiter);
}

/*
 * A change of what is kept already: read, changed and written at the account's home, where
 * nothing else happens to the account meanwhile.
 */
struct changing {
	struct jid bare;
	unsigned asker;
	struct account *account;
	const struct credentials *keys; /* NULL: they stay */
	bool disabled;                  /* without keys: what becomes of it */
	enum status status;
	auth_done_fn *done;
	void *waiter;
	char text[JID_MAX];
};

static void
tell_changed(const void *letter)
{
	struct changing *ch = *(struct changing *const *)letter;

	ch->done(ch->waiter, ch->status);
	free(ch);
}

static void
changing_end(struct changing *ch, enum status s)
{
	ch->status = s;
	worker_post(ch->asker, tell_changed, &ch, sizeof(ch));
}

static void
change_written(void *waiter, enum status s)
{
	struct changing *ch = waiter;
	struct account *a = ch->account;

	if (s == OK && !ch->keys && ch->disabled)
		list_each (link, &a->sessions)
			session_end(list_entry(link, struct session, in_account),
			    STREAM_NOT_AUTHORIZED, S("The account has been disabled."));
	account_resume(a);
	changing_end(ch, s);
}

static void
change_read(void *waiter, const struct store_rows *rows)
{
	struct changing *ch = waiter;
	struct credentials account;
	struct store_batch *b;
	struct arena a;

	if (rows->status != OK || rows->n == 0 ||
	    credentials_decode(rows->row[0].value, &account) != OK) {
		account_resume(ch->account);
		changing_end(ch, rows->status == OK && rows->n == 0 ? E_NOT_FOUND : E_IO);
		return;
	}
	if (ch->keys)
		memcpy(account.keys, ch->keys->keys, sizeof(account.keys));
	else
		account.disabled = ch->disabled;
	b = store_batch_new(account_store());
	arena_init_wiped(&a, 1024);
	store_put(b, jid_full(ch->bare), KIND_ACCOUNT, S(""), credentials_encode(&a, &account));
	arena_fini(&a);
	mem_wipe(&account, sizeof(account));
	if (ch->keys)
		store_remove_kind(b, jid_full(ch->bare), KIND_TOKENS);
	store_commit(&b, change_written, ch);
}

static void
change_loaded(void *waiter, struct account *account, enum status s)
{
	struct changing *ch = waiter;
	struct store_query q = {
		.what = STORE_ITEM,
		.owner = jid_full(ch->bare),
		.kinds = { KIND_ACCOUNT },
		.n_kinds = 1,
	};

	if (!account) {
		changing_end(ch, s);
		return;
	}
	ch->account = account;
	account_suspend(account);
	store_read(account_store(), &q, change_read, ch);
}

static void
change_at_home(const void *letter)
{
	struct changing *ch = *(struct changing *const *)letter;

	account_with(ch->bare, change_loaded, ch);
}

static void
change(struct jid bare, const struct credentials *keys, bool disabled, auth_done_fn *done,
    void *waiter)
{
	struct changing *ch = mem_zalloc(sizeof(*ch));
	struct str text = jid_full(bare);

	memcpy(ch->text, text.at, text.len);
	ch->bare = bare;
	ch->bare.text = ch->text;
	ch->asker = (unsigned)worker_self();
	ch->keys = keys;
	ch->disabled = disabled;
	ch->done = done;
	ch->waiter = waiter;
	worker_post(account_home(bare), change_at_home, &ch, sizeof(ch));
}

static void
store_password(struct hashing *h)
{
	change(h->bare, &h->credentials, false, hashing_stored, h);
}

void
accounts_set_password(struct jid bare, struct str password, auth_done_fn *done, void *waiter)
{
	hash_password(bare, password, store_password, NULL, done, waiter);
}

void
accounts_set_disabled(struct jid bare, bool disabled, auth_done_fn *done, void *waiter)
{
	change(bare, NULL, disabled, done, waiter);
}

/* --- accounts without a password ------------------------------------------------------- */

struct ensuring {
	auth_done_fn *done;
	void *waiter;
};

static void
ensured(void *waiter, enum status s)
{
	struct ensuring e = *(struct ensuring *)waiter;

	free(waiter);
	e.done(e.waiter, s == E_EXISTS ? OK : s);
}

void
accounts_ensure(struct jid bare, auth_done_fn *done, void *waiter)
{
	struct store_batch *b = store_batch_new(account_store());
	struct credentials none = { .created_us = loop_wall_us() };
	struct ensuring *e = mem_alloc(sizeof(*e));
	struct arena a;

	*e = (struct ensuring){ done, waiter };
	arena_init(&a, 512);
	store_create(b, jid_bare(bare), KIND_ACCOUNT, S(""), credentials_encode(&a, &none));
	arena_fini(&a);
	store_commit(&b, ensured, e);
}

/* --- erasing -------------------------------------------------------------------------- */

/* At the account's home, then back to whoever asked. */
struct erasing {
	struct jid bare;
	char text[JID_MAX];
	unsigned asker;
	enum status status;
	auth_done_fn *done;
	void *waiter;
};

static void
tell_asker(const void *letter)
{
	struct erasing *e = *(struct erasing *const *)letter;

	e->done(e->waiter, e->status);
	free(e);
}

static void
erased(void *waiter, enum status s)
{
	struct erasing *e = waiter;
	struct account *a = account_loaded(e->bare);

	if (a)
		account_reload(a); /* finds that there is none any more */
	e->status = s;
	worker_post(e->asker, tell_asker, &e, sizeof(e));
}

static void
erase_loaded(void *waiter, struct account *a, enum status s)
{
	struct erasing *e = waiter;
	struct store_batch *b;

	if (!a) {
		e->status = s;
		worker_post(e->asker, tell_asker, &e, sizeof(e));
		return;
	}
	b = store_batch_new(account_store());
	account_gone(a, b);
	store_erase(b, jid_full(e->bare));
	store_remove(b, S(""), KIND_TEMPORARY, jid_full(e->bare));
	store_commit(&b, erased, e);
}

static void
erase_at_home(const void *letter)
{
	struct erasing *e = *(struct erasing *const *)letter;

	account_with(e->bare, erase_loaded, e);
}

void
accounts_erase(struct jid bare, auth_done_fn *done, void *waiter)
{
	struct erasing *e = mem_zalloc(sizeof(*e));
	struct str text = jid_bare(bare);

	memcpy(e->text, text.at, text.len);
	e->bare = jid_to_bare(bare);
	e->bare.text = e->text;
	e->asker = (unsigned)worker_self();
	e->done = done;
	e->waiter = waiter;
	worker_post(account_home(bare), erase_at_home, &e, sizeof(e));
}

/* --- temporary accounts --------------------------------------------------------------- */

static void
make_temporary(struct jid user, auth_done_fn *done, void *waiter)
{
	struct store_batch *b = store_batch_new(account_store());
	struct credentials none = { .created_us = loop_wall_us() };
	struct arena a;

	arena_init(&a, 512);
	store_create(b, jid_bare(user), KIND_ACCOUNT, S(""), credentials_encode(&a, &none));
	store_put(b, jid_bare(user), KIND_TEMPORARY, S(""), S(""));
	store_put(b, S(""), KIND_TEMPORARY, jid_bare(user), S(""));
	arena_fini(&a);
	store_commit(&b, done, waiter);
}

static void
load_temporary(void *state, struct account *a, struct str item, struct str value)
{
	bool *temporary = state;

	(void)a;
	(void)item;
	(void)value;
	*temporary = true;
}

bool
accounts_is_temporary(struct account *a)
{
	return *(const bool *)module_account_state(&mod_accounts, a);
}

static void
ignore(void *waiter, enum status s)
{
	(void)waiter;
	(void)s;
}

static enum verdict
on_session_closed(struct call *c)
{
	if (accounts_is_temporary(c->account))
		accounts_erase(c->account->jid, ignore, NULL);
	return PASS;
}

/* --- start ---------------------------------------------------------------------------- */

static enum status
read_secret(bool *found)
{
	struct store_query q = {
		.what = STORE_ITEM, .owner = S(""), .kinds = { KIND_SECRET }, .n_kinds = 1
	};
	struct store_rows *rows = store_read_wait(account_store(), &q);
	enum status s = rows->status;

	*found = s == OK && rows->n == 1 && rows->row[0].value.len == SECRET_BYTES;
	if (*found)
		memcpy(secret, rows->row[0].value.at, SECRET_BYTES);
	store_rows_free(&rows);
	return s;
}

/* Temporary accounts that a crash left behind. */
static enum status
erase_leftovers(void)
{
	struct store_query q = {
		.what = STORE_KINDS, .owner = S(""), .kinds = { KIND_TEMPORARY }, .n_kinds = 1
	};
	struct store_rows *rows = store_read_wait(account_store(), &q);
	struct store_batch *b = store_batch_new(account_store());
	enum status s = rows->status;

	for (size_t i = 0; i < rows->n; i++) {
		store_erase(b, rows->row[i].item);
		store_remove(b, S(""), KIND_TEMPORARY, rows->row[i].item);
	}
	store_rows_free(&rows);
	if (s == OK && !store_batch_is_empty(b))
		return store_commit_wait(&b);
	store_batch_free(&b);
	return s;
}

static const struct auth_source source = {
	.facts = facts,
	.find = find,
	.keep_tokens = keep_tokens,
	.make_temporary = make_temporary,
};

static enum status
start(void)
{
	struct store_batch *b;
	bool found;
	enum status s;

	auth_use(&source);
	if ((s = erase_leftovers()) != OK)
		return s;
	if ((s = read_secret(&found)) != OK || found)
		return s;
	random_bytes(secret, SECRET_BYTES);
	b = store_batch_new(account_store());
	store_create(b, S(""), KIND_SECRET, S(""), str_of(secret, SECRET_BYTES));
	return store_commit_wait(&b);
}

static const struct kept kept[] = {
	{ KIND_TEMPORARY, load_temporary },
};

static const struct hook hooks[] = {
	{ .on = ON_SESSION_CLOSED, .in = HANDLE, .run = on_session_closed },
};

const struct module mod_accounts = {
	.name = "accounts",
	.doc = "The accounts and their passwords, kept in the store.",
	.specs = LIST(struct spec, { RFC, 5802, "", "storage of keys" },
	    { XEP, 484, "0.2.0", "complete, without TLS early data" }),
	.conf_size = sizeof(struct accounts_conf),
	.options = LIST(struct option,
	    { "iterations", U32, FIELD(accounts_conf, iterations), "10000", "4096", "10000000",
		"Rounds of hashing for new passwords (RFC 7677 section 4)." }),
	.account_bytes = sizeof(bool),
	.kept = TABLE(kept),
	.hooks = TABLE(hooks),
	.start = start,
};
