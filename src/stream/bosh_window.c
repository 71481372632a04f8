/* SPDX-License-Identifier: MIT */
#include "stream/bosh_window.h"

void
bosh_window_init(struct bosh_window *w, uint64_t rid, unsigned requests)
{
	assert(requests >= 1 && requests <= BOSH_REQUESTS_MAX);
	*w = (struct bosh_window){ .first = rid, .next = rid, .requests = requests };
}

static struct bosh_request **
slot_of(struct bosh_window *w, uint64_t rid)
{
	return &w->slot[rid % BOSH_SLOTS];
}

struct bosh_request *
bosh_window_find(const struct bosh_window *w, uint64_t rid)
{
	return rid >= w->first && rid - w->first < BOSH_SLOTS ? w->slot[rid % BOSH_SLOTS]
							      : NULL;
}

/* All before it have come and wait for their answers. */
static bool
is_gapless(const struct bosh_window *w, uint64_t rid)
{
	if (rid - w->first > BOSH_SLOTS)
		return false;
	for (uint64_t before = w->first; before < rid; before++)
		if (!w->slot[before % BOSH_SLOTS])
			return false;
	return true;
}

enum bosh_place
bosh_window_place(const struct bosh_window *w, uint64_t rid, bool is_last)
{
	if (rid < w->first) {
		for (size_t i = 0; i < BOSH_REQUESTS_MAX; i++)
			if (w->kept[i].answer && w->kept[i].rid == rid)
				return BOSH_ANSWERED;
		return BOSH_BEYOND;
	}
	if (bosh_window_find(w, rid))
		return BOSH_AGAIN;
	if (rid - w->first < w->requests + is_last)
		return BOSH_NEW;
	return is_gapless(w, rid) ? BOSH_TOO_MANY : BOSH_BEYOND;
}

void
bosh_window_put(struct bosh_window *w, uint64_t rid, struct bosh_request *r)
{
	assert(rid >= w->next && rid - w->first < BOSH_SLOTS && !*slot_of(w, rid));
	*slot_of(w, rid) = r;
}

struct bosh_request *
bosh_window_advance(struct bosh_window *w)
{
	struct bosh_request *r = bosh_window_find(w, w->next);

	if (r)
		w->next++;
	return r;
}

unsigned
bosh_window_held(const struct bosh_window *w)
{
	return (unsigned)(w->next - w->first);
}

struct bosh_request *
bosh_window_oldest(const struct bosh_window *w)
{
	return w->first < w->next ? w->slot[w->first % BOSH_SLOTS] : NULL;
}

struct bosh_request *
bosh_window_take(struct bosh_window *w)
{
	struct bosh_request *r = bosh_window_oldest(w);

	if (r)
		*slot_of(w, w->first++) = NULL;
	return r;
}

struct bosh_request *
bosh_window_empty(struct bosh_window *w)
{
	for (uint64_t rid = w->first; rid < w->first + BOSH_SLOTS; rid++) {
		struct bosh_request *r = *slot_of(w, rid);

		*slot_of(w, rid) = NULL;
		if (r)
			return r;
	}
	return NULL;
}

struct bosh_answer *
bosh_window_keep(struct bosh_window *w, uint64_t rid, struct bosh_answer *answer)
{
	struct bosh_kept *oldest = &w->kept[0];
	struct bosh_answer *gone;

	for (size_t i = 0; i < w->requests && oldest->answer; i++)
		if (!w->kept[i].answer || w->kept[i].rid < oldest->rid)
			oldest = &w->kept[i];
	gone = oldest->answer;
	*oldest = (struct bosh_kept){ .rid = rid, .answer = answer };
	return gone;
}

struct bosh_kept *
bosh_window_kept(struct bosh_window *w, uint64_t rid)
{
	for (size_t i = 0; i < BOSH_REQUESTS_MAX; i++)
		if (w->kept[i].answer && w->kept[i].rid == rid)
			return &w->kept[i];
	return NULL;
}
