/* SPDX-License-Identifier: MIT
 *
 * Intrusive doubly linked list. The head says what it links:
 *
 *     struct list occupants; // occupant.in_room
 *
 * A link that is in no list points to itself, so removing it again does nothing.
 */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include "base/lang.h"

struct list {
	struct list *next, *prev;
};

static inline void
list_init(struct list *l)
{
	l->next = l->prev = l;
}

static inline bool
list_is_empty(const struct list *l)
{
	return l->next == l;
}

static inline void
list_insert_before(struct list *place, struct list *item)
{
	item->next = place;
	item->prev = place->prev;
	place->prev->next = item;
	place->prev = item;
}

static inline void
list_append(struct list *head, struct list *item)
{
	list_insert_before(head, item);
}

static inline void
list_prepend(struct list *head, struct list *item)
{
	list_insert_before(head->next, item);
}

static inline void
list_remove(struct list *item)
{
	item->prev->next = item->next;
	item->next->prev = item->prev;
	list_init(item);
}

/* The structure around a link: list_entry(l, struct occupant, in_room). */
#define list_entry(link, type, member) ((type *)(void *)((char *)(link)-offsetof(type, member)))

/* Walks the list; the current item may be removed, others may not. */
#define list_each(link, head)                                                                  \
	for (struct list *link = (head)->next, *link##_next = link->next; link != (head);      \
	     link = link##_next, link##_next = link->next)

#endif
