/* SPDX-License-Identifier: MIT
 *
 * Kept: of the owner "", a row "invite" for each, item "HOST/ID", the hash of its token and
 * what it is; a row "invite-use" for each use, item "HOST/ID/ADDRESS".
 */
#include "modules/invites/book.h"

#include "base/encode.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/pack.h"
#include "base/table.h"
#include "modules/list.h"

#define KIND_INVITE S("invite")
#define KIND_USE S("invite-use")

enum {
	HOME = 0, /* the worker that has them */
	HASH_BYTES = 32,
	SWEEP_MS = 10 * 60 * 1000,

	/* For how long after its end an invitation is known as one that has ended, and may
	 * finish what began before. */
	LINGER_US = 24 * 3600 * 1000000ULL,

	IS_REGISTERING = 1,
	IS_BEFRIENDING = 2,
};

/* An invitation at home. Its texts are in its arena. */
struct entry {
	struct invitation is;
	char hash[HASH_BYTES];
	struct str reserved; /* "juliet@example.org"; "no string" */
	uint32_t pending;    /* uses that are claimed and not settled */
	struct str *users;   /* is.used of them, is.uses are room */
	struct arena arena;
};

static struct {
	struct table entries;  /* by id */
	struct table reserved; /* those with a name, by the address */
	struct timer sweep;
} home;

/* --- what is kept ------------------------------------------------------------------------ */

static struct str
entry_key(const void *value)
{
	return ((const struct entry *)value)->is.id;
}

static struct str
entry_reserved(const void *value)
{
	return ((const struct entry *)value)->reserved;
}

static struct str
invite_item(struct arena *a, const struct invitation *i)
{
	return str_format(a, "%.*s/%.*s", STR_ARG(i->host), STR_ARG(i->id));
}

static struct str
use_item(struct arena *a, const struct invitation *i, struct str by)
{
	return str_format(a, "%.*s/%.*s/%.*s", STR_ARG(i->host), STR_ARG(i->id), STR_ARG(by));
}

static struct str
optional_copy(struct arena *a, struct str s)
{
	return s.at ? str_copy(a, s) : s;
}

/* All but the list of its users. */
static void
copy_into(struct arena *a, const struct invitation *i, struct invitation *out)
{
	*out = *i;
	out->id = str_copy(a, i->id);
	out->host = str_copy(a, i->host);
	out->name = optional_copy(a, i->name);
	out->note = optional_copy(a, i->note);
	if (!jid_is_empty(i->inviter))
		out->inviter = jid_copy(a, i->inviter);
	out->used_by = (struct str_list){ 0 };
}

struct invitation *
invitation_copy(struct arena *a, const struct invitation *i)
{
	struct invitation *copy = arena_alloc(a, sizeof(*copy));

	copy_into(a, i, copy);
	return copy;
}

static struct entry *
entry_new(const struct invitation *i, const char *hash)
{
	struct entry *e = mem_zalloc(sizeof(*e));

	arena_init(&e->arena, 256);
	copy_into(&e->arena, i, &e->is);
	memcpy(e->hash, hash, HASH_BYTES);
	if (i->name.len)
		e->reserved =
		    str_format(&e->arena, "%.*s@%.*s", STR_ARG(i->name), STR_ARG(i->host));
	e->users = arena_zalloc(&e->arena, i->uses * sizeof(*e->users));
	table_put(&home.entries, e);
	if (e->reserved.len)
		table_put(&home.reserved, e);
	return e;
}

static void
entry_free(struct entry **e)
{
	struct entry *gone = TAKE(*e);

	table_remove(&home.entries, gone->is.id);
	if (table_get(&home.reserved, gone->reserved) == gone)
		table_remove(&home.reserved, gone->reserved);
	arena_fini(&gone->arena);
	free(gone);
}

static struct str
encode(struct arena *a, const struct entry *e)
{
	const struct invitation *i = &e->is;
	struct str inviter = jid_is_empty(i->inviter) ? S("") : jid_full(i->inviter);
	char *bytes = arena_alloc(a, HASH_BYTES + 27 + inviter.len + i->name.len + i->note.len);
	char *to = pack_bytes(bytes, str_of(e->hash, HASH_BYTES));

	to = pack_uint(
	    to, (i->registers ? IS_REGISTERING : 0) | (i->befriends ? IS_BEFRIENDING : 0), 1);
	to = pack_uint(to, i->uses, 4);
	to = pack_uint(to, (uint64_t)i->made_us, 8);
	to = pack_uint(to, (uint64_t)i->expires_us, 8);
	to = pack_uint(to, inviter.len, 2);
	to = pack_uint(to, i->name.len, 2);
	to = pack_uint(to, i->note.len, 2);
	to = pack_bytes(to, inviter);
	to = pack_bytes(to, i->name);
	to = pack_bytes(to, i->note);
	return str_of(bytes, (size_t)(to - bytes));
}

static struct str
take_text(struct unpack *u, size_t bytes)
{
	struct str text = str_slice(u->rest, 0, bytes);

	u->failed |= text.len != bytes;
	u->rest = str_slice(u->rest, text.len, u->rest.len);
	return text.len ? text : (struct str){ 0 };
}

/* A row of KIND_INVITE. */
static void
load_invite(struct str item, struct str value)
{
	struct unpack u = { .rest = value };
	struct invitation i = { 0 };
	char hash[HASH_BYTES];
	struct str inviter;
	size_t slash = str_find(item, '/'), lengths[3];
	uint64_t flags;

	unpack_bytes(&u, hash, sizeof(hash));
	flags = unpack_uint(&u, 1);
	i.registers = flags & IS_REGISTERING;
	i.befriends = flags & IS_BEFRIENDING;
	i.uses = (uint32_t)unpack_uint(&u, 4);
	i.made_us = (usec_t)unpack_uint(&u, 8);
	i.expires_us = (usec_t)unpack_uint(&u, 8);
	for (size_t n = 0; n < 3; n++)
		lengths[n] = unpack_uint(&u, 2);
	inviter = take_text(&u, lengths[0]);
	i.name = take_text(&u, lengths[1]);
	i.note = take_text(&u, lengths[2]);
	i.host = str_slice(item, 0, slash);
	i.id = str_slice(item, slash + 1, item.len);
	if (!unpack_is_done(&u) || i.id.len != INVITATION_ID_LEN || i.uses > INVITE_USES_MAX) {
		log_warn("invites.row_is_broken", LOG_STR("invite", item));
		return;
	}
	if (inviter.len)
		i.inviter = jid_trusted(inviter);
	entry_new(&i, hash);
}

static void
add_user(struct entry *e, struct str address)
{
	if (e->is.used < e->is.uses)
		e->users[e->is.used++] = str_copy(&e->arena, address);
}

static void
load_use(struct str item)
{
	size_t id = str_find(item, '/') + 1;
	struct entry *e = table_get(&home.entries, str_slice(item, id, INVITATION_ID_LEN));

	if (e)
		add_user(e, str_slice(item, id + INVITATION_ID_LEN + 1, item.len));
}

static void
remove_rows(struct store_batch *b, const struct entry *e)
{
	struct arena a;

	arena_init(&a, 512);
	store_remove(b, S(""), KIND_INVITE, invite_item(&a, &e->is));
	for (uint32_t n = 0; n < e->is.used; n++)
		store_remove(b, S(""), KIND_USE, use_item(&a, &e->is, e->users[n]));
	arena_fini(&a);
}

/* --- asking ------------------------------------------------------------------------------ */

/* A question on its way to the home and back. Belongs to the worker that has the letter. */
struct asking {
	void (*at_home)(struct asking *q);
	unsigned asker;
	struct arena arena; /* wiped: all texts */
	struct invitation *wish;
	uint32_t of_inviter;
	struct str host, id, token;
	struct jid inviter, by;
	bool for_account, is_used;
	struct entry *entry; /* at home: what is being written */
	enum status status;
	const struct invitation *found;
	const struct invitation **list;
	size_t n;
	void (*tell)(struct asking *q);
	union {
		invitation_fn *found;
		invitation_made_fn *made;
		invitations_fn *listed;
		void (*done)(void *waiter, enum status s);
	} asker_fn;
	void *waiter;
};

static struct asking *
asking_new(void (*at_home)(struct asking *q), void (*tell)(struct asking *q), void *waiter)
{
	struct asking *q = mem_zalloc(sizeof(*q));

	q->at_home = at_home;
	q->tell = tell;
	q->waiter = waiter;
	q->asker = (unsigned)worker_self();
	arena_init_wiped(&q->arena, 512);
	return q;
}

static void
asking_free(struct asking **q)
{
	arena_fini(&(*q)->arena);
	free(TAKE(*q));
}

static void
come_home(const void *letter)
{
	struct asking *q = *(struct asking *const *)letter;

	q->at_home(q);
}

static void
go_home(struct asking *q)
{
	worker_post(HOME, come_home, &q, sizeof(q));
}

static void
come_back(const void *letter)
{
	struct asking *q = *(struct asking *const *)letter;

	if (q->tell)
		q->tell(q);
	asking_free(&q);
}

static void
answer(struct asking *q, enum status s)
{
	q->status = s;
	worker_post(q->asker, come_back, &q, sizeof(q));
}

static void
tell_found(struct asking *q)
{
	q->asker_fn.found(q->waiter, q->status, q->found);
}

static void
tell_made(struct asking *q)
{
	q->asker_fn.made(
	    q->waiter, q->status, q->status == OK ? q->token : (struct str){ 0 }, q->found);
}

static void
tell_listed(struct asking *q)
{
	q->asker_fn.listed(q->waiter, q->list, q->n);
}

static void
tell_done(struct asking *q)
{
	q->asker_fn.done(q->waiter, q->status);
}

/* --- making ------------------------------------------------------------------------------ */

static bool
is_usable(const struct entry *e)
{
	return e->is.used + e->pending < e->is.uses && e->is.expires_us > loop_wall_us();
}

static uint32_t
usable_of(struct jid inviter)
{
	struct table_walk walk = { 0 };
	const struct entry *e;
	uint32_t n = 0;

	while ((e = table_next(&home.entries, &walk)))
		n += is_usable(e) && jid_eq(e->is.inviter, inviter);
	return n;
}

static void
on_made(void *waiter, enum status s)
{
	struct asking *q = waiter;

	if (s == OK)
		q->found = invitation_copy(&q->arena, &q->entry->is);
	else
		entry_free(&q->entry);
	module_count(&mod_invites, INVITES_MADE, s == OK);
	answer(q, s);
}

static void
make_at_home(struct asking *q)
{
	struct str address =
	    str_format(&q->arena, "%.*s@%.*s", STR_ARG(q->wish->name), STR_ARG(q->wish->host));
	const struct entry *other;
	struct store_batch *b;
	char hash[HASH_MAX], *token = arena_alloc(&q->arena, INVITATION_TOKEN_LEN);

	if (q->wish->name.len && (other = table_get(&home.reserved, address)) &&
	    is_usable(other)) {
		answer(q, E_EXISTS);
		return;
	}
	if (table_count(&home.entries) >= INVITES_MAX ||
	    (q->of_inviter && usable_of(q->wish->inviter) >= q->of_inviter)) {
		answer(q, E_LIMIT);
		return;
	}
	do {
		invitation_token_make(token);
		q->token = str_of(token, INVITATION_TOKEN_LEN);
		q->wish->id = invitation_token_id(q->token);
	} while (table_get(&home.entries, q->wish->id));
	hash_of(HASH_SHA256, q->token, hash);
	q->wish->made_us = loop_wall_us();
	q->wish->used = 0;
	q->entry = entry_new(q->wish, hash);
	b = store_batch_new(account_store());
	store_put(b, S(""), KIND_INVITE, invite_item(&q->arena, &q->entry->is),
	    encode(&q->arena, q->entry));
	store_commit(&b, on_made, q);
}

void
invitation_make(
    const struct invitation *wish, uint32_t of_inviter, invitation_made_fn *made, void *waiter)
{
	struct asking *q = asking_new(make_at_home, tell_made, waiter);

	assert(wish->uses > 0 && wish->uses <= INVITE_USES_MAX);
	q->asker_fn.made = made;
	q->wish = invitation_copy(&q->arena, wish);
	q->of_inviter = of_inviter;
	go_home(q);
}

/* --- using ------------------------------------------------------------------------------- */

/* Of the host that was asked for, or of any. */
static struct entry *
entry_of_id(const struct asking *q, struct str id)
{
	struct entry *e = table_get(&home.entries, id);

	return e && (!q->host.at || str_eq(e->is.host, q->host)) ? e : NULL;
}

static struct entry *
entry_of_token(struct asking *q)
{
	char hash[HASH_MAX];
	struct entry *e;

	if (!invitation_token_is_one(q->token))
		return NULL;
	e = entry_of_id(q, invitation_token_id(q->token));
	hash_of(HASH_SHA256, q->token, hash);
	return e && str_eq_secret(str_of(e->hash, HASH_BYTES), str_of(hash, HASH_BYTES)) ? e
											 : NULL;
}

static void
look_at_home(struct asking *q)
{
	const struct entry *e = entry_of_token(q);

	if (e && is_usable(e))
		q->found = invitation_copy(&q->arena, &e->is);
	answer(q, !e ? E_NOT_FOUND : q->found ? OK : E_DENIED);
}

void
invitation_look(struct str host, struct str token, invitation_fn *found, void *waiter)
{
	struct asking *q = asking_new(look_at_home, tell_found, waiter);

	q->asker_fn.found = found;
	q->host = optional_copy(&q->arena, host);
	q->token = str_copy(&q->arena, token);
	go_home(q);
}

static enum status
judge_for_account(const struct asking *q, const struct entry *e)
{
	const struct entry *other = table_get(&home.reserved, jid_full(q->by));

	if (e && (!e->is.registers || e->is.used + e->pending >= e->is.uses))
		return E_DENIED;
	if (e && e->reserved.len && !str_eq(e->reserved, jid_full(q->by)))
		return E_DENIED;
	return other && other != e && is_usable(other) ? E_EXISTS : OK;
}

static enum status
judge_for_contact(const struct asking *q, const struct entry *e)
{
	return is_usable(e) && e->is.befriends && jid_eq(e->is.inviter, q->inviter) ? OK
										    : E_DENIED;
}

static void
claim_at_home(struct asking *q)
{
	struct entry *e = entry_of_token(q);
	enum status s = E_NOT_FOUND;

	if (e || q->token.len == 0)
		s = q->for_account ? judge_for_account(q, e) : judge_for_contact(q, e);
	if (e && s == OK) {
		e->pending++;
		q->found = invitation_copy(&q->arena, &e->is);
	}
	answer(q, s);
}

static void
claim(struct jid by, struct str token, struct asking *q)
{
	q->by = jid_copy(&q->arena, by);
	q->token = str_copy(&q->arena, token);
	go_home(q);
}

void
invitation_claim_account(struct jid by, struct str token, invitation_fn *claimed, void *waiter)
{
	struct asking *q = asking_new(claim_at_home, tell_found, waiter);

	q->asker_fn.found = claimed;
	q->for_account = true;
	q->host = str_copy(&q->arena, jid_domain(by));
	claim(by, token, q);
}

void
invitation_claim_contact(
    struct jid inviter, struct jid by, struct str token, invitation_fn *claimed, void *waiter)
{
	struct asking *q = asking_new(claim_at_home, tell_found, waiter);

	assert(token.len);
	q->asker_fn.found = claimed;
	q->host = str_copy(&q->arena, jid_domain(inviter));
	q->inviter = jid_copy(&q->arena, inviter);
	claim(by, token, q);
}

void
invitation_put_use(struct store_batch *b, const struct invitation *i, struct jid by)
{
	struct arena a;

	arena_init(&a, 512);
	store_put(b, S(""), KIND_USE, use_item(&a, i, jid_full(by)), S(""));
	arena_fini(&a);
}

/* It may have been revoked meanwhile: then its use goes as well. */
static void
settle_at_home(struct asking *q)
{
	struct entry *e = entry_of_id(q, q->wish->id);
	struct store_batch *b;

	if (e) {
		e->pending--;
		if (q->is_used)
			add_user(e, jid_full(q->by));
	} else if (q->is_used) {
		b = store_batch_new(account_store());
		store_remove(b, S(""), KIND_USE, use_item(&q->arena, q->wish, jid_full(q->by)));
		store_commit(&b, NULL, NULL);
	}
	module_count(&mod_invites, INVITES_USED, q->is_used);
	if (q->is_used)
		log_info("invites.used", LOG_STR("host", q->wish->host),
		    LOG_STR("invite", q->wish->id), LOG_ACCOUNT("jid", jid_full(q->by)));
	asking_free(&q);
}

void
invitation_settle(const struct invitation *i, struct jid by, bool used)
{
	struct asking *q = asking_new(settle_at_home, NULL, NULL);

	q->wish = invitation_copy(&q->arena, i);
	q->by = jid_copy(&q->arena, by);
	q->is_used = used;
	go_home(q);
}

/* --- revoking ---------------------------------------------------------------------------- */

/* Uses that were settled while this was written have rows of their own. */
static void
on_revoked(void *waiter, enum status s)
{
	struct asking *q = waiter;
	struct entry *e = entry_of_id(q, q->id);
	struct store_batch *b;

	if (s == OK && e) {
		b = store_batch_new(account_store());
		remove_rows(b, e);
		store_commit(&b, NULL, NULL);
		entry_free(&e);
	}
	answer(q, s);
}

static void
revoke_at_home(struct asking *q)
{
	struct entry *e = entry_of_id(q, q->id);
	struct store_batch *b;

	if (!e) {
		answer(q, E_NOT_FOUND);
		return;
	}
	b = store_batch_new(account_store());
	remove_rows(b, e);
	store_commit(&b, on_revoked, q);
}

void
invitation_revoke(
    struct str host, struct str id, void (*done)(void *waiter, enum status s), void *waiter)
{
	struct asking *q = asking_new(revoke_at_home, tell_done, waiter);

	q->asker_fn.done = done;
	q->host = str_copy(&q->arena, host);
	q->id = str_copy(&q->arena, id);
	go_home(q);
}

/* Removes those of which `is_one` says so. */
static void
remove_each(
    bool (*is_one)(const struct entry *e, const struct asking *q), const struct asking *q)
{
	struct store_batch *b = store_batch_new(account_store());
	struct table_walk walk = { 0 };
	struct entry *e;

	while ((e = table_next(&home.entries, &walk)))
		if (is_one(e, q)) {
			remove_rows(b, e);
			entry_free(&e);
		}
	if (store_batch_is_empty(b))
		store_batch_free(&b);
	else
		store_commit(&b, NULL, NULL);
}

static bool
is_of_inviter(const struct entry *e, const struct asking *q)
{
	return jid_eq(e->is.inviter, q->inviter);
}

static void
forget_at_home(struct asking *q)
{
	remove_each(is_of_inviter, q);
	asking_free(&q);
}

void
invitations_forget(struct jid inviter)
{
	struct asking *q = asking_new(forget_at_home, NULL, NULL);

	q->inviter = jid_copy(&q->arena, inviter);
	go_home(q);
}

static bool
is_long_over(const struct entry *e, const struct asking *q)
{
	(void)q;
	return e->pending == 0 && e->is.expires_us + (usec_t)LINGER_US < loop_wall_us();
}

static void
on_sweep(struct timer *t)
{
	remove_each(is_long_over, NULL);
	timer_set(t, SWEEP_MS);
}

/* --- listing ----------------------------------------------------------------------------- */

static int
by_age(const void *a, const void *b)
{
	const struct invitation *x = *(const struct invitation *const *)a,
				*y = *(const struct invitation *const *)b;

	if (x->made_us != y->made_us)
		return x->made_us < y->made_us ? -1 : 1;
	return str_cmp(x->id, y->id);
}

static struct str_list
copy_users(struct arena *a, const struct entry *e)
{
	struct str *at = arena_alloc(a, e->is.used * sizeof(*at));

	for (uint32_t n = 0; n < e->is.used; n++)
		at[n] = str_copy(a, e->users[n]);
	return (struct str_list){ at, e->is.used };
}

static void
list_at_home(struct asking *q)
{
	struct table_walk walk = { 0 };
	const struct entry *e;

	q->list = arena_alloc(&q->arena, table_count(&home.entries) * sizeof(*q->list));
	while ((e = table_next(&home.entries, &walk))) {
		struct invitation *copy;

		if (q->host.at && !str_eq(e->is.host, q->host))
			continue;
		copy = invitation_copy(&q->arena, &e->is);
		copy->used_by = copy_users(&q->arena, e);
		q->list[q->n++] = copy;
	}
	qsort(q->list, q->n, sizeof(*q->list), by_age);
	answer(q, OK);
}

void
invitations_list(struct str host, invitations_fn *listed, void *waiter)
{
	struct asking *q = asking_new(list_at_home, tell_listed, waiter);

	q->asker_fn.listed = listed;
	q->host = optional_copy(&q->arena, host);
	go_home(q);
}

/* --- start and end ----------------------------------------------------------------------- */

void
invitations_enter_worker(void)
{
	if (worker_self() != HOME)
		return;
	table_init(&home.entries, entry_key);
	table_init(&home.reserved, entry_reserved);
	timer_init(&home.sweep, on_sweep);
	timer_set(&home.sweep, SWEEP_MS);
}

void
invitations_leave_worker(void)
{
	struct table_walk walk = { 0 };
	struct entry *e;

	if (worker_self() != HOME)
		return;
	timer_stop(&home.sweep);
	while ((e = table_next(&home.entries, &walk)))
		entry_free(&e);
	table_fini(&home.entries);
	table_fini(&home.reserved);
}

static void
load_at_home(const void *letter)
{
	struct store_rows *rows = *(struct store_rows *const *)letter;

	for (size_t i = 0; i < rows->n; i++) /* "invite" comes before "invite-use" */
		if (str_eq(rows->row[i].kind, KIND_INVITE))
			load_invite(rows->row[i].item, rows->row[i].value);
		else
			load_use(rows->row[i].item);
	store_rows_free(&rows);
}

enum status
invitations_start(void)
{
	struct store_query q = {
		.what = STORE_KINDS,
		.owner = S(""),
		.kinds = { KIND_INVITE, KIND_USE },
		.n_kinds = 2,
	};
	struct store_rows *rows = store_read_wait(account_store(), &q);
	enum status s = rows->status;

	if (s == OK)
		worker_post(HOME, load_at_home, &rows, sizeof(rows));
	else
		store_rows_free(&rows);
	return s;
}
