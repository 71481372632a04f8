/* SPDX-License-Identifier: MIT
 *
 * Ad-hoc commands (XEP-0050 1.3.0) that hosts offer: what whoever has some makes known at
 * start, and how a command talks with the person who runs it.
 *
 * A session begins with stage 0 and no form; the command answers each step once, now or
 * later, on the same worker, the home of that person's account. Its state lives in the
 * session's arena, which is wiped; what belongs to the step only is in the step's.
 *
 *     static void
 *     greet(struct command_step *s)
 *     {
 *             if (s->stage == 0)
 *                     command_show(s, 1, &ask_for_name, COMMAND_COMPLETE, COMMAND_COMPLETE);
 *             else
 *                     command_done(s, &(struct command_outcome){
 *                         .note = form_value(s->form, S("name")) });
 *     }
 */
#ifndef MODULES_COMMANDS_COMMANDS_H
#define MODULES_COMMANDS_COMMANDS_H

#include "router/module.h"
#include "xmpp/form.h"

/* What somebody wants of a stage, and a mask of what he may. */
enum command_action {
	COMMAND_PREV = 1,
	COMMAND_NEXT = 2,
	COMMAND_COMPLETE = 4,
};

struct command_step;

struct command {
	struct str node, name;

	/* Offered where this module is enabled; NULL: wherever there are commands. */
	const struct module *of;

	/* Whether this person, who has an account here, may run it. NULL: everybody at the
	 * host. */
	bool (*may)(const struct command *command, const struct host *host, struct jid who);

	void (*run)(struct command_step *s);
};

struct command_step {
	const struct command *command;
	struct jid who;             /* full address */
	struct str host;            /* that was asked */
	unsigned stage;             /* where the session is; 0: it begins */
	enum command_action action; /* what is wanted of the stage, one of those it offered */
	const struct form *form; /* what was submitted; NULL at stage 0, for COMMAND_PREV, and
				  * when there was none */
	struct arena *arena;     /* of the step */
	struct arena *session;   /* of the session */
	void *state;             /* the command's own, NULL at first; kept between steps */
};

/* At start, before any worker runs; it must live on. */
void command_register(const struct command *command);

/* Whether the configuration says that the account administers the host. */
bool command_is_admin(const struct host *host, struct jid who);

/* --- the answer: each ends the step ------------------------------------------------------- */

/*
 * The session goes on, at that stage, with a form to be filled in.
 *
 * actions  mask of those that the form offers; `usual` is one of them
 */
void command_show(struct command_step *s, unsigned stage, const struct form *form,
    unsigned actions, enum command_action usual);

struct command_outcome {
	enum { NOTE_INFO, NOTE_WARN, NOTE_ERROR } kind;
	struct str note;   /* "no string": none */
	struct str markup; /* of a form or else, that stands on its own; or none */
};

/* The session is over. */
void command_done(struct command_step *s, const struct command_outcome *outcome);

/* What was submitted will not do (bad-payload); the session stays where it is. */
void command_refuse_form(struct command_step *s, struct str text);

/* It cannot be done; the session is over. */
void command_fail(struct command_step *s, enum stanza_error error, struct str text);

extern const struct module mod_commands;

#endif
