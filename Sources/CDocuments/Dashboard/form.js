// The form for a new job: from the commands that the service describes, or by command and
// arguments.

import { ask, get, Problem, requestKey } from "./api.js";
import { element, number, plain } from "./format.js";
import { t } from "./text.js";

/** What the service describes; none where it describes nothing. */
async function commands() {
  try {
    return (await get("commands")).commands ?? [];
  } catch (error) {
    if (error instanceof Problem && [403, 404].includes(error.status)) return [];
    throw error;
  }
}

/** One field: its label, its input, and how its value is read. */
class Field {
  constructor(name, schema, isRequired) {
    this.name = name;
    this.schema = schema;
    this.isRequired = isRequired;
    this.id = `field-${name}`;
    this.input = this.#input();
    this.input.id = this.id;
    this.input.name = name;
    if (isRequired && schema.type !== "boolean") this.input.required = true;
    this.problem = element("p", { class: "problem", role: "alert", id: `${this.id}-problem` });
    const hints = this.#hints();
    const hint = element("p", { class: "hint", id: `${this.id}-hint` }, hints.join(". "));
    this.input.setAttribute("aria-describedby", `${hint.id} ${this.problem.id}`);
    this.root = element("div", { class: "field" },
      element("label", { for: this.id }, plain(schema.title ?? name, 200)),
      this.input, hint, this.problem);
  }

  #input() {
    const { schema } = this;
    if (schema.type === "boolean") {
      return element("input", { type: "checkbox", checked: schema.default === true });
    }
    const choices = schema.oneOf ?? schema.enum?.map((value) => ({ const: value }));
    if (choices) {
      const select = element("select");
      if (!this.isRequired) select.append(element("option", { value: "" }, "–"));
      for (const choice of choices) {
        const option = element("option", { value: JSON.stringify(choice.const) },
          plain(choice.title ?? choice.const, 200));
        option.selected = choice.const === schema.default;
        select.append(option);
      }
      return select;
    }
    if (schema.type === "integer" || schema.type === "number") {
      const input = element("input", { type: "number",
        step: schema.type === "integer" ? "1" : "any" });
      if (schema.minimum !== undefined) input.min = schema.minimum;
      if (schema.maximum !== undefined) input.max = schema.maximum;
      if (schema.default !== undefined) input.value = schema.default;
      return input;
    }
    const input = element("input", { type: "text", autocomplete: "off", spellcheck: "false" });
    if (schema.minLength) input.minLength = schema.minLength;
    if (schema.maxLength) input.maxLength = schema.maxLength;
    if (schema.examples?.length) input.placeholder = plain(schema.examples[0], 200);
    if (schema.default !== undefined) input.value = schema.default;
    return input;
  }

  #hints() {
    const { schema } = this;
    const hints = [];
    if (schema.description) hints.push(plain(schema.description, 500).replace(/\.$/, ""));
    const [folders, endings] = [schema["x-folders"], schema["x-endings"]];
    if (folders?.length) hints.push(t("folders", { folders: plain(folders.join(", ")) }));
    if (endings?.length) hints.push(t("endings", { endings: plain(endings.join(", ")) }));
    if (schema.minimum !== undefined && schema.maximum !== undefined) {
      hints.push(t("range", { min: number(schema.minimum, 6), max: number(schema.maximum, 6) }));
    }
    if (!this.isRequired && schema.type !== "boolean") hints.push(t("optional"));
    return hints;
  }

  /** What is sent; undefined where nothing is. */
  get value() {
    const { schema, input } = this;
    if (schema.type === "boolean") return input.checked;
    if (input.value === "") return undefined;
    if (schema.oneOf || schema.enum) return JSON.parse(input.value);
    return ["integer", "number"].includes(schema.type) ? Number(input.value) : input.value;
  }

  /** Takes a value as a job has it. */
  put(value) {
    if (value === undefined) return;
    const { schema, input } = this;
    if (schema.type === "boolean") input.checked = value === true;
    else if (value !== "" && (schema.oneOf || schema.enum)) input.value = JSON.stringify(value);
    else input.value = String(value);
  }

  say(text) {
    this.problem.textContent = text;
    this.input.setAttribute("aria-invalid", text ? "true" : "false");
  }
}

const field = (name, title, schema = {}) =>
  new Field(name, { type: "string", title, ...schema }, schema.isRequired ?? false);

/** The fields of a job that is given by its command and arguments. */
function freeFields(given) {
  const list = given?.arguments ?? [];
  // One a line cannot hold a line break, nor an empty argument alone.
  const isJSON = list.some((one) => /[\r\n]/.test(one)) || (list.length === 1 && list[0] === "");
  const args = new Field("args", { title: t("arguments"),
    description: t(isJSON ? "argumentsJSON" : "argumentsHint") }, false);
  args.isJSON = isJSON;
  const text = element("textarea", { id: args.id, name: "args", rows: "6", spellcheck: "false",
    "aria-describedby": `${args.id}-hint ${args.id}-problem` });
  args.input.replaceWith(text);
  args.input = text;
  text.value = isJSON ? JSON.stringify(list, null, 1) : list.join("\n");
  const command = field("command", t("command"), { isRequired: true });
  command.input.value = given?.command ?? "";
  return [command, args];
}

/** The arguments as the field of `freeFields` has them. Throws `Problem`. */
function listed({ input, isJSON }) {
  if (!isJSON) return input.value === "" ? [] : input.value.split("\n");
  try {
    const list = JSON.parse(input.value);
    if (Array.isArray(list) && list.every((one) => typeof one === "string")) return list;
  } catch {
    // Told below.
  }
  throw new Problem(400, { error: t("argumentsJSON"), field: "args" });
}

/** The form, filled in as `given`, a job that is to run again. */
export class FormView {
  constructor(given) {
    this.given = given;
    this.commands = [];
    this.fields = [];
    this.extras = [];
    this.key = requestKey();
    this.place = element("div");
    this.problem = element("p", { class: "problem", role: "alert" });
    this.button = element("button", { type: "submit", class: "main" }, t("submit"));
    this.choice = element("select", { id: "preset", onchange: () => this.draw() });
    this.form = element("form", { onsubmit: (event) => this.submit(event) },
      element("div", { class: "field" },
        element("label", { for: "preset" }, t("preset")), this.choice),
      this.place, this.problem, this.button);
    // Another request than the one before: it is not to be taken for it.
    this.form.addEventListener("input", () => { this.key = requestKey(); });
    this.root = element("section", { class: "form" },
      element("h2", {}, t("newJob")), this.form);
  }

  async open() {
    try {
      this.commands = await commands();
    } catch (error) {
      this.commands = [];
      this.problem.textContent = error.message;
    }
    this.commands.forEach((command, index) => {
      this.choice.append(
        element("option", { value: String(index) }, plain(command.title ?? command.name, 200)));
    });
    this.choice.append(element("option", { value: "free" }, t("freeForm")));
    if (this.given) this.choice.value = this.#givenIndex() ?? "free";
    this.draw();
  }

  close() {}

  /** Which command made the job that is to run again; undefined where none did. */
  #givenIndex() {
    const index = this.commands.findIndex(({ name }) => name === this.given.call?.command);
    return index < 0 ? undefined : String(index);
  }

  draw() {
    const command = this.commands[Number(this.choice.value)];
    this.fields = command ? this.#described(command) : freeFields(this.given);
    const call = this.given?.call;
    if (command && call?.command === command.name) {
      for (const one of this.fields) {
        // What made no word was not given.
        one.put(Object.hasOwn(call, one.name) ? call[one.name] : one.isRequired ? undefined : "");
      }
    }
    this.extras = [field("label", t("label")), field("priority", t("priority"), {
      type: "integer", minimum: 0, maximum: 10 })];
    const labels = Object.entries(this.given?.labels ?? {});
    if (labels.length > 0) this.extras[0].input.value = labels[0].join(":");
    const note = command?.description
      ? [element("p", { class: "hint" }, plain(command.description, 1000))] : [];
    this.place.replaceChildren(
      ...note, ...this.fields.map((one) => one.root), ...this.extras.map((one) => one.root));
    this.command = command;
    this.key = requestKey();
  }

  #described(command) {
    const { properties = {}, required = [] } = command.schema;
    return Object.entries(properties).filter(([name]) => name !== "command")
      .map(([name, schema]) => new Field(name, schema, required.includes(name)));
  }

  #body() {
    const body = this.command ? { command: this.command.name } : {};
    for (const one of this.fields) {
      if (one.value !== undefined) body[one.name] = one.value;
    }
    if (!this.command) body.args = listed(this.fields[1]);
    const [label, priority] = this.extras;
    if (label.value) {
      const at = label.value.indexOf(":");
      body.labels = { ...this.given?.labels,
        [label.value.slice(0, at < 0 ? undefined : at)]: at < 0 ? "" : label.value.slice(at + 1) };
    }
    if (priority.value !== undefined) body.priority = priority.value;
    return body;
  }

  async submit(event) {
    event.preventDefault();
    const fields = [...this.fields, ...this.extras];
    for (const one of fields) one.say("");
    this.problem.textContent = "";
    this.button.disabled = true;
    try {
      const response = await ask("POST", "", {
        body: this.#body(), headers: { "Idempotency-Key": this.key } });
      const job = await response.json();
      location.hash = `#/job/${job.id}`;
    } catch (error) {
      const names = { labels: "label" };
      const one = fields.find(({ name }) => name === (names[error.field] ?? error.field));
      const text = error.status === 0 ? t("offline") : plain(error.message);
      if (one) {
        one.say(text);
        one.input.focus();
      } else {
        this.problem.textContent = text;
      }
    } finally {
      this.button.disabled = false;
    }
  }
}
