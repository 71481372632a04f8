/* SPDX-License-Identifier: MIT
 *
 * Kept: of the owner "", a row "group" for each, item "HOST/ID", its version and name; a row
 * "group-member" for each member, item "HOST/ID/ADDRESS".
 */
#include "modules/roster/groups.h"

#include <stdatomic.h>

#include "base/encode.h"
#include "base/hash.h"
#include "base/pack.h"
#include "modules/list.h"
#include "modules/roster/items.h"

#define KIND_GROUP S("group")
#define KIND_GROUP_MEMBER S("group-member")

enum {
	HOME = 0, /* the worker that makes changes */
	VERSION_BYTES = 8,
	VERSION_HASH_BYTES = 8,
};

/* What each worker knows. */
static _Thread_local struct {
	struct table groups;      /* by key */
	struct table memberships; /* by address */
} here;

/* --- what every worker knows ---------------------------------------------------------------
 */

static struct str
group_key(const void *value)
{
	return ((const struct group *)value)->key;
}

static struct str
member_key(const void *value)
{
	return jid_full(((const struct group_member *)value)->jid);
}

static struct str
membership_key(const void *value)
{
	return ((const struct membership *)value)->address;
}

const struct membership *
groups_of(struct jid account)
{
	if (table_count(&here.memberships) == 0)
		return NULL;
	return table_get(&here.memberships, jid_bare(account));
}

bool
group_has(const struct group *g, struct jid contact)
{
	return table_get(&g->members, jid_full(contact)) != NULL;
}

/* How many groups both are in. */
static size_t
shared_groups(struct jid account, struct jid contact)
{
	const struct membership *m = groups_of(account);
	size_t n = 0;

	for (size_t i = 0; m && i < m->n; i++)
		n += group_has(m->groups[i], contact);
	return n;
}

bool
groups_share(struct jid account, struct jid contact)
{
	return shared_groups(account, contact) > 0;
}

const struct group_member *
group_next(const struct group *g, struct table_walk *walk)
{
	return table_next(&g->members, walk);
}

struct str
group_shown_name(const struct group *g)
{
	size_t slash = str_find(g->key, '/');

	return g->name.len ? g->name : str_slice(g->key, slash + 1, g->key.len);
}

struct str
groups_version(struct jid account, struct arena *a)
{
	const struct membership *m = groups_of(account);
	struct str text = S("");
	char hash[HASH_MAX];

	if (!m)
		return (struct str){ 0 };
	for (size_t i = 0; i < m->n; i++)
		text = str_format(a, "%.*s%.*s %llu\n", STR_ARG(text),
		    STR_ARG(m->groups[i]->key), (unsigned long long)m->groups[i]->version);
	hash_of(HASH_SHA256, text, hash);
	return hex_encode(a, str_of(hash, VERSION_HASH_BYTES));
}

static struct str
key_of(struct str host, struct str id, struct arena *a)
{
	return str_format(a, "%.*s/%.*s", STR_ARG(host), STR_ARG(id));
}

const struct group *
group_find(struct str host, struct str id, struct arena *a)
{
	return table_get(&here.groups, key_of(host, id, a));
}

const struct group *
groups_next(struct table_walk *walk)
{
	return table_next(&here.groups, walk);
}

/* --- changing what this worker knows ---------------------------------------------------------
 */

static char *
bytes_copy(struct str s)
{
	return memcpy(mem_alloc(s.len + 1), s.at ? s.at : "", s.len);
}

static void
bytes_free(struct str s)
{
	free((void *)(uintptr_t)s.at); /* its own copy */
}

static struct group *
group_put(struct str key, struct str name, uint64_t version)
{
	struct group *g = table_get(&here.groups, key);

	if (!g) {
		g = mem_zalloc(sizeof(*g));
		g->key = str_of(bytes_copy(key), key.len);
		table_init(&g->members, member_key);
		table_put(&here.groups, g);
	} else {
		bytes_free(g->name);
	}
	g->name = str_of(bytes_copy(name), name.len);
	g->version = version;
	return g;
}

/* Those of an account by key, so that its version is the same after a restart. */
static void
membership_add(struct jid account, const struct group *g)
{
	struct str address = jid_full(account);
	struct membership *m = table_get(&here.memberships, address);
	size_t at;

	if (!m) {
		m = mem_zalloc(sizeof(*m) + address.len);
		memcpy(m + 1, address.at, address.len);
		m->address = str_of((const char *)(m + 1), address.len);
		table_put(&here.memberships, m);
	}
	assert(m->n < GROUPS_OF_ACCOUNT_MAX);
	for (at = m->n++; at > 0 && str_cmp(m->groups[at - 1]->key, g->key) > 0; at--)
		m->groups[at] = m->groups[at - 1];
	m->groups[at] = g;
}

static void
membership_remove(struct jid account, const struct group *g)
{
	struct membership *m = table_get(&here.memberships, jid_full(account));
	size_t at = 0;

	while (m->groups[at] != g)
		at++;
	m->n--;
	for (; at < m->n; at++)
		m->groups[at] = m->groups[at + 1];
	if (m->n == 0)
		free(table_remove(&here.memberships, m->address));
}

static bool
is_full(struct jid account)
{
	const struct membership *m = groups_of(account);

	return m && m->n == GROUPS_OF_ACCOUNT_MAX;
}

static void
member_add(struct group *g, struct jid account)
{
	struct str address = jid_full(account);
	struct group_member *member = mem_alloc(sizeof(*member) + address.len);

	memcpy(member + 1, address.at, address.len);
	member->jid = account;
	member->jid.text = (const char *)(member + 1);
	table_put(&g->members, member);
	membership_add(account, g);
}

static void
member_remove(struct group *g, struct jid account)
{
	membership_remove(account, g);
	free(table_remove(&g->members, jid_full(account)));
}

/* Nobody must be in it any more. */
static void
group_free(struct group **g)
{
	struct group *gone = TAKE(*g);

	table_remove(&here.groups, gone->key);
	table_fini(&gone->members);
	bytes_free(gone->key);
	bytes_free(gone->name);
	free(gone);
}

/* --- a change and its way --------------------------------------------------------------------
 */

/* Belongs to the worker that has the letter. */
struct change {
	struct list in_queue; /* of the home */
	enum group_change_kind what;
	struct arena arena; /* all texts */
	struct str key, name;
	struct jid member;
	uint64_t version;
	unsigned worker; /* whose turn it is */
	unsigned asker;
	enum status status;
	void (*done)(void *waiter, enum status s); /* NULL: nobody waits */
	void *waiter;
};

static void
tell_asker(const void *letter)
{
	struct change *ch = *(struct change *const *)letter;

	if (ch->done)
		ch->done(ch->waiter, ch->status);
	arena_fini(&ch->arena);
	free(ch);
}

static void
travel(struct change *ch, unsigned to, letter_fn *open)
{
	worker_post(to, open, &ch, sizeof(ch));
}

/* What it takes to tell a loaded account's sessions and contacts something. */
static bool
call_begin(struct call *c, struct arena *a, struct jid account)
{
	*c = (struct call){
		.arena = a,
		.host = host_find(jid_domain(account)),
		.account = account_home(account) == (unsigned)worker_self()
			       ? account_loaded(account)
			       : NULL,
	};
	return c->host && c->account;
}

static unsigned
own_state(struct account *a, struct jid contact)
{
	const struct roster_item *item = roster_item_get(roster_of(a), contact);

	return item ? item->state : 0;
}

/* The contact as the account sees it now. */
static void
push(struct call *c, struct jid contact)
{
	const struct roster_item *own = roster_item_get(roster_of(c->account), contact);
	struct roster_item item = own ? *own : (struct roster_item){ .jid = contact };
	bool shared = groups_share(c->account->jid, contact);

	if (shared)
		item.state = SUB_BOTH;
	roster_push(c, &item, !shared && !(own && own->listed));
}

/* Calls with(c, contact) for both sides of each pair that the change is about and that has its
 * account here. */
static void
each_pair(
    struct change *ch, const struct group *g, void (*with)(struct call *c, struct jid contact))
{
	const struct group_member *other;
	struct table_walk walk = { 0 };
	struct arena a;
	struct call c;

	arena_init(&a, 4096);
	while ((other = group_next(g, &walk))) {
		if (jid_eq(other->jid, ch->member))
			continue;
		if (call_begin(&c, &a, other->jid))
			with(&c, ch->member);
		if (call_begin(&c, &a, ch->member))
			with(&c, other->jid);
		arena_reset(&a);
	}
	arena_fini(&a);
}

/* By this group alone each sees the other. */
static bool
depends_on_group(struct call *c, struct jid contact)
{
	return !(own_state(c->account, contact) & SUB_FROM) &&
	       shared_groups(c->account->jid, contact) == 1;
}

static void
hide(struct call *c, struct jid contact)
{
	if (depends_on_group(c, contact))
		call_contact(c, ON_CONTACT_HIDDEN, contact);
}

static void
show(struct call *c, struct jid contact)
{
	if (depends_on_group(c, contact))
		call_contact(c, ON_CONTACT_SHOWN, contact);
}

static void
apply(struct change *ch)
{
	struct group *g = table_get(&here.groups, ch->key);

	switch (ch->what) {
	case GROUP_SET:
		group_put(ch->key, ch->name, ch->version);
		break;
	case GROUP_DELETE:
		group_free(&g);
		break;
	case GROUP_JOIN:
		g->version = ch->version;
		member_add(g, ch->member);
		each_pair(ch, g, push);
		break;
	case GROUP_LEAVE:
		g->version = ch->version;
		each_pair(ch, g, hide);
		member_remove(g, ch->member);
		each_pair(ch, g, push);
		break;
	}
}

static void
show_presence(const void *letter)
{
	struct change *ch = *(struct change *const *)letter;
	const struct group *g = table_get(&here.groups, ch->key);

	/* It may have left again already. */
	if (g && group_has(g, ch->member))
		each_pair(ch, g, show);
	ch->worker++;
	if (ch->worker < workers_count())
		travel(ch, ch->worker, show_presence);
	else
		travel(ch, ch->asker, tell_asker);
}

static void
apply_here(const void *letter)
{
	struct change *ch = *(struct change *const *)letter;

	apply(ch);
	ch->worker++;
	if (ch->worker < workers_count()) {
		travel(ch, ch->worker, apply_here);
	} else if (ch->what == GROUP_JOIN) {
		ch->worker = 0;
		travel(ch, 0, show_presence);
	} else {
		travel(ch, ch->asker, tell_asker);
	}
}

/* --- the home --------------------------------------------------------------------------------
 */

static struct {
	struct list waiting; /* change.in_queue; the first is being made */
} home;

static void make_first(void);

/* The first of the queue is done with, or has begun its way. */
static void
next_change(struct change *ch)
{
	list_remove(&ch->in_queue);
	if (!list_is_empty(&home.waiting))
		make_first();
}

static void
refuse_change(struct change *ch, enum status s)
{
	next_change(ch);
	ch->status = s;
	travel(ch, ch->asker, tell_asker);
}

/* What is known must be known here before the next change is looked at; the others hear of one
 * change after the other by their letters. */
static void
begin_travel(struct change *ch)
{
	struct change *letter = ch;

	ch->worker = HOME;
	apply_here(&letter);
}

/* Before a group goes, everybody leaves. */
static void
all_leave(const struct change *ch)
{
	struct group *g = table_get(&here.groups, ch->key);
	struct table_walk walk = { 0 };
	const struct group_member *member;

	while ((member = group_next(g, &walk))) {
		struct change *leaving = mem_zalloc(sizeof(*leaving));

		arena_init(&leaving->arena, 256);
		list_init(&leaving->in_queue);
		leaving->what = GROUP_LEAVE;
		leaving->key = str_copy(&leaving->arena, ch->key);
		leaving->member = jid_copy(&leaving->arena, member->jid);
		leaving->version = ch->version;
		leaving->asker = HOME;
		begin_travel(leaving);
		walk = (struct table_walk){ 0 };
	}
}

static void
on_written(void *waiter, enum status s)
{
	struct change *ch = waiter;

	if (s != OK) {
		refuse_change(ch, s);
		return;
	}
	if (ch->what == GROUP_DELETE)
		all_leave(ch);
	list_remove(&ch->in_queue);
	begin_travel(ch);
	if (!list_is_empty(&home.waiting))
		make_first();
}

static struct str
member_item(struct change *ch, struct jid member)
{
	return str_format(&ch->arena, "%.*s/%.*s", STR_ARG(ch->key), STR_ARG(jid_full(member)));
}

static void
put_group(struct store_batch *b, struct change *ch, struct str name)
{
	char *value = arena_alloc(&ch->arena, VERSION_BYTES + name.len);
	char *end = pack_bytes(pack_uint(value, ch->version, VERSION_BYTES), name);

	store_put(b, S(""), KIND_GROUP, ch->key, str_of(value, (size_t)(end - value)));
}

/* Puts the change into the batch; another status than OK: it cannot be made. */
static enum status
write_change(struct change *ch, struct store_batch *b)
{
	struct group *g = table_get(&here.groups, ch->key);
	struct table_walk walk = { 0 };
	const struct group_member *member;

	if (ch->what == GROUP_SET && !g && table_count(&here.groups) >= GROUPS_MAX)
		return E_LIMIT;
	if (ch->what != GROUP_SET && !g)
		return E_NOT_FOUND;
	/* By the clock, so that a group made anew has no version that was seen already. */
	ch->version = (uint64_t)loop_wall_us();
	if (g && ch->version <= g->version)
		ch->version = g->version + 1;
	switch (ch->what) {
	case GROUP_SET:
		put_group(b, ch, ch->name);
		return OK;
	case GROUP_DELETE:
		store_remove(b, S(""), KIND_GROUP, ch->key);
		while ((member = group_next(g, &walk)))
			store_remove(b, S(""), KIND_GROUP_MEMBER, member_item(ch, member->jid));
		return OK;
	case GROUP_JOIN:
		if (group_has(g, ch->member))
			return E_EXISTS;
		if (table_count(&g->members) >= GROUP_MEMBERS_MAX || is_full(ch->member))
			return E_LIMIT;
		put_group(b, ch, g->name);
		store_put(b, S(""), KIND_GROUP_MEMBER, member_item(ch, ch->member), S(""));
		return OK;
	case GROUP_LEAVE:
		if (!group_has(g, ch->member))
			return E_NOT_FOUND;
		put_group(b, ch, g->name);
		store_remove(b, S(""), KIND_GROUP_MEMBER, member_item(ch, ch->member));
		return OK;
	}
	return E_INVALID;
}

static void
make_first(void)
{
	struct change *ch = list_entry(home.waiting.next, struct change, in_queue);
	struct store_batch *b = store_batch_new(account_store());
	enum status s = write_change(ch, b);

	if (s == OK) {
		store_commit(&b, on_written, ch);
		return;
	}
	store_batch_free(&b);
	/* Who is a member already has joined. */
	refuse_change(ch, s == E_EXISTS ? OK : s);
}

static void
take_change(const void *letter)
{
	struct change *ch = *(struct change *const *)letter;
	bool idle = list_is_empty(&home.waiting);

	list_append(&home.waiting, &ch->in_queue);
	if (idle)
		make_first();
}

static void
submit(enum group_change_kind what, struct str key, struct str name, struct jid member,
    void (*done)(void *waiter, enum status s), void *waiter)
{
	struct change *ch = mem_zalloc(sizeof(*ch));

	arena_init(&ch->arena, 512);
	list_init(&ch->in_queue);
	ch->what = what;
	ch->key = str_copy(&ch->arena, key);
	ch->name = str_copy(&ch->arena, name);
	if (!jid_is_empty(member))
		ch->member = jid_copy(&ch->arena, member);
	ch->asker = (unsigned)worker_self();
	ch->done = done;
	ch->waiter = waiter;
	travel(ch, HOME, take_change);
}

void
groups_change(
    const struct group_request *r, void (*done)(void *waiter, enum status s), void *waiter)
{
	struct arena a;

	assert(r->id.len && r->id.len <= GROUP_ID_MAX && str_find(r->id, '/') == r->id.len);
	arena_init(&a, 512);
	submit(r->what, key_of(r->host, r->id, &a), r->name, r->member, done, waiter);
	arena_fini(&a);
}

void
groups_forget(struct jid account)
{
	const struct membership *m = groups_of(account);

	for (size_t i = 0; m && i < m->n; i++)
		submit(GROUP_LEAVE, m->groups[i]->key, S(""), account, NULL, NULL);
}

/* --- start and end
 * ---------------------------------------------------------------------------- */

void
groups_enter_worker(void)
{
	table_init(&here.groups, group_key);
	table_init(&here.memberships, membership_key);
	if (worker_self() == HOME)
		list_init(&home.waiting);
}

void
groups_leave_worker(void)
{
	struct table_walk walk = { 0 }, members;
	struct group *g;
	const struct group_member *member;
	struct arena a;

	arena_init(&a, 512);
	while ((g = table_next(&here.groups, &walk))) {
		members = (struct table_walk){ 0 };
		while ((member = group_next(g, &members)))
			member_remove(g, jid_copy(&a, member->jid));
		group_free(&g);
		arena_reset(&a);
	}
	arena_fini(&a);
	table_fini(&here.groups);
	table_fini(&here.memberships);
}

/* The rows, until the last worker has looked at them. */
struct loading {
	struct store_rows *rows;
	atomic_uint left;
};

static void
load_row(const struct store_row *row, struct arena *a)
{
	struct unpack u = { .rest = row->value };
	struct group *g;
	size_t slash;
	uint64_t version;

	if (str_eq(row->kind, KIND_GROUP)) {
		version = unpack_uint(&u, VERSION_BYTES);
		if (!u.failed)
			group_put(row->item, u.rest, version);
		return;
	}
	/* HOST/ID/ADDRESS: none of the three has a slash. */
	slash = str_find(row->item, '/');
	slash += 1 + str_find(str_slice(row->item, slash + 1, row->item.len), '/');
	g = table_get(&here.groups, str_slice(row->item, 0, slash));
	if (g)
		member_add(g,
		    jid_copy(a, jid_trusted(str_slice(row->item, slash + 1, row->item.len))));
}

static void
load_here(const void *letter)
{
	struct loading *l = *(struct loading *const *)letter;
	struct arena a;

	arena_init(&a, 512);
	for (size_t i = 0; i < l->rows->n; i++) { /* "group" comes before "group-member" */
		load_row(&l->rows->row[i], &a);
		arena_reset(&a);
	}
	arena_fini(&a);
	if (atomic_fetch_sub(&l->left, 1) != 1)
		return;
	store_rows_free(&l->rows);
	free(l);
}

enum status
groups_start(void)
{
	struct store_query q = {
		.what = STORE_KINDS,
		.owner = S(""),
		.kinds = { KIND_GROUP, KIND_GROUP_MEMBER },
		.n_kinds = 2,
	};
	struct loading *l = mem_zalloc(sizeof(*l));

	l->rows = store_read_wait(account_store(), &q);
	if (l->rows->status != OK) {
		enum status s = l->rows->status;

		store_rows_free(&l->rows);
		free(l);
		return s;
	}
	atomic_init(&l->left, workers_count());
	for (unsigned w = 0; w < workers_count(); w++)
		worker_post(w, load_here, &l, sizeof(l));
	return OK;
}
