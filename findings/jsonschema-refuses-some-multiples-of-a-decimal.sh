#!/usr/bin/env bash
# Package: jsonschema 4.26.0 for Python; beside it jsonschema-rs 0.61.2 and fastjsonschema 2.22.3.
#
# Guess, written down first: 23.976 is a multiple of 0.001 and 29.97 one of 0.01 for each validator.
#
# Seen: jsonschema divides as binary fractions and says no to some decimals and yes to others: 0.7
# is no multiple of 0.001 for it, nor 4.35 and 19.99 of 0.01, while 23.976 and 29.97 are.
# jsonschema-rs and fastjsonschema take them. Prices, frame rates and bit rates that a form accepted
# are refused behind it.
# Remedy: numbers of the smallest unit as integers, or a pattern on strings;
# json.loads(parse_float=Decimal) before jsonschema.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi jsonschema==4.26.0 jsonschema-rs==0.61.2 fastjsonschema==2.22.3
cat >try.py <<'PYTHON'
import fastjsonschema, jsonschema, jsonschema_rs
refusals = (fastjsonschema.JsonSchemaValueException, jsonschema.ValidationError,
            jsonschema_rs.ValidationError)
def passes(check, *arguments):
    try:
        check(*arguments)
        return True
    except refusals:
        return False
seen = {}
for value, step in ((23.976, 0.001), (29.97, 0.01), (0.7, 0.001), (4.35, 0.01), (19.99, 0.01)):
    schema = {"multipleOf": step}
    seen[value] = (passes(jsonschema.validate, value, schema),
                   passes(jsonschema_rs.validator_for(schema).validate, value),
                   passes(fastjsonschema.compile(schema), value))
    print(value, "of", step, "jsonschema, jsonschema-rs, fastjsonschema:", *seen[value])
raise SystemExit(not (seen[23.976] == seen[29.97] == (True, True, True)
                      and all(seen[value] == (False, True, True) for value in (0.7, 4.35, 19.99))))
PYTHON
python3 try.py
