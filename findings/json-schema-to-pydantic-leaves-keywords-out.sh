#!/usr/bin/env bash
# Package: json-schema-to-pydantic 0.5.0 for Python (pydantic 2.14.4); beside it jsonschema 4.26.0.
#
# Guess, written down first: a model made of a JSON Schema refuses what the schema refuses, or the
# maker says which keywords it does not know.
#
# Seen: the model of a nested object takes names that "additionalProperties": false forbids, too few
# members for minProperties, and what dependentRequired and if/then forbid; no error, no warning.
# maximum, multipleOf, const and pattern are kept. A form or a tool that checks by the model hands a
# misspelt option on as if it were not there.
# Remedy: check with jsonschema first, and use the model for types only.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi json-schema-to-pydantic==0.5.0 pydantic==2.14.4 jsonschema==4.26.0
cat >try.py <<'PYTHON'
import jsonschema, warnings
from json_schema_to_pydantic import create_model
warnings.simplefilter("error")
number = {"type": "integer"}
known = {"type": "object", "properties": {"quality": number, "codec": {"type": "string"}}}
for name, keywords, value in [
    ("additionalProperties", {**known, "additionalProperties": False}, {"qualty": 20}),
    ("minProperties", {**known, "minProperties": 1}, {}),
    ("dependentRequired", {**known, "dependentRequired": {"quality": ["codec"]}}, {"quality": 20}),
    ("if/then", {**known, "if": {"required": ["quality"]}, "then": {"required": ["codec"]}},
     {"quality": 20}),
    ("maximum", {**number, "maximum": 51}, 60),
    ("multipleOf", {**number, "multipleOf": 8}, 9),
]:
    schema = {"title": "Job", "type": "object", "properties": {"options": keywords}}
    valid = jsonschema.Draft202012Validator(schema).is_valid({"options": value})
    try:
        create_model(schema).model_validate({"options": value})
        answer = "taken"
    except ValueError:
        answer = "refused"
    print(f"{name}: {answer}, by jsonschema {'taken' if valid else 'refused'}")
PYTHON
python3 try.py | tee seen
[ "$(grep -c ': taken, by jsonschema refused$' seen)" = 4 ] &&
  [ "$(grep -c ': refused, by jsonschema refused$' seen)" = 2 ]
