"""What the programs of `make programs` work on, made with the tools of this system."""

import os
import pathlib
import subprocess

TEXT = "Sandbox 4711"

TEXTS = {
    "text.md": f"# {TEXT}\n\nOne *word* and a [link](https://example.org/).\n",
    "text.html": f"<html><body style='background:#fed'><h1>{TEXT}</h1></body></html>\n",
    "page.ps": "%!PS\n/Helvetica findfont 36 scalefont setfont 72 600 moveto "
               f"({TEXT}) show showpage\n",
    "drawing.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='64' height='48'>"
                   "<rect width='64' height='48' fill='#0a0'/>"
                   "<circle cx='32' cy='24' r='9'/></svg>",
    "scene.pov": "camera { location <0,0,-3> look_at 0 }\nlight_source { <2,4,-3> rgb 1 }\n"
                 "sphere { 0, 1 pigment { rgb <1,0,0> } }\n",
    "part.scad": "difference() { cube(10); translate([5, 5, 5]) sphere(4); }\n",
    "song.ly": '\\version "2.24.0"\n{ c\' d\' e\' f\' }\n',
    "graph.dot": "digraph { request -> queue -> launcher -> job; job -> request }\n",
    "hello.c": '#include <stdio.h>\nint main(void) { return puts("hello 42") < 0; }\n',
    "hello.go": 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello", 6*7) }\n',
    "hello.hs": 'main :: IO ()\nmain = putStrLn ("hello " ++ show (product [6, 7 :: Int]))\n',
    "Hello.java": "class Hello { public static void main(String[] a) {"
                  ' System.out.println("hello " + java.util.stream.IntStream.rangeClosed(1, 8)'
                  ".sum()); } }\n",
    "hello.cs": "class Hello { static void Main() {"
                ' System.Console.WriteLine("hello " + 6 * 7); } }\n',
    "hello.typ": "= Sandbox 4711\n#let n = 6 * 7\nThe answer is #n.\n",
    "rust/Cargo.toml": '[package]\nname = "hello"\nversion = "0.1.0"\nedition = "2021"\n',
    "rust/src/main.rs": 'fn main() { println!("hello {}", (1..=8).sum::<u32>()); }\n',
    "package/pyproject.toml": '[project]\nname = "hello"\nversion = "0.1"\n',
    "render.py": """
import bpy, sys
scene = bpy.context.scene
scene.render.engine = "CYCLES"
scene.cycles.samples = 1
scene.cycles.use_denoising = False  # not every build has it
scene.render.resolution_x, scene.render.resolution_y = 64, 48
scene.render.filepath = sys.argv[-1]
bpy.ops.render.render(write_still=True)
""",
    "numbers.csv": "name,number\n" + "".join(f"row{n},{n}\n" for n in range(1, 101)),
}

# One note of a second: header and track of a MIDI file.
MIDI = bytes.fromhex("4d546864000000060000000100604d54726b0000000c00903c408170803c4000ff2f00")


def field(number, value):
    """One field of a protocol buffer."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    value = value.encode() if isinstance(value, str) else value
    return bytes([number << 3 | 2, len(value)]) + value


def onnx_model():
    """y = relu(x) of four numbers, as the ONNX format has it."""
    shape = field(2, field(1, field(1, 4)))
    tensor = field(2, field(1, field(1, 1) + shape))
    graph = (field(1, field(1, "x") + field(2, "y") + field(4, "Relu")) + field(2, "graph")
             + field(11, field(1, "x") + tensor) + field(12, field(1, "y") + tensor))
    return field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 13))


def run(*words, **options):
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, **options)


def make_media(folder):
    def ffmpeg(*words):
        run("ffmpeg", "-y", "-v", "error", *words)
    picture = ["-f", "lavfi", "-i", "testsrc=size=320x240:rate=25:duration=2"]
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:duration=2"]
    ffmpeg(*picture, "-pix_fmt", "yuv420p", f"{folder}/clip.y4m")
    ffmpeg(*sound, f"{folder}/clip.wav")
    ffmpeg(*picture, *sound, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac",
           f"{folder}/clip.mkv")
    ffmpeg(*picture, "-c:v", "libsvtav1", "-preset", "10", f"{folder}/clip.ivf")
    ffmpeg(*picture, "-frames:v", "1", f"{folder}/picture.png")


def make_documents(folder):
    words = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER"]
    for device, name in [("pdfwrite", "page.pdf"), ("pdfimage24", "scan.pdf"),
                         ("png16m", "text.png")]:
        run(*words, f"-sDEVICE={device}", "-r200", f"-sOutputFile={folder}/{name}",
            f"{folder}/page.ps")


def make_repository(folder):
    repository = folder / "repository"
    repository.mkdir()
    (repository / "file").write_text("one\n")
    names = ["-c", "user.name=tester", "-c", "user.email=tester@example.invalid"]
    run("git", "init", "-q", "-b", "main", cwd=repository)
    run("git", "add", "file", cwd=repository)
    run("git", *names, "commit", "-q", "-m", "first", cwd=repository)


def make(folder, names):
    """Fills the folder with what these entries and the questions of size need, for all to read."""
    folder = pathlib.Path(folder)
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "song.mid").write_bytes(MIDI)
    (folder / "relu.onnx").write_bytes(onnx_model())
    make_media(folder)
    make_documents(folder)
    make_repository(folder)
    if "cargo" in names:
        run("cargo", "generate-lockfile", "--offline", cwd=folder / "rust")
    if "mono" in names:
        run("mcs", f"-out:{folder}/hello.exe", f"{folder}/hello.cs")
    for parent, folders, files in os.walk(folder):
        for name in folders:
            os.chmod(os.path.join(parent, name), 0o755)
        for name in files:
            os.chmod(os.path.join(parent, name), 0o644)
