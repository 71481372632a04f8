/* SPDX-License-Identifier: MIT */
#include "modules/muc/slow.h"

#include <stdlib.h>

struct speaker {
	struct list in_slow;
	msec_t spoke_ms;
	uint16_t len; /* of the bare address, which follows */
	char text[];
};

static struct str
speaker_key(const void *value)
{
	const struct speaker *s = value;

	return str_of(s->text, s->len);
}

void
slow_init(struct slow *s)
{
	table_init(&s->speakers, speaker_key);
	list_init(&s->by_time);
}

static struct speaker *
first(const struct slow *s)
{
	return list_is_empty(&s->by_time)
		   ? NULL
		   : list_entry(s->by_time.next, struct speaker, in_slow);
}

static void
forget(struct slow *s, struct speaker *one)
{
	table_remove(&s->speakers, speaker_key(one));
	list_remove(&one->in_slow);
	free(one);
}

void
slow_fini(struct slow *s)
{
	struct speaker *one;

	while ((one = first(s)))
		forget(s, one);
	table_fini(&s->speakers);
}

static void
remember(struct slow *s, struct str who, msec_t now_ms)
{
	struct speaker *one = mem_alloc(sizeof(*one) + who.len);

	*one = (struct speaker){ .spoke_ms = now_ms, .len = (uint16_t)who.len };
	memcpy(one->text, who.at, who.len);
	table_put(&s->speakers, one);
	list_append(&s->by_time, &one->in_slow);
}

bool
slow_may_speak(struct slow *s, struct jid who, msec_t pause_ms, msec_t now_ms)
{
	struct speaker *one;

	while ((one = first(s)) && one->spoke_ms + pause_ms <= now_ms)
		forget(s, one);
	if (table_get(&s->speakers, jid_bare(who)))
		return false;
	remember(s, jid_bare(who), now_ms);
	return true;
}
