/* SPDX-License-Identifier: MIT
 *
 * An entry is "Name = juliet romeo nurse@other.example". The group's id is "config:Name", which
 * none can have that comes over the API, as ids there are like names of accounts.
 */
#include "modules/roster/groups_conf.h"

#include "base/log.h"
#include "modules/list.h"
#include "modules/roster/groups.h"
#include "modules/roster/items.h"

#define ID_PREFIX S("config:")

enum { HOME = 0 }; /* the groups' own: changes follow each other in the order they are asked */

/* An entry of a host; all in the arena. */
struct entry {
	struct str host, id, name;
	struct jid *members;
	size_t n;
};

/* --- reading ------------------------------------------------------------------------------ */

static bool
read_member(struct arena *a, struct str host, struct str word, struct jid *out)
{
	enum status s = str_find(word, '@') < word.len
			    ? jid_parse(a, word, out)
			    : jid_make(a, word, host, (struct str){ 0 }, out);

	return s == OK && jid_is_bare(*out) && jid_local(*out).len &&
	       host_find(jid_domain(*out));
}

static bool
read_entry(struct arena *a, struct str host, struct str text, struct entry *e)
{
	size_t equals = str_find(text, '=');
	struct str rest = str_slice(text, equals + 1, text.len), word;

	*e = (struct entry){ .host = host, .name = str_trim(str_slice(text, 0, equals)) };
	e->id = str_format(a, "%.*s%.*s", STR_ARG(ID_PREFIX), STR_ARG(e->name));
	if (equals == text.len || e->name.len == 0 || e->id.len > GROUP_ID_MAX ||
	    str_find(e->name, '/') < e->name.len)
		return false;
	e->members = arena_alloc(a, (rest.len / 2 + 1) * sizeof(*e->members));
	while (str_split(&rest, ' ', &word))
		if (word.len && !read_member(a, host, word, &e->members[e->n++]))
			return false;
	return true;
}

/* --- making it so ------------------------------------------------------------------------- */

static void
change(enum group_change_kind what, const struct entry *e, struct jid member)
{
	struct group_request r = {
		.what = what, .host = e->host, .id = e->id, .name = e->name, .member = member
	};

	groups_change(&r, NULL, NULL);
}

static bool
names(const struct entry *e, struct jid member)
{
	for (size_t i = 0; i < e->n; i++)
		if (jid_eq(e->members[i], member))
			return true;
	return false;
}

static void
make_it_so(const struct entry *e, struct arena *a)
{
	const struct group *g = group_find(e->host, e->id, a);
	const struct group_member *member;
	struct table_walk walk = { 0 };

	if (!g)
		change(GROUP_SET, e, (struct jid){ 0 });
	while (g && (member = group_next(g, &walk)))
		if (!names(e, member->jid))
			change(GROUP_LEAVE, e, member->jid);
	for (size_t i = 0; i < e->n; i++)
		if (!g || !group_has(g, e->members[i]))
			change(GROUP_JOIN, e, e->members[i]);
}

static bool
is_configured(const struct group *g, const struct entry *entries, size_t n, struct arena *a)
{
	for (size_t i = 0; i < n; i++)
		if (group_find(entries[i].host, entries[i].id, a) == g)
			return true;
	return false;
}

/* Groups of ours that the configuration has forgotten. */
static void
end_others(const struct entry *entries, size_t n, struct arena *a)
{
	struct table_walk walk = { 0 };
	const struct group *g;

	while ((g = groups_next(&walk))) {
		size_t slash = str_find(g->key, '/');
		struct entry gone = {
			.host = str_slice(g->key, 0, slash),
			.id = str_slice(g->key, slash + 1, g->key.len),
		};

		if (str_starts(gone.id, ID_PREFIX) && !is_configured(g, entries, n, a))
			change(GROUP_DELETE, &gone, (struct jid){ 0 });
	}
}

static size_t
count_entries(void)
{
	size_t n = 0;

	for (size_t i = 0; i < hosts_count(); i++) {
		const struct roster_conf *conf = module_conf(&mod_roster, hosts_at(i));

		n += conf ? conf->groups.count : 0;
	}
	return n;
}

static void
reconsider_at_home(const void *letter)
{
	struct entry *entries;
	struct arena a;
	size_t n = 0;

	(void)letter;
	arena_init(&a, 4096);
	entries = arena_alloc(&a, (count_entries() + 1) * sizeof(*entries));
	for (size_t i = 0; i < hosts_count(); i++) {
		const struct roster_conf *conf = module_conf(&mod_roster, hosts_at(i));

		for (size_t k = 0; conf && k < conf->groups.count; k++)
			if (read_entry(&a, hosts_at(i)->name, conf->groups.at[k], &entries[n]))
				n++;
			else
				log_error("roster.group_is_none",
				    LOG_STR("host", hosts_at(i)->name),
				    LOG_STR("entry", conf->groups.at[k]));
	}
	end_others(entries, n, &a);
	for (size_t i = 0; i < n; i++)
		make_it_so(&entries[i], &a);
	arena_fini(&a);
}

void
groups_reconsider(void)
{
	worker_post(HOME, reconsider_at_home, "", 1);
}
