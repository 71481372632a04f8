/* SPDX-License-Identifier: MIT
 *
 * Which addresses are of the public Internet: whoever acts for strangers, or lets them act,
 * keeps to these, or he opens the networks that firewalls hide.
 */
#ifndef TRANSPORT_PUBLIC_H
#define TRANSPORT_PUBLIC_H

#include "transport/address.h"

/*
 * Whether the address is one of the public Internet: global unicast by the registries of
 * special addresses (RFC 6890), so none of this machine, this network, private, shared or
 * link-local ones, none for documentation or tests, no multicast; and none that carries an
 * address of version 4 inside (mapped, 6to4, Teredo, NAT64) unless that one is.
 */
bool address_is_public(const struct address *a);

#endif
