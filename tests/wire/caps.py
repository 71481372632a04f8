# SPDX-License-Identifier: MIT
"""Entity capabilities, computed from what an entity says of itself: XEP-0115 section 5.1 and
XEP-0390 section 4.1."""

import base64
import hashlib

LANG = ("http://www.w3.org/XML/1998/namespace", "lang")


def attribute(element, name):
    return element.attributes.get(name if isinstance(name, tuple) else ("", name), "")


def parts(info):
    """Identities, features and forms; a form as {var: [values]}."""
    identities = [
        tuple(attribute(one, name) for name in ("category", "type", LANG, "name"))
        for one in info.elements() if one.name[1] == "identity"
    ]
    features = [attribute(one, "var") for one in info.elements() if one.name[1] == "feature"]
    forms = [
        {
            attribute(field, "var"): [value.text() for value in field.elements()]
            for field in form.elements() if field.name[1] == "field"
        }
        for form in info.elements() if form.name == ("jabber:x:data", "x")
    ]
    return identities, features, forms


def first_version(info):
    identities, features, forms = parts(info)
    text = "".join("/".join(one) + "<" for one in sorted(identities))
    text += "".join(one + "<" for one in sorted(features))
    for form in sorted(forms, key=lambda one: one["FORM_TYPE"]):
        text += form["FORM_TYPE"][0] + "<"
        for var in sorted(set(form) - {"FORM_TYPE"}):
            text += var + "<" + "".join(value + "<" for value in sorted(form[var]))
    return base64.b64encode(hashlib.sha1(text.encode()).digest()).decode()


def second_version(info):
    identities, features, forms = parts(info)
    whole = b"".join(sorted(one.encode() + b"\x1f" for one in features)) + b"\x1c"
    whole += b"".join(sorted(
        b"".join(part.encode() + b"\x1f" for part in one) + b"\x1e" for one in identities
    )) + b"\x1c"
    whole += b"".join(sorted(
        b"".join(sorted(
            var.encode() + b"\x1f"
            + b"".join(sorted(value.encode() + b"\x1f" for value in values)) + b"\x1e"
            for var, values in form.items()
        )) + b"\x1d"
        for form in forms
    )) + b"\x1c"
    return base64.b64encode(hashlib.sha256(whole).digest()).decode()
