/* SPDX-License-Identifier: MIT */
#include "modules/roster/edit.h"

#include "base/buf.h"
#include "base/limits.h"
#include "modules/roster/groups.h"
#include "modules/roster/items.h"

/* Names of groups as an item has them (section 2.1.2.6 of RFC 6121). */
static enum status
take_groups(const struct str_list *groups, struct arena *a, struct roster_item *item)
{
	struct buf text;

	if (groups->count > ROSTER_GROUPS_MAX)
		return E_LIMIT;
	buf_init(&text, ROSTER_GROUPS_MAX * (ROSTER_NAME_MAX + 1));
	for (size_t i = 0; i < groups->count; i++) {
		enum status s = groups->at[i].len == 0                ? E_INVALID
				: groups->at[i].len > ROSTER_NAME_MAX ? E_LIMIT
								      : OK;

		for (size_t k = 0; k < i; k++)
			if (str_eq(groups->at[i], groups->at[k]))
				s = E_INVALID;
		if (s != OK || buf_add(&text, groups->at[i]) != OK ||
		    buf_add(&text, S("\0")) != OK) {
			buf_fini(&text);
			return s == OK ? E_LIMIT : s;
		}
	}
	item->groups = str_copy(a, buf_str(&text));
	item->n_groups = (uint16_t)groups->count;
	buf_fini(&text);
	return OK;
}

/* The item as it is to be, from that which is there (or NULL). */
static enum status
make_item(struct call *c, const struct roster_edit *e, const struct roster_item *old,
    struct roster_item *item)
{
	*item = old ? *old : (struct roster_item){ .jid = e->contact };
	item->listed = true;
	if (e->name.len > ROSTER_NAME_MAX)
		return E_LIMIT;
	if (e->name.len)
		item->name = e->name;
	else if (e->what == ROSTER_SET)
		item->name = (struct str){ 0 };
	if (e->what == ROSTER_BEFRIEND)
		item->state = SUB_BOTH;
	if (e->what == ROSTER_BEFRIEND && e->groups.count == 0)
		return OK;
	return take_groups(&e->groups, c->arena, item);
}

static enum status
set(struct call *c, const struct roster_edit *e)
{
	const struct roster_item *old = roster_item_get(roster_of(c->account), e->contact);
	struct roster_item item;
	enum status s;

	if (!old && !roster_has_room(c))
		return E_LIMIT;
	if ((s = make_item(c, e, old, &item)) != OK)
		return s;
	roster_set(c, &item);
	return OK;
}

static enum status
drop(struct call *c, const struct roster_edit *e)
{
	const struct roster_item *item = roster_item_get(roster_of(c->account), e->contact);

	if (groups_share(c->account->jid, e->contact))
		return E_DENIED;
	if (!item || !item->listed)
		return E_NOT_FOUND;
	roster_remove(c, e->contact);
	return OK;
}

void
roster_edit(struct account *account, const struct roster_edit *e,
    void (*done)(void *waiter, enum status s), void *waiter)
{
	struct arena a;
	struct call c = {
		.arena = &a,
		.host = host_find(jid_domain(account->jid)),
		.account = account,
		.done = done,
		.waiter = waiter,
	};
	enum status s = E_DENIED;

	arena_init(&a, 4096);
	if (c.host && !jid_eq(e->contact, account->jid))
		s = e->what == ROSTER_REMOVE ? drop(&c, e) : set(&c, e);
	arena_fini(&a);
	if (s != OK)
		done(waiter, s);
}

/* --- from elsewhere ---------------------------------------------------------------------- */

struct remote_edit {
	struct roster_edit edit;
	struct jid account;
	unsigned asker;
	enum status status;
	void (*done)(void *waiter, enum status s);
	void *waiter;
	struct arena arena;
};

static void
tell_asker(const void *letter)
{
	struct remote_edit *r = *(struct remote_edit *const *)letter;

	r->done(r->waiter, r->status);
	arena_fini(&r->arena);
	free(r);
}

static void
edited_at_home(void *waiter, enum status s)
{
	struct remote_edit *r = waiter;

	r->status = s;
	worker_post(r->asker, tell_asker, &r, sizeof(r));
}

static void
edit_loaded(void *waiter, struct account *account, enum status s)
{
	struct remote_edit *r = waiter;

	if (account)
		roster_edit(account, &r->edit, edited_at_home, r);
	else
		edited_at_home(r, s);
}

static void
edit_at_home(const void *letter)
{
	struct remote_edit *r = *(struct remote_edit *const *)letter;

	account_with(r->account, edit_loaded, r);
}

static struct str_list
copy_list(struct arena *a, const struct str_list *l)
{
	struct str *at = arena_alloc(a, l->count * sizeof(*at));

	for (size_t i = 0; i < l->count; i++)
		at[i] = str_copy(a, l->at[i]);
	return (struct str_list){ at, l->count };
}

void
roster_edit_of(struct jid account, const struct roster_edit *e,
    void (*done)(void *waiter, enum status s), void *waiter)
{
	struct remote_edit *r = mem_zalloc(sizeof(*r));

	arena_init(&r->arena, 512);
	r->edit = *e;
	r->edit.contact = jid_copy(&r->arena, e->contact);
	r->edit.name = e->name.at ? str_copy(&r->arena, e->name) : e->name;
	r->edit.groups = copy_list(&r->arena, &e->groups);
	r->account = jid_copy(&r->arena, account);
	r->asker = (unsigned)worker_self();
	r->done = done;
	r->waiter = waiter;
	worker_post(account_home(account), edit_at_home, &r, sizeof(r));
}
