/* SPDX-License-Identifier: MIT */
#include "xmpp/subscription.h"

struct subscription_step
subscription_outbound(unsigned state, enum stanza_type type)
{
	struct subscription_step step = { .state = state };

	switch (type) {
	case PRESENCE_SUBSCRIBE: /* A.2.1 */
		if (!(state & SUB_TO))
			step.state |= SUB_PENDING_OUT;
		step.pass = true;
		break;
	case PRESENCE_UNSUBSCRIBE: /* A.2.2 */
		step.state &= ~(unsigned)(SUB_TO | SUB_PENDING_OUT);
		step.pass = true;
		break;
	case PRESENCE_SUBSCRIBED: /* A.2.3, and 3.4.2 when nobody has asked yet */
		if (state & SUB_PENDING_IN) {
			step.state = (state & ~(unsigned)SUB_PENDING_IN) | SUB_FROM;
			step.pass = true;
		} else if (!(state & SUB_FROM)) {
			step.state |= SUB_APPROVED;
		}
		break;
	case PRESENCE_UNSUBSCRIBED: /* A.2.4, and 3.4.2 for the approval */
		step.state &= ~(unsigned)(SUB_FROM | SUB_PENDING_IN | SUB_APPROVED);
		step.pass = state & (SUB_FROM | SUB_PENDING_IN);
		break;
	default:
		assert(!"a subscription type");
	}
	return step;
}

struct subscription_step
subscription_inbound(unsigned state, enum stanza_type type)
{
	struct subscription_step step = { .state = state };

	switch (type) {
	case PRESENCE_SUBSCRIBE: /* A.3.1, and 3.4.3 for one that was approved before */
		if (state & SUB_FROM) {
			step.grant = true;
		} else if (state & SUB_APPROVED) {
			step.state |= SUB_FROM;
			step.grant = true;
		} else if (!(state & SUB_PENDING_IN)) {
			step.state |= SUB_PENDING_IN;
			step.pass = true;
		}
		break;
	case PRESENCE_UNSUBSCRIBE: /* A.3.2 */
		step.state &= ~(unsigned)(SUB_FROM | SUB_PENDING_IN);
		step.pass = state & (SUB_FROM | SUB_PENDING_IN);
		break;
	case PRESENCE_SUBSCRIBED: /* A.3.3 */
		if (state & SUB_PENDING_OUT) {
			step.state = (state & ~(unsigned)SUB_PENDING_OUT) | SUB_TO;
			step.pass = true;
		}
		break;
	case PRESENCE_UNSUBSCRIBED: /* A.3.4 */
		step.state &= ~(unsigned)(SUB_TO | SUB_PENDING_OUT);
		step.pass = state & (SUB_TO | SUB_PENDING_OUT);
		break;
	default:
		assert(!"a subscription type");
	}
	return step;
}

struct str
subscription_name(unsigned state)
{
	switch (state & (SUB_TO | SUB_FROM)) {
	case SUB_TO:
		return S("to");
	case SUB_FROM:
		return S("from");
	case SUB_TO | SUB_FROM:
		return S("both");
	default:
		return S("none");
	}
}

unsigned
subscription_of_name(struct str name)
{
	for (unsigned state = SUB_TO; state <= (SUB_TO | SUB_FROM); state++)
		if (str_eq(name, subscription_name(state)))
			return state;
	return 0;
}
