"""The tables of docs/programs.md."""

import dataclasses
import glob
import json
import re
import subprocess


@dataclasses.dataclass
class Row:
    """What came of one program."""
    entry: str
    # Package and version.
    package: str
    work: str
    profile: str = ""
    # Wall clock of the job under its entry; None where it failed.
    seconds: float | None = None
    fault: str = ""
    # The profile that trace proposed; None where it was not tried or failed.
    traced: str | None = None
    trace_fault: str = ""

    def line(self):
        entry = f"FAILED: {self.fault}" if self.fault else f"{self.seconds:.1f} s"
        trace = f"FAILED: {self.trace_fault}" if self.trace_fault else self.traced or "not tried"
        return f"{self.entry}: {self.profile}: {entry}; trace: {trace}"


@dataclasses.dataclass
class Size:
    """What one program takes for the size of its machine."""
    name: str
    host: str
    bound: str
    sized: str
    fault: str


@dataclasses.dataclass
class Film:
    """What came of one line of arguments for ffmpeg."""
    line: str
    # Codecs of the result, in the order of its streams.
    codecs: str
    seconds: float = 0
    fault: str = ""


def release():
    with open("/etc/os-release", encoding="utf-8") as file:
        rows = dict(line.strip().split("=", 1) for line in file if "=" in line)
    return rows["VERSION_CODENAME"].strip('"'), rows["PRETTY_NAME"].strip('"')


def package(case, site):
    """Name and version of the package that has the program."""
    return f"{case.package} {version(case, site)}"


def version(case, site):
    if case.pypi:
        name = case.package.replace("-", "_")
        found = glob.glob(f"{site}/{name}-*.dist-info")
        return re.search(r"-([^-]+)\.dist-info$", found[0])[1] if found else "?"
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", case.package],
                          capture_output=True, text=True, check=False)
    return done.stdout or "?"


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def table(rows):
    lines = ["| entry | package | what it does | profile | time | `trace` proposes |",
             "| --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        time = "**failed**" if row.fault else f"{row.seconds:.1f} s"
        trace = row.traced or ("**failed**" if row.trace_fault else "not tried")
        lines.append(f"| `{row.entry}` | {row.package} | {cell(row.work)} | {row.profile} | {time} "
                     f"| {trace} |")
    return lines


def sizes_table(sizes):
    lines = ["| asked | the host | under the bounds | with `sizing` too |",
             "| --- | --- | --- | --- |"]
    for size in sizes:
        lines.append(f"| {size.name} | {cell(size.host)} | {cell(size.bound)} | "
                     f"{cell(size.sized)} |")
    return lines


def films_table(films):
    lines = ["| streams of the result | arguments | time |", "| --- | --- | --- |"]
    for film in films:
        words = film.line.replace("{in}", "/srv/media").replace("{out}", "/srv/out")
        time = "**failed**" if film.fault else f"{film.seconds:.1f} s"
        lines.append(f"| {film.codecs} | `{cell(words)}` | {time} |")
    return lines


def section(rows, sizes, films, name):
    worked = sum(not row.fault for row in rows)
    same = sum(row.traced is not None for row in rows)
    compute = sum(not row.fault and row.profile == "compute" for row in rows)
    failures = [f"- `{row.entry}`: {cell(row.fault or row.trace_fault)}" for row in rows
                if row.fault or row.trace_fault]
    failures += [f"- {row.name}: {row.fault}" for row in sizes if row.fault]
    failures += [f"- `{row.line}`: {row.fault}" for row in films if row.fault]
    lines = [f"## {name}", "",
             f"{worked} of {len(rows)} programs did their work, {compute} of them under "
             f"`compute`; under what `trace` proposed {same} went the same way.", "",
             *table(rows)]
    if failures:
        lines += ["", "What failed, in its own words:", "", *failures]
    if sizes:
        lines += ["", f"### What they take for the size of the machine on {name}", "",
                  *sizes_table(sizes)]
    if films:
        lines += ["", f"### Films through the entry of configuration.md on {name}", "",
                  *films_table(films)]
    return "\n".join(lines)


def joined(path, rows, sizes, films):
    """What the file keeps of earlier runs on this release, with that of this run in its place."""
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    for name, key, found in [("rows", "entry", rows), ("sizes", "name", sizes),
                             ("films", "line", films)]:
        part = kept.setdefault(name, {})
        part.update({getattr(row, key): dataclasses.asdict(row) for row in found})
    path.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    return [[kind(**values) for values in kept[name].values()]
            for name, kind in [("rows", Row), ("sizes", Size), ("films", Film)]]


def write(path, kept, order, found, place):
    """Writes the part of the page for this release anew, programs in the given order."""
    rows, sizes, films = joined(kept, *found)
    rows = sorted((row for row in rows if row.entry in order), key=lambda row: order[row.entry])
    suite, name = release()
    begin, end = f"<!-- {suite}: begin -->", f"<!-- {suite}: end -->"
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    part = section(rows, sizes, films, name)
    # Folders of the run stand in words of programs; the page has those of the documentation.
    part = part.replace(str(place.media), "/srv/media").replace(str(place.out), "/srv/out")
    path.write_text(f"{before}{begin}\n\n{part}\n\n{end}{after}", encoding="utf-8")
