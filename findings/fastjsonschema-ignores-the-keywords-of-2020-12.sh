#!/usr/bin/env bash
# Package: fastjsonschema 2.22.3 for Python.
#
# Guess, written down first: a schema that names draft 2020-12 in $schema is refused by a validator
# that knows drafts 4, 6 and 7.
#
# Seen: it compiles, and what drafts 2019-09 and 2020-12 brought is ignored: prefixItems,
# dependentRequired, unevaluatedProperties, minContains, and every keyword beside a $ref. A file
# that misses a needed property or has a misspelt one passes. jsonschema and jsonschema-rs say no to
# each.
# Remedy: a validator of the draft; fastjsonschema only for schemas of draft 7.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi fastjsonschema==2.22.3 jsonschema==4.26.0
cat >try.py <<'PYTHON'
import fastjsonschema, jsonschema
draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
schemas = [
    ({"dependentRequired": {"key": ["certificate"]}}, {"key": 1}),
    ({"prefixItems": [{"type": "string"}]}, [1]),
    ({"properties": {"a": {}}, "unevaluatedProperties": False}, {"aa": 1}),
    ({"contains": {"type": "integer"}, "minContains": 2}, [1]),
    ({"$defs": {"text": {"type": "string"}}, "$ref": "#/$defs/text", "maxLength": 1}, "ab"),
]
def passes(check, *arguments):
    try:
        check(*arguments)
        return True
    except (fastjsonschema.JsonSchemaValueException, jsonschema.ValidationError):
        return False
fast = [passes(fastjsonschema.compile(draft | schema), value) for schema, value in schemas]
slow = [passes(jsonschema.validate, value, draft | schema) for schema, value in schemas]
print("passes fastjsonschema:", *fast)
print("passes jsonschema:    ", *slow)
raise SystemExit(not (all(fast) and not any(slow)))
PYTHON
python3 try.py
