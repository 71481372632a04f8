/* SPDX-License-Identifier: MIT */
#include "xml/scan_room.h"

enum { FIRST_CELLS = 256, FIRST_OPEN = 32, FIRST_BINDINGS = 16, FIRST_TAIL = 256 };

/* Where the tape of nearly every element fits; free for the next scan when one ends. */
static _Thread_local struct {
	union cell tape[FIRST_CELLS];
	struct scan_open open[FIRST_OPEN];
	struct scan_binding binding[FIRST_BINDINGS];
	char tail[FIRST_TAIL];
} first;

/* Room for at least `need` units, of which `used` are kept; `own` is the thread's array. */
static void *
more_room(void *at, const void *own, uint32_t used, uint32_t need, uint32_t *room, size_t unit)
{
	void *grown;

	while (*room < need)
		*room = *room ? *room * 2 : 8;
	if (at != own)
		return mem_resize(at, *room * unit);
	grown = mem_alloc(*room * unit);
	if (used)
		memcpy(grown, at, used * unit);
	return grown;
}

void
scan_more_cells(struct scan *s, uint32_t n)
{
	s->tape = more_room(
	    s->tape, first.tape, s->cells, s->cells + n, &s->cells_room, sizeof(s->tape[0]));
}

void
scan_more_open(struct scan *s)
{
	s->open = more_room(
	    s->open, first.open, s->depth, s->depth + 1, &s->open_room, sizeof(s->open[0]));
}

void
scan_more_bindings(struct scan *s)
{
	s->binding = more_room(s->binding, first.binding, s->bindings, s->bindings + 1,
	    &s->bindings_room, sizeof(s->binding[0]));
}

uint32_t
scan_add_tail(struct scan *s, struct str text)
{
	uint32_t at = s->tail_len, len = (uint32_t)text.len;

	if (s->tail_room - at < len)
		s->tail = more_room(s->tail, first.tail, at, at + len, &s->tail_room, 1);
	if (len)
		memcpy(s->tail + at, text.at, len);
	s->tail_len += len;
	return at | NS_IN_TAIL;
}

void
scan_init(struct scan *s, const struct scope *scope, const struct xml_bounds *bounds,
    enum scan_mode mode)
{
	s->scope = scope;
	s->bounds = *bounds;
	s->prefixes_max = XML_PREFIXES_MAX;
	s->mode = mode;
	s->at = 0;
	s->state = 0;
	s->declared = s->empty = s->irregular = false;
	s->elements = 0;
	s->tape = first.tape;
	s->cells = 0;
	s->cells_room = FIRST_CELLS;
	s->open = first.open;
	s->depth = 0;
	s->open_room = FIRST_OPEN;
	s->binding = first.binding;
	s->bindings = 0;
	s->bindings_room = FIRST_BINDINGS;
	s->tail = first.tail;
	s->tail_len = 0;
	s->tail_room = FIRST_TAIL;
	for (uint32_t i = 0; i < scope->n; i++)
		s->scope_ns[i] = 0;
	s->client_ns = 0;
	s->ns = (struct scan_ns){ .at = scan_add_tail(s, scope->default_ns),
		.len = (uint16_t)scope->default_ns.len };
}

void
scan_fini(struct scan *s)
{
	if (s->tape != first.tape)
		free(s->tape);
	if (s->open != first.open)
		free(s->open);
	if (s->binding != first.binding)
		free(s->binding);
	if (s->tail != first.tail)
		free(s->tail);
}

void
scan_keep(struct scan *s)
{
	if (s->tape == first.tape) {
		s->cells_room = 0;
		s->tape = more_room(s->tape, first.tape, s->cells, s->cells, &s->cells_room,
		    sizeof(s->tape[0]));
	}
	if (s->open == first.open) {
		s->open_room = 0;
		s->open = more_room(
		    s->open, first.open, s->depth, s->depth, &s->open_room, sizeof(s->open[0]));
	}
	if (s->binding == first.binding) {
		s->bindings_room = 0;
		s->binding = more_room(s->binding, first.binding, s->bindings, s->bindings,
		    &s->bindings_room, sizeof(s->binding[0]));
	}
	if (s->tail == first.tail) {
		s->tail_room = 0;
		s->tail =
		    more_room(s->tail, first.tail, s->tail_len, s->tail_len, &s->tail_room, 1);
	}
}

size_t
scan_held(const struct scan *s)
{
	return s->cells_room * sizeof(s->tape[0]) + s->open_room * sizeof(s->open[0]) +
	       s->bindings_room * sizeof(s->binding[0]) + s->tail_room;
}
